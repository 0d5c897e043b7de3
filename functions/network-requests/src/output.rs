//! What is answered.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    domain::{ApplicationId, ProgramId},
    network::{NetworkRequest, RequestsPage},
    web::Time,
};

/// The applications that wait on the Network.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkRequests")]
pub(crate) struct Listed {
    /// As the Network tells of them.
    requests: Vec<RequestOutput>,
    /// How many more the Network told of that could not be read.
    unread: usize,
    /// Where the next part begins, if there is more.
    next_cursor: Option<String>,
}

/// An application that waits. Everything in it was written by the creator or the Network.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkRequest")]
struct RequestOutput {
    id: ApplicationId,
    /// Who applies.
    creator: String,
    handle: Option<String>,
    email: Option<String>,
    bio: Option<String>,
    /// What they apply for.
    offering: Option<String>,
    program_id: Option<ProgramId>,
    /// The key that they want for their link.
    preferred_slug: Option<String>,
    /// Why they should be taken.
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

/// What came of each application, in the order of their ids.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RequestsDecided")]
pub(crate) struct Output {
    /// What came of it, in a sentence.
    summary: String,
    requests: Vec<Decided>,
}

impl Output {
    pub(crate) fn of(requests: Vec<Decided>, approve: bool) -> Self {
        let taken = requests.iter().filter(|each| each.taken == Some(true)).count();
        let summary = match (taken, requests.len()) {
            (taken, all) if taken == all && approve => "Approved. What came of it is below.".to_owned(),
            (taken, all) if taken == all => "Rejected.".to_owned(),
            (0, 1) => "The Network did not take it. What it said is below.".to_owned(),
            (0, _) => "The Network took none of them. What it said is below.".to_owned(),
            (taken, all) => format!("The Network took {taken} of {all}. What it said is below."),
        };
        Self { summary, requests }
    }
}

/// What came of an application.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RequestDecided")]
pub(crate) struct Decided {
    pub(crate) id: ApplicationId,
    /// Whether the Network took the word; `null` if it gave no answer, and false also if there was no time to tell it.
    pub(crate) taken: Option<bool>,
    /// What it said, in a sentence.
    pub(crate) said: String,
}
