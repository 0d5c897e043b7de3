//! OpenAPI description of the routes.

use shared::{
    domain::AdminId,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

use crate::{
    change::{Invited, RoleGiven},
    output::{Listed, OneOfTeam, Removed},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let (reads, changes, one) =
        (AllowedCaller::Team(crate::READS), AllowedCaller::Team(crate::CHANGES), "The admin’s ID.");
    vec![
        Operation::new((Method::GET, crate::TEAM), "listTeam", reads, "List team members")
            .answers::<Listed>(StatusCode::OK, "Every admin, with the API keys that they created."),
        Operation::new((Method::POST, crate::TEAM), "inviteAdmin", changes, "Invite a team member")
            .details("The new admin gets a welcome email with a sign-in link, and all owners are emailed. At most 40 admins per brand.")
            .body::<Invited>()
            .answers::<OneOfTeam>(StatusCode::CREATED, "The new admin.")
            .refuses(&["in_team", "team_full"]),
        Operation::new((Method::PATCH, crate::ONE), "changeRole", changes, "Change a member’s role")
            .details("Takes effect with the admin’s next request. All owners are emailed. There must be at least one owner.")
            .part::<AdminId>("admin", one)
            .body::<RoleGiven>()
            .answers::<OneOfTeam>(StatusCode::OK, "The updated admin.")
            .refuses(&["last_owner"]),
        Operation::new((Method::DELETE, crate::ONE), "removeAdmin", changes, "Remove a team member")
            .details("Ends all sessions of the admin immediately and invalidates links sent to them. All owners are emailed. API keys that the admin created keep working; the response lists them.")
            .part::<AdminId>("admin", one)
            .answers::<Removed>(StatusCode::OK, "The admin was removed.")
            .refuses(&["last_owner"]),
        Operation::new((Method::POST, crate::WELCOME), "welcomeAdmin", changes, "Resend the welcome email")
            .part::<AdminId>("admin", one)
            .answers::<OneOfTeam>(StatusCode::ACCEPTED, "The email was queued.")
            .refuses(&["too_many_requests"]),
    ]
}
