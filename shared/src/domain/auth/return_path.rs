//! The page to return to after signing in.

use serde::{Deserialize, Serialize};

use crate::domain::BrandSlug;

/// A page of one brand's admins, as path and query, to which an admin returns after signing in.
///
/// No other URL can be parsed as one, so that no link or form can redirect an admin away from the brand's own pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReturnPath(String);

impl ReturnPath {
    const CHARS_MAX: usize = 500;

    /// Parses a path; returns `None` if it isn't one of the pages of the brand's admins.
    #[must_use]
    pub fn parse(brand: &BrandSlug, text: &str) -> Option<Self> {
        let below = text.strip_prefix(&format!("/t/{brand}/admin"))?;
        let path = below.split('?').next().unwrap_or_default();
        let begins = below.is_empty() || below.starts_with(['/', '?']);
        // No empty segment and none that starts with a dot, and only characters that every browser reads alike.
        let steps = path.split('/').skip(1).all(|step| !step.is_empty() && !step.starts_with('.'));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?=&%+,:@!$'()*;".contains(&byte);
        let door = ["/login", "/logout"].iter().any(|door| path.starts_with(door));
        let fits = text.len() <= Self::CHARS_MAX && begins && steps && !door && text.bytes().all(plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// Returns the path and query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path if it belongs to this brand. It is checked again because stored values and form fields aren't
    /// trusted.
    #[must_use]
    pub fn of(&self, brand: &BrandSlug) -> Option<&str> {
        Self::parse(brand, &self.0).map(|_| self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_brands_admins_are_come_back_to() {
        let brand = BrandSlug::parse("acme").unwrap();
        for good in ["/t/acme/admin", "/t/acme/admin/settings", "/t/acme/admin/partners?q=a%20b&state=active"] {
            assert_eq!(ReturnPath::parse(&brand, good).unwrap().as_str(), good);
        }
        let long = format!("/t/acme/admin/{}", "a".repeat(500));
        for bad in [
            "",
            "/",
            "https://evil.example/t/acme/admin",
            "//evil.example/t/acme/admin",
            "/t/acme/adminx",
            "/t/acme/admin//evil.example",
            "/t/acme/admin/../../globex/admin",
            "/t/acme/admin/./x",
            "/t/acme/admin/\\evil",
            "/t/acme/admin/x#y",
            "/t/acme/admin/x\r\nset-cookie: a=b",
            "/t/acme/admin/login",
            "/t/acme/admin/logout",
            "/t/globex/admin/settings",
            "/t/acme/links",
            &long,
        ] {
            assert_eq!(ReturnPath::parse(&brand, bad), None, "{bad}");
        }
    }
}
