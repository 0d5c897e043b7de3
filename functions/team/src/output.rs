//! What is told of the team.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    domain::{Actor, Admin, AdminId, ApiKey, ApiKeyId, EmailAddress, Name, Role},
    web::Time,
};

/// The team.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Team")]
pub(crate) struct Listed {
    /// Everybody, the one who was first first.
    pub(crate) admins: Vec<OneOfTeam>,
}

/// One of the team.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Admin")]
pub(crate) struct OneOfTeam {
    /// Names them.
    id: AdminId,
    /// How partners see them in invitations.
    name: Name,
    /// Where their links to sign in go.
    email: EmailAddress,
    /// What they may do.
    role: Role,
    /// When they were invited.
    created_at: Time,
    /// Whether they are the one who asks.
    you: bool,
    /// The keys that they made, and that stay when they go.
    api_keys: Vec<KeyName>,
}

/// An API key by its name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyName")]
pub(crate) struct KeyName {
    /// Names it.
    id: ApiKeyId,
    /// What people call it.
    label: Name,
}

/// That somebody is out.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminRemoved")]
pub(crate) struct Removed {
    /// Always true.
    pub(crate) ok: bool,
    /// The keys that they made. They work until somebody deletes them.
    pub(crate) api_keys: Vec<KeyName>,
}

impl OneOfTeam {
    pub(crate) fn of(admin: &Admin, keys: &[ApiKey], you: &Actor) -> Self {
        Self {
            id: admin.id.clone(),
            name: admin.name.clone(),
            email: admin.email.clone(),
            role: admin.role,
            created_at: admin.created_at,
            you: you.id == admin.id.as_str(),
            api_keys: keys_of(admin, keys),
        }
    }
}

/// The keys that an admin made.
pub(crate) fn keys_of(admin: &Admin, keys: &[ApiKey]) -> Vec<KeyName> {
    let made = keys.iter().filter(|key| key.is_made_by(&admin.id));
    made.map(|key| KeyName { id: key.id.clone(), label: key.label.clone() }).collect()
}
