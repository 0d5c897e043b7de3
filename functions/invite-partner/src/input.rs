//! Converts the input of an invitation, in the names of this API or of OpenPartner, to a command.

use shared::{
    App, InvalidField, Result,
    domain::{
        Access, Application, BrandSlug, GrantSource, Invalid, InvitationNote, Metadata, NewPartner, Note, PersonalNote,
        Program, Scope, programs_to_grant, shortened,
    },
    web::{Caller, CommissionSnapshot},
};

use crate::{
    Wanted,
    wire::{Input, WireSource},
};

const CREATOR_CHARS_MAX: usize = 200;

impl Input {
    pub(crate) fn wanted(self, app: &App, brand: BrandSlug, programs: &[Program], caller: &Caller) -> Result<Wanted> {
        let at = |field: &'static str| move |invalid: Invalid| InvalidField::at(field, invalid);
        let (field, wanted) = match (self.program_ids, self.campaign_ids) {
            (Some(_), Some(_)) => {
                let both = Invalid::unsupported("Send `programIds` or its older name `campaignIds`, not both.");
                return Err(at("campaignIds")(both).into());
            }
            (None, Some(ids)) => ("campaignIds", Some(ids)),
            (ids, None) => ("programIds", ids),
        };
        let source = match self.campaign_grant_source {
            WireSource::Admin => GrantSource::Admin,
            WireSource::Offering => {
                caller.must(Scope::NetworkWrite)?;
                if wanted.is_none() {
                    let message = "An approval must name the programs of its offering.";
                    return Err(InvalidField::at(field, Invalid::missing(message)).into());
                }
                GrantSource::Network
            }
        };
        let note = Note::of(self.note).map_err(at("note"))?;
        let mailed = source == GrantSource::Admin && self.send_invite;
        if note.is_some() && !mailed {
            let none_sent = Invalid::unsupported("A note can only be added if an invitation is sent.");
            return Err(at("note")(none_sent).into());
        }
        let metadata = self.metadata.as_ref().map(Metadata::parse).transpose().map_err(at("metadata"))?;
        let creator = self.metadata.as_ref().and_then(|metadata| metadata.get("networkCreatorId")?.as_str());
        let programs = programs_to_grant(wanted.as_deref(), programs).map_err(at(field))?;
        let commission = self.commission_snapshot.map(CommissionSnapshot::read);
        let commission = commission.transpose().map_err(at("commissionSnapshot"))?;
        if source == GrantSource::Network {
            let application = Application {
                id: None,
                network: None,
                creator: creator.and_then(|id| shortened(id, CREATOR_CHARS_MAX)),
                name: self.name,
                email: self.email,
                handle: None,
                programs,
                wanted: None,
                note: None,
                commission,
                send_invite: self.send_invite,
            };
            return Ok(Wanted::Approval(Box::new(application), metadata));
        }
        Ok(Wanted::Invitation(Box::new(NewPartner {
            id: app.fresh(),
            event: app.fresh(),
            brand,
            name: self.name,
            email: self.email,
            programs,
            source,
            commission,
            access: if self.send_invite { Access::Invitation } else { Access::AtOnce },
            metadata,
            note: note.map(|text| InvitationNote::Own(PersonalNote::of(text, &caller.actor()))),
            import: None,
        })))
    }
}
