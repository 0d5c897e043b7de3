//! The team as the API returns it.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    domain::{Actor, Admin, AdminId, ApiKey, ApiKeyId, EmailAddress, Name, Role},
    web::Time,
};

/// The team of a brand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Team")]
pub(crate) struct Listed {
    /// All admins, oldest first.
    pub(crate) admins: Vec<OneOfTeam>,
}

/// An admin.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Admin")]
pub(crate) struct OneOfTeam {
    /// The admin's ID.
    id: AdminId,
    /// Name that partners see in invitations.
    name: Name,
    /// Email address for sign-in links.
    email: EmailAddress,
    /// The admin's role.
    role: Role,
    /// Time of the invitation.
    created_at: Time,
    /// True if this admin is the caller.
    you: bool,
    /// API keys that the admin created, and that stay if the admin is removed.
    api_keys: Vec<KeyName>,
}

/// An API key with its name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyName")]
pub(crate) struct KeyName {
    /// The API key's ID.
    id: ApiKeyId,
    /// The API key's name.
    label: Name,
}

/// Confirms that an admin was removed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminRemoved")]
pub(crate) struct Removed {
    /// Always `true`.
    pub(crate) ok: bool,
    /// API keys that the admin created. They work until they are deleted.
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

/// Returns the API keys that an admin created.
pub(crate) fn keys_of(admin: &Admin, keys: &[ApiKey]) -> Vec<KeyName> {
    let made = keys.iter().filter(|key| key.is_made_by(&admin.id));
    made.map(|key| KeyName { id: key.id.clone(), label: key.label.clone() }).collect()
}
