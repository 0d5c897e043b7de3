//! Input of a connection.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, InvalidField, Result,
    domain::{Invalid, NetworkConnection, NetworkUrl},
};

const TOKEN_CHARS_MAX: usize = 2_000;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Base URL of the Network's API: https, on port 443. While connected, it can change only within the same host.
    #[schemars(with = "String", extend("format" = "uri"))]
    pub(crate) url: NetworkUrl,
    /// Token for calls to the Network. If omitted, it stays.
    #[schemars(length(min = 1, max = 2000))]
    pub(crate) token: Option<String>,
}

/// Validates the URL. Another host is another Network: it must not receive the token and secret of this one, and it
/// knows none of the partners that were synced to this one.
pub(crate) async fn may_be_called(app: &App, before: Option<&NetworkConnection>, url: &NetworkUrl) -> Result<()> {
    let at = |invalid: Invalid| InvalidField::at("url", invalid);
    let parsed = url.below(&[]).ok_or_else(|| at(Invalid::url("Not a valid URL.")))?;
    app.outside().check(parsed).await.map_err(|forbidden| at(Invalid::url(forbidden.to_string())))?;
    if before.is_some_and(|before| before.url.host() != url.host()) {
        let message = "This is the host of another Network. Disconnect from the current one first.";
        return Err(at(Invalid::unsupported(message)).into());
    }
    Ok(())
}

/// Returns the token if it is valid in an HTTP header.
pub(crate) fn checked_token(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = (1..=TOKEN_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let message = "A token must be 1 to 2,000 visible ASCII characters.";
    if fits { Ok(text.to_owned()) } else { Err(InvalidField::at("token", Invalid::unsupported(message)).into()) }
}
