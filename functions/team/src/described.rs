//! OpenAPI description of the routes.

use shared::{
    domain::AdminId,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

use crate::{
    change::{Invited, RoleGiven},
    output::{Listed, OneOfTeam, Removed},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (reads, changes, one) = (MayCall::Team(crate::READS), MayCall::Team(crate::CHANGES), "Their id.");
    vec![
        Operation::new((Method::GET, crate::TEAM), "listTeam", reads, "List the team")
            .answers::<Listed>(StatusCode::OK, "Every admin, with the API keys that they made."),
        Operation::new((Method::POST, crate::TEAM), "inviteAdmin", changes, "Invite somebody to the team")
            .details("They get a welcome mail with a link to sign in; all owners are told by mail. At most 40 a brand.")
            .body::<Invited>()
            .answers::<OneOfTeam>(StatusCode::CREATED, "The new admin.")
            .refuses(&["in_team", "team_full"]),
        Operation::new((Method::PATCH, crate::ONE), "changeRole", changes, "Give somebody of the team another role")
            .details("It counts from their next request on; all owners are told by mail. One owner stays one.")
            .part::<AdminId>("admin", one)
            .body::<RoleGiven>()
            .answers::<OneOfTeam>(StatusCode::OK, "The admin as they are now.")
            .refuses(&["last_owner"]),
        Operation::new((Method::DELETE, crate::ONE), "removeAdmin", changes, "Remove somebody from the team")
            .details("They are signed out everywhere with this call, and links on their way to them are dead; all owners are told by mail. API keys that they made work on: the answer lists them.")
            .part::<AdminId>("admin", one)
            .answers::<Removed>(StatusCode::OK, "They are out.")
            .refuses(&["last_owner"]),
        Operation::new((Method::POST, crate::WELCOME), "welcomeAdmin", changes, "Send the welcome mail again")
            .part::<AdminId>("admin", one)
            .answers::<OneOfTeam>(StatusCode::ACCEPTED, "The mail is on its way.")
            .refuses(&["too_many_requests"]),
    ]
}
