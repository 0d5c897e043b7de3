//! The layout around a page, and the pages for errors.

use super::{
    Reply, Request, assets,
    pages::{self, DeadLink, Layout, Link, Nav, Notice, Theme},
    stylesheet,
};
use crate::{
    App,
    domain::{Audience, Brand, BrandSlug},
    error::{Error, Result},
    store::keys,
};

/// Base path of one portal of a brand: `/t/acme` or `/t/acme/admin`.
#[must_use]
pub fn base_path(brand: &BrandSlug, audience: Audience) -> String {
    match audience {
        Audience::Partner => format!("/t/{brand}"),
        Audience::Admin => format!("/t/{brand}/admin"),
    }
}

/// The pages of a brand in one of its portals.
#[derive(Debug, Clone, Copy)]
pub struct Face<'a> {
    /// The brand.
    pub brand: &'a Brand,
    /// The portal.
    pub audience: Audience,
}

impl Face<'_> {
    /// Layout around a page.
    #[must_use]
    pub fn shell(&self, title: &str, nav: Nav, signed_in_as: Option<String>) -> Layout {
        Layout {
            lang: "en",
            title: title.to_owned(),
            brand_name: self.brand.name.to_string(),
            brand_slug: self.brand.slug.to_string(),
            base: base_path(&self.brand.slug, self.audience),
            audience: side(self.audience),
            signed_in_as,
            manages: false,
            owns: false,
            nav,
            help: Some(self.brand.reply_to.to_string()),
            assets: assets::assets(),
            worn: stylesheet::of(self.brand),
        }
    }
}

fn side(audience: Audience) -> pages::Audience {
    match audience {
        Audience::Partner => pages::Audience::Partner,
        Audience::Admin => pages::Audience::Admin,
    }
}

/// A request for a page: its errors are pages too.
#[derive(Debug)]
pub(crate) struct PageRequest {
    brand: Option<BrandSlug>,
    audience: Audience,
    /// True if the path is a share link: its visitor has nothing to do with the brand's pages.
    shared: bool,
}

/// Returns how errors of this request are shown: `None` for the API and for assets, whose errors are JSON.
pub(crate) fn page_for(request: &Request) -> Option<PageRequest> {
    let shared = request.path.starts_with("/r/");
    if !request.path.starts_with("/t/") && !shared {
        return None;
    }
    let audience = if shared { Audience::Partner } else { request.audience() };
    Some(PageRequest { brand: request.param("brand").ok(), audience, shared })
}

impl PageRequest {
    /// Page for `error`.
    pub(crate) async fn error(&self, app: &App, error: &Error, request_id: &str) -> Result<Reply> {
        let status = error.status_and_code().0;
        let brand = match &self.brand {
            // The page must be shown even if the table can't be read; it then lacks the branding.
            Some(slug) => app.store.get(&keys::brand(slug)).await.ok().flatten(),
            None => None,
        };
        let shell = match &brand {
            Some(brand) => Face { brand, audience: self.audience }.shell("", Nav::Elsewhere, None),
            None => self.nameless(),
        };
        match error {
            Error::Unauthenticated => {
                let base = self.brand.as_ref().map(|brand| base_path(brand, self.audience)).unwrap_or_default();
                Ok(Reply::see_other(&format!("{base}/login")))
            }
            Error::LinkDeleted => Reply::page(status, &Notice::link_deleted(shell)),
            Error::LinkDead => {
                let shell = Layout { title: "This link has expired".to_owned(), ..shell };
                Reply::page(status, &DeadLink { shell, fresh: None, notice: None })
            }
            Error::NotFound(_) if self.shared => Reply::page(status, &Notice::link_unknown(shell)),
            Error::NotFound(_) => Reply::page(status, &Notice::not_found(shell)),
            Error::OtherOrigin => Reply::page(status, &Notice::foreign_form(shell)),
            Error::ScopeMissing(_) | Error::SessionRequired => Reply::page(status, &Notice::forbidden(shell)),
            Error::RoleMissing(role) => Reply::page(status, &Notice::not_your_role(shell, role.lacking())),
            Error::TooLarge => Reply::page(status, &Notice::too_large(shell)),
            Error::TooManyRequests => Reply::page(status, &Notice::too_often(shell, "in a few minutes")),
            Error::Busy | Error::Internal(_) => Reply::page(status, &Notice::broken(shell, request_id.to_owned())),
            Error::Invalid(_)
            | Error::ColourTooPale(_)
            | Error::EmailTaken { .. }
            | Error::Access(_)
            | Error::AddressErased
            | Error::Reach(_)
            | Error::Link(_)
            | Error::Settle(_)
            | Error::MethodNotAllowed(_)
            | Error::SignInAgain
            | Error::SignatureRequired
            | Error::SignatureWrong
            | Error::SecretShownOnce
            | Error::Team(_)
            | Error::ImportOver
            | Error::NoReport
            | Error::NothingToRetry
            | Error::NobodyToActOn
            | Error::WebhookOff
            | Error::FileGone
            | Error::ApprovalDecided
            | Error::BackfillRunning
            | Error::ApprovalHeld
            | Error::NotSigned
            | Error::NoSuchProgram
            | Error::NotConnected
            | Error::Network(_)
            | Error::GrantsChanged(_)
            | Error::ChangedMeanwhile
            | Error::IdempotencyKeyReused
            | Error::Answered(_) => Reply::page(status, &plain(shell, error)),
        }
    }

    fn nameless(&self) -> Layout {
        Layout { audience: side(self.audience), ..nobodys_shell("") }
    }
}

/// Layout around a page that belongs to no brand.
#[must_use]
pub fn nobodys_shell(title: &str) -> Layout {
    Layout {
        lang: "en",
        title: title.to_owned(),
        brand_name: String::new(),
        brand_slug: String::new(),
        base: String::new(),
        audience: pages::Audience::Partner,
        signed_in_as: None,
        manages: false,
        owns: false,
        nav: Nav::Elsewhere,
        help: None,
        assets: assets::assets(),
        worn: Theme::default(),
    }
}

fn plain(shell: Layout, error: &Error) -> Notice {
    let heading = "That didn’t work".to_owned();
    let link = Link { label: "Back".to_owned(), href: shell.base.clone() };
    let shell = Layout { title: heading.clone(), ..shell };
    Notice { shell, heading, text: error.to_string(), request_id: None, link: Some(link) }
}
