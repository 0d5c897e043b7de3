//! The responses.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    domain::{ApplicationId, ProgramId},
    network::{NetworkRequest, RequestsPage},
    web::Time,
};

/// The pending applications on the Network.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkRequests")]
pub(crate) struct Listed {
    /// The applications, as the Network returns them.
    requests: Vec<RequestOutput>,
    /// Number of further applications that couldn't be read.
    unread: usize,
    /// Cursor of the next page, if there is one.
    next_cursor: Option<String>,
}

/// A pending application. All of its content was written by the creator or the Network.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkRequest")]
struct RequestOutput {
    id: ApplicationId,
    /// The creator's name.
    creator: String,
    handle: Option<String>,
    email: Option<String>,
    bio: Option<String>,
    /// The offering that the creator applies for.
    offering: Option<String>,
    program_id: Option<ProgramId>,
    /// The link key that the creator prefers.
    preferred_slug: Option<String>,
    /// The creator's message to the brand.
    message: Option<String>,
    created_at: Option<Time>,
}

impl Listed {
    pub(crate) fn of(page: RequestsPage) -> Self {
        let requests = page.requests.into_iter().map(RequestOutput::from).collect();
        Self { requests, unread: page.unread, next_cursor: page.next }
    }
}

impl From<NetworkRequest> for RequestOutput {
    fn from(request: NetworkRequest) -> Self {
        let NetworkRequest { id, creator, handle, email, bio, offering, program, wanted, pitch, at } = request;
        Self {
            id,
            creator,
            handle,
            email,
            bio,
            offering,
            program_id: program,
            preferred_slug: wanted,
            message: pitch,
            created_at: at,
        }
    }
}

/// Outcome of each application, ordered by ID.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RequestsDecided")]
pub(crate) struct Output {
    /// The result in a sentence.
    summary: String,
    requests: Vec<Decided>,
}

impl Output {
    pub(crate) fn of(requests: Vec<Decided>, approve: bool) -> Self {
        let taken = requests.iter().filter(|each| each.taken == Some(true)).count();
        let summary = match (taken, requests.len()) {
            (taken, all) if taken == all && approve => "Approved. The results are below.".to_owned(),
            (taken, all) if taken == all => "Rejected.".to_owned(),
            (0, 1) => "The Network rejected the decision. Its response is below.".to_owned(),
            (0, _) => "The Network accepted none of the decisions. Its responses are below.".to_owned(),
            (taken, all) => format!("The Network accepted {taken} of {all} decisions. Its responses are below."),
        };
        Self { summary, requests }
    }
}

/// Outcome of an application.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RequestDecided")]
pub(crate) struct Decided {
    pub(crate) id: ApplicationId,
    /// True if the Network accepted the decision; `null` if it gave no response. False also if there
    /// was no time left to send it.
    pub(crate) taken: Option<bool>,
    /// The Network's response, in a sentence.
    pub(crate) said: String,
}
