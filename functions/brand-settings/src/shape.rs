//! What is said of a brand, and what is told of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App,
    domain::{Brand, Colour, EmailAddress, Footer, Name, Shades, TimeZone},
};

/// What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Whom mails come from. Left empty: the brand's name.
    #[schemars(with = "Option<Name>")]
    pub(crate) sender_name: Option<String>,
    /// Where answers and questions go.
    #[schemars(with = "Option<EmailAddress>")]
    pub(crate) support_address: Option<String>,
    /// What stands under mails and pages. Left empty: nothing.
    #[schemars(with = "Option<Footer>")]
    pub(crate) footer: Option<String>,
    /// The colour of buttons and links. Left empty: the usual one.
    #[schemars(with = "Option<Colour>")]
    pub(crate) accent: Option<String>,
    /// In which zone pages and mails tell the time.
    #[schemars(with = "Option<TimeZone>")]
    pub(crate) time_zone: Option<String>,
    /// Whether whoever is invited is reminded once, three days before the invitation ends. At first nobody is.
    pub(crate) reminders: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// The brand's name.
    name: Name,
    /// Whom mails come from, if not from that.
    sender_name: Option<Name>,
    /// Where answers and questions go.
    support_address: EmailAddress,
    /// What stands under mails and pages.
    footer: Option<Footer>,
    /// The colour of buttons and links, if it is not the usual one.
    accent: Option<Colour>,
    time_zone: TimeZone,
    /// Whether whoever is invited is reminded once, three days before the invitation ends.
    reminders: bool,
    logo: Option<LogoView>,
}

/// A logo.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Logo")]
struct LogoView {
    /// Where everybody can see it. Another logo has another address.
    url: String,
    /// In pixels, as it is kept.
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

/// What a colour becomes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Accent")]
pub(crate) struct AccentView {
    /// Whether it can be seen on a light page, so that a brand can wear it.
    fits: bool,
    /// The nearest colour that can; itself if it can.
    nearest: Colour,
    /// What becomes of that on light pages,
    light: ShadesView,
    /// and on dark ones.
    dark: ShadesView,
}

/// What a page wears.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Shades")]
struct ShadesView {
    /// Of buttons.
    fill: Colour,
    /// Of the words on them.
    on_fill: Colour,
    /// Of links.
    text: Colour,
}

impl AccentView {
    pub(crate) fn of(colour: Colour) -> Self {
        let nearest = colour.as_accent();
        let palette = nearest.palette();
        let view = |Shades { fill, on_fill, text }| ShadesView { fill, on_fill, text };
        Self { fits: nearest == colour, nearest, light: view(palette.light), dark: view(palette.dark) }
    }
}
