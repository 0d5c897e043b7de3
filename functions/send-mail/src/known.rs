//! Context that the emails of a batch share, read once for all of them.

use std::collections::HashMap;

use shared::{
    App, Result,
    domain::{
        Brand, BrandSlug, EmailAddress, Import, InvitationNote, Partner, PersonalNote, Program, SuppressionRecord,
    },
    jobs::MailJob,
    runtime::worker::Message,
    store::{Found, Key, keys},
};

/// Brands with their programs, and the suppressions of the partners to invite.
///
/// It is read before emails are claimed. If a partner's email address changes meanwhile, so does the epoch, and the
/// email can't be claimed any more.
#[derive(Default)]
pub(crate) struct Known {
    brands: HashMap<String, (Brand, Vec<Program>)>,
    addresses: Option<Found>,
    partners: HashMap<String, EmailAddress>,
}

/// Everything that an invitation needs besides the partner.
pub(crate) struct Background<'a> {
    pub(crate) brand: &'a Brand,
    pub(crate) programs: &'a [Program],
    pub(crate) address: Option<SuppressionRecord>,
    pub(crate) note: Option<PersonalNote>,
}

impl Known {
    /// Reads the context if there is more than one invitation; for a single one, it is read after the claim.
    pub(crate) async fn of(app: &App, messages: &[Message<MailJob>]) -> Result<Self> {
        let invited = messages.iter().filter_map(|message| match &message.job {
            MailJob::Invitation { brand, partner, .. } | MailJob::Reminder { brand, partner, .. } => {
                Some((brand, keys::partner(brand, partner)))
            }
            MailJob::Invitations { .. }
            | MailJob::SignInLink { .. }
            | MailJob::Revocation { .. }
            | MailJob::Welcome { .. }
            | MailJob::AddressAsked { .. }
            | MailJob::AddressMoved { .. }
            | MailJob::WebhookOff { .. }
            | MailJob::TeamChanged { .. }
            | MailJob::SignIn { .. } => None,
        });
        let invited: Vec<(&BrandSlug, Key<Partner>)> = invited.collect();
        if invited.len() < 2 {
            return Ok(Self::default());
        }
        let found = app.store.read(invited.iter().map(|(_, key)| key.raw())).await?;
        // A partner who can't be read affects only their own email.
        let partners: Vec<Partner> = invited.iter().filter_map(|(_, key)| found.get(key).ok().flatten()).collect();
        let mut slugs: Vec<&BrandSlug> = partners.iter().map(|partner| &partner.brand).collect();
        slugs.sort_unstable_by_key(|slug| slug.as_str());
        slugs.dedup();
        let addresses = partners.iter().map(|partner| keys::address(&partner.brand, &partner.email).raw());
        let brands = slugs.iter().map(|slug| keys::brand(slug).raw());
        let imports = partners.iter().filter_map(import_with_note).map(|key| key.raw());
        let found = app.store.read(brands.chain(addresses).chain(imports)).await?;
        let mut known = Self::default();
        for slug in slugs {
            if let Some(brand) = found.get(&keys::brand(slug))? {
                let programs = app.store.list(keys::programs(slug)).await?;
                known.brands.insert(slug.to_string(), (brand, programs));
            }
        }
        known.partners = partners.into_iter().map(|partner| (partner.id.to_string(), partner.email)).collect();
        known.addresses = Some(found);
        Ok(known)
    }

    /// Returns the context for a partner, if it was read for their current email address.
    pub(crate) fn about(&self, partner: &Partner) -> Result<Option<Background<'_>>> {
        let same = self.partners.get(partner.id.as_str()) == Some(&partner.email);
        let (Some(found), Some((brand, programs)), true) =
            (&self.addresses, self.brands.get(partner.brand.as_str()), same)
        else {
            return Ok(None);
        };
        let address = found.get(&keys::address(&partner.brand, &partner.email))?;
        Ok(Some(Background { brand, programs, address, note: note_for(partner, found)? }))
    }
}

/// Returns the import that stores the partner's note, if the partner doesn't store it.
pub(crate) fn import_with_note(partner: &Partner) -> Option<Key<Import>> {
    match &partner.note {
        Some(InvitationNote::OfImport(import)) => Some(keys::import(&partner.brand, import)),
        Some(InvitationNote::Own(_)) | None => None,
    }
}

/// Returns the personal note of a partner's invitation; `found` contains the import if that stores it.
pub(crate) fn note_for(partner: &Partner, found: &Found) -> Result<Option<PersonalNote>> {
    match &partner.note {
        Some(InvitationNote::Own(note)) => Ok(Some(note.clone())),
        Some(InvitationNote::OfImport(import)) => {
            Ok(found.get(&keys::import(&partner.brand, import))?.and_then(|import| import.options.note))
        }
        None => Ok(None),
    }
}
