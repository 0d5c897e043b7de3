//! Renders the email to preview.

use shared::{
    App, Error, InvalidField, Result, compose,
    domain::{
        Access, Actor, Audience, Brand, BrandSlug, EmailAddress, GrantSource, Import, InvitationNote, Name, NewPartner,
        Note, Partner, PersonalNote, Program, ProgramId, Reason, programs_to_grant,
    },
    mail::Rendered,
    store::keys,
    web::{Request, base_path},
};

use crate::input::{Input, Which};

/// Placeholder name of the recipient.
const SOMEBODY: &str = "Maria";

/// Context of a preview: the caller, the brand and its programs.
pub(crate) struct Known {
    actor: Actor,
    brand: Brand,
    programs: Vec<Program>,
}

/// Reads the context in one step.
pub(crate) async fn known(app: &App, request: &Request, slug: &BrandSlug) -> Result<Known> {
    let key = keys::brand(slug);
    let caller = app.load_admin(request, slug, crate::NEEDS, [key.raw()]);
    let ((caller, found), programs) = futures::try_join!(caller, app.store.list(keys::programs(slug)))?;
    let brand = found.get(&key)?.ok_or(Error::NotFound("brand"))?;
    Ok(Known { actor: caller.actor(), brand, programs })
}

impl Known {
    /// Renders the email.
    pub(crate) async fn write(self, app: &App, input: Input) -> Result<(Brand, Rendered)> {
        let slug = &self.brand.slug;
        let (partner, import) = (
            input.partner.as_ref().map(|id| keys::partner(slug, id)),
            input.import.as_ref().map(|id| keys::import(slug, id)),
        );
        let wanted = partner.iter().map(keys::Key::raw).chain(import.iter().map(keys::Key::raw));
        let found = app.store.read(wanted).await?;
        let partner = partner.map(|key| found.get(&key)?.ok_or(Error::NotFound("partner"))).transpose()?;
        let import = import.map(|key| found.get(&key)?.ok_or(Error::NotFound("import"))).transpose()?;
        let mail = match input.mail {
            Which::Invitation => self.invitation(app, (partner, import), input).await?,
            Which::Revocation => {
                let reason = Reason::of(input.reason).map_err(|invalid| InvalidField::at("reason", invalid))?;
                let somebody = || self.somebody(app, Name::parse(SOMEBODY)?, Vec::new());
                compose::revocation(app, &self.brand, &partner.map_or_else(somebody, Ok)?, reason.as_ref())?
            }
        };
        Ok((self.brand, mail))
    }

    async fn invitation(
        &self,
        app: &App,
        (partner, import): (Option<Partner>, Option<Import>),
        input: Input,
    ) -> Result<Rendered> {
        let stays = input.note.is_none();
        let note = Note::of(input.note).map_err(|invalid| InvalidField::at("note", invalid))?;
        let note = note.map(|text| PersonalNote::of(text, &self.actor));
        let kept = match partner.as_ref().and_then(|partner| partner.note.clone()) {
            Some(InvitationNote::Own(note)) => Some(note),
            Some(InvitationNote::OfImport(import)) => {
                app.store.get(&keys::import(&self.brand.slug, &import)).await?.and_then(|import| import.options.note)
            }
            None => import.as_ref().and_then(|import| import.options.note.clone()),
        };
        let note = if stays { kept } else { note };
        let ids = |ids: Vec<ProgramId>| ids.iter().map(ToString::to_string).collect();
        let wanted = input.program_ids.or_else(|| import.and_then(|import| import.options.programs).map(ids));
        let programs = programs_to_grant(wanted.as_deref(), &self.programs);
        let programs = programs.map_err(|invalid| InvalidField::at("programIds", invalid))?;
        let name = input.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| SOMEBODY.to_owned());
        let name = Name::parse(&name).map_err(|invalid| InvalidField::at("name", invalid))?;
        let fresh = self.somebody(app, name, programs)?;
        let partner = match partner {
            Some(partner) => Partner { invitation_ends_at: fresh.invitation_ends_at, ..partner },
            None => fresh,
        };
        // They look like links, but do nothing.
        let door = format!("{}{}", app.config.base_url, base_path(&self.brand.slug, Audience::Partner));
        let (link, decline) = (format!("{door}/login?token=preview"), format!("{door}/not-interested?for=preview"));
        compose::invitation(app, &self.brand, (&partner, note.as_ref()), &self.programs, (link, &decline))
    }

    /// Creates a partner as if the caller invited them now.
    fn somebody(&self, app: &App, name: Name, programs: Vec<ProgramId>) -> Result<Partner> {
        let new = NewPartner {
            id: app.fresh(),
            event: app.fresh(),
            brand: self.brand.slug.clone(),
            name,
            email: EmailAddress::parse("somebody@example.com")?,
            programs,
            source: GrantSource::Admin,
            commission: None,
            access: Access::Invitation,
            metadata: None,
            note: None,
            import: None,
        };
        Ok(new.bring_in(&self.actor, app.now()).partner)
    }
}
