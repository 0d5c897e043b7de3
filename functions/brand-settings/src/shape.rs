//! Input and output of a brand's settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App,
    domain::{Brand, Color, EmailAddress, Name, PostalAddress, Shades, TimeZone},
};

/// The settings to change. Omitted fields stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Sender name of emails. If empty, the brand's name is used.
    #[schemars(with = "Option<Name>")]
    pub(crate) sender_name: Option<String>,
    /// Email address for replies and questions.
    #[schemars(with = "Option<EmailAddress>")]
    pub(crate) support_address: Option<String>,
    /// Footer of emails and pages. If empty, there is none.
    #[schemars(with = "Option<PostalAddress>")]
    pub(crate) footer: Option<String>,
    /// Colour of buttons and links. If empty, the default colour is used.
    #[schemars(with = "Option<Color>")]
    pub(crate) accent: Option<String>,
    /// Time zone of the times on pages and in emails.
    #[schemars(with = "Option<TimeZone>")]
    pub(crate) time_zone: Option<String>,
    /// True to remind invited people once, three days before the invitation expires. Off by default.
    pub(crate) reminders: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// The brand's name.
    name: Name,
    /// Sender name of emails, if it differs from the brand's name.
    sender_name: Option<Name>,
    /// Email address for replies and questions.
    support_address: EmailAddress,
    /// Footer of emails and pages.
    footer: Option<PostalAddress>,
    /// Colour of buttons and links, if it isn't the default colour.
    accent: Option<Color>,
    time_zone: TimeZone,
    /// True if invited people are reminded once, three days before the invitation expires.
    reminders: bool,
    logo: Option<LogoView>,
}

/// A brand's logo.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Logo")]
struct LogoView {
    /// Public URL of the logo. Another logo has another URL.
    url: String,
    /// Size of the stored image, in pixels.
    width: u32,
    height: u32,
}

impl Output {
    pub(crate) fn of(app: &App, brand: &Brand) -> Self {
        let logo = brand.logo.as_ref().map(|logo| LogoView {
            url: format!("{}{}", app.config.base_url, logo.path(&brand.slug)),
            width: logo.width,
            height: logo.height,
        });
        Self {
            name: brand.name.clone(),
            sender_name: brand.sender_name.clone(),
            support_address: brand.reply_to.clone(),
            footer: brand.footer.clone(),
            accent: brand.accent,
            time_zone: brand.time_zone.clone(),
            reminders: brand.reminders,
            logo,
        }
    }
}

/// The shades that pages derive from a colour.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Accent")]
pub(crate) struct AccentView {
    /// True if the colour has enough contrast on a light page to be the brand colour.
    fits: bool,
    /// The nearest colour with enough contrast; the colour itself if it has enough.
    nearest: Color,
    /// Shades for light pages.
    light: ShadesView,
    /// Shades for dark pages.
    dark: ShadesView,
}

/// Colours that a page uses.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Shades")]
struct ShadesView {
    /// Colour of buttons.
    fill: Color,
    /// Colour of the text on buttons.
    on_fill: Color,
    /// Colour of links.
    text: Color,
}

impl AccentView {
    pub(crate) fn of(colour: Color) -> Self {
        let nearest = colour.as_accent();
        let palette = nearest.palette();
        let view = |Shades { fill, on_fill, text }| ShadesView { fill, on_fill, text };
        Self { fits: nearest == colour, nearest, light: view(palette.light), dark: view(palette.dark) }
    }
}
