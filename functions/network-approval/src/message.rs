//! What the Network sends.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{
        Application, ApplicationId, Commission, EmailAddress, Invalid, Name, NetworkConnection, ProgramId, shortened,
    },
    web::CommissionSnapshot,
};

const WANTED_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 500;
const ID_CHARS_MAX: usize = 200;

/// A message. What else stands in it is the Network's own business, and may become more.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NetworkMessage")]
pub(crate) struct Message {
    /// `application.approved`; every other is answered with 202 and ignored.
    #[serde(rename = "type")]
    #[schemars(extend("examples" = ["application.approved"]))]
    #[expect(dead_code, reason = "it was looked at before the rest was read")]
    kind: String,
    /// What was approved.
    data: Data,
}

/// An application that was approved.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovedApplication")]
struct Data {
    /// The same with every repetition.
    application_id: ApplicationId,
    creator: CreatorData,
    offering: OfferingData,
    /// The key that the creator wants for the link. If it is taken, it is the handle, or one with a short tail.
    preferred_slug: Option<String>,
    /// What the Network's people say of it; admins see the first 500 characters.
    note: Option<String>,
    /// Terms of this grant, where they are not the program's own.
    commission_snapshot: Option<CommissionSnapshot>,
    /// Whether the creator is mailed a link to sign in.
    #[serde(default)]
    #[schemars(extend("default" = true))]
    send_invite: Option<bool>,
}

/// Who applied.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NetworkCreator")]
struct CreatorData {
    /// What the Network calls them.
    id: Option<String>,
    name: Name,
    email: EmailAddress,
    /// Without an @, or with one.
    handle: Option<String>,
}

/// What they applied for.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkOffering")]
struct OfferingData {
    /// The program that it is of.
    #[schemars(with = "ProgramId")]
    program_id: String,
}

impl Message {
    /// What it says, if this connection's Network says it.
    pub(crate) fn application(self, connection: &NetworkConnection) -> Result<Application> {
        let at = |field: &'static str| move |invalid: Invalid| InvalidField::at(field, invalid);
        let Data { application_id, creator, offering, preferred_slug, note, commission_snapshot, send_invite } =
            self.data;
        let commission: Option<Commission> =
            commission_snapshot.map(CommissionSnapshot::read).transpose().map_err(at("data.commissionSnapshot"))?;
        // One that can't be a program's is no program of ours.
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
