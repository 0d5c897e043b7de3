//! What an admin says of a Network.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, InvalidField, Result,
    domain::{Invalid, NetworkUrl},
};

const TOKEN_CHARS_MAX: usize = 2_000;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Where the Network's API is reached: https, on port 443.
    #[schemars(with = "String", extend("format" = "uri"))]
    pub(crate) url: NetworkUrl,
    /// What calls to it are made with. Left out, it stays.
    #[schemars(length(min = 1, max = 2000))]
    pub(crate) token: Option<String>,
}

pub(crate) async fn may_be_called(app: &App, url: &NetworkUrl) -> Result<()> {
    let invalid = |message: String| InvalidField::at("url", Invalid::url(message));
    let parsed = url.below(&[]).ok_or_else(|| invalid("This is no address.".to_owned()))?;
    app.outside().check(parsed).await.map_err(|forbidden| invalid(forbidden.to_string()).into())
}

/// A token that fits into a header.
pub(crate) fn checked_token(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = (1..=TOKEN_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let message = "A token has 1 to 2,000 visible ASCII characters.";
    if fits { Ok(text.to_owned()) } else { Err(InvalidField::at("token", Invalid::unsupported(message)).into()) }
}
