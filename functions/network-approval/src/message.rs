//! The messages that the Network sends.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{
        Application, ApplicationId, CommissionTerms, EmailAddress, Invalid, Name, NetworkConnection, ProgramId,
        shortened,
    },
    web::CommissionSnapshot,
};

const WANTED_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 500;
const ID_CHARS_MAX: usize = 200;

/// A message. Other fields are up to the Network, which may add more.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NetworkMessage")]
pub(crate) struct Message {
    /// `application.approved`; all other types are accepted with 202 and ignored.
    #[serde(rename = "type")]
    #[schemars(extend("examples" = ["application.approved"]))]
    #[expect(dead_code, reason = "it was looked at before the rest was read")]
    kind: String,
    /// The approved application.
    data: Data,
}

/// An approved application.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovedApplication")]
struct Data {
    /// ID of the application; the same in every repetition.
    application_id: ApplicationId,
    creator: CreatorData,
    offering: OfferingData,
    /// The link key that the creator prefers. If it is taken, the handle is used, or a key with a short suffix.
    preferred_slug: Option<String>,
    /// The Network's note about the creator; admins see the first 500 characters.
    note: Option<String>,
    /// Commission terms of this grant, if they differ from those of the program.
    commission_snapshot: Option<CommissionSnapshot>,
    /// True to email the creator a sign-in link.
    #[serde(default)]
    #[schemars(extend("default" = true))]
    send_invite: Option<bool>,
}

/// The creator who applied.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NetworkCreator")]
struct CreatorData {
    /// The creator's ID on the Network.
    id: Option<String>,
    name: Name,
    email: EmailAddress,
    /// With or without a leading @.
    handle: Option<String>,
}

/// The offering that the creator applied for.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkOffering")]
struct OfferingData {
    /// The program of the offering.
    #[schemars(with = "ProgramId")]
    program_id: String,
}

impl Message {
    /// Returns the application, as one of this connection's Network.
    pub(crate) fn application(self, connection: &NetworkConnection) -> Result<Application> {
        let at = |field: &'static str| move |invalid: Invalid| InvalidField::at(field, invalid);
        let Data { application_id, creator, offering, preferred_slug, note, commission_snapshot, send_invite } =
            self.data;
        let commission: Option<CommissionTerms> =
            commission_snapshot.map(CommissionSnapshot::read).transpose().map_err(at("data.commissionSnapshot"))?;
        // An ID in another format can't belong to one of our programs.
        let program = ProgramId::parse(&offering.program_id).map_err(|_invalid| shared::Error::NoSuchProgram)?;
        Ok(Application {
            id: Some(application_id),
            network: Some(connection.url.host()),
            creator: creator.id.and_then(|id| shortened(&id, ID_CHARS_MAX)),
            name: creator.name,
            email: creator.email,
            handle: creator.handle.map(|handle| cut(&handle, WANTED_CHARS_MAX)),
            programs: vec![program],
            wanted: preferred_slug.map(|slug| cut(&slug, WANTED_CHARS_MAX)),
            note: note.and_then(|note| shortened(&note, NOTE_CHARS_MAX)),
            commission,
            send_invite: send_invite.unwrap_or(true),
        })
    }
}

fn cut(text: &str, chars_max: usize) -> String {
    text.chars().filter(|char| !char.is_control()).take(chars_max).collect()
}
