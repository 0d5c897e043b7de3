//! Branding of pages: the brand's logo, and a small stylesheet with its colours.
//!
//! The stylesheet depends only on the colour in its URL, so nothing is read to serve it.

use std::sync::LazyLock;

use super::{
    Reply,
    pages::{LogoMark, Theme},
};
use crate::{
    crypto::secret::Hash,
    domain::{Brand, BrandSlug, Color, PostalAddress, Shades},
};

/// Version of the stylesheet's rules: when they change, the URL of every brand's stylesheet changes.
static WAY: LazyLock<String> =
    LazyLock::new(|| Hash::of(sheet(Color::USUAL).as_bytes()).as_str().chars().take(8).collect());

/// Branding of the pages of `brand`.
pub(super) fn of(brand: &Brand) -> Theme {
    let logo = brand.logo.as_ref().map(|logo| {
        let (width, height) = logo.shown();
        LogoMark { src: logo.path(&brand.slug), width, height }
    });
    Theme {
        stylesheet: brand.accent.map(|accent| address(&brand.slug, accent)),
        logo,
        footer: brand.footer.as_ref().map(PostalAddress::lines).unwrap_or_default(),
    }
}

/// URL of the stylesheet for a colour: `/t/acme/face/0b6e6e-1a2b3c4d.css`.
fn address(brand: &BrandSlug, accent: Color) -> String {
    format!("/t/{brand}/face/{}", file(accent))
}

fn file(accent: Color) -> String {
    format!("{}-{}.css", accent.to_string().trim_start_matches('#'), *WAY)
}

/// Returns the stylesheet named `file_name`, if this version has it.
#[must_use]
pub fn stylesheet(file_name: &str) -> Option<Reply> {
    let accent = Color::parse(&format!("#{}", file_name.split('-').next()?)).ok()?;
    (file(accent) == file_name).then(|| Reply::asset("text/css; charset=utf-8", &sheet(accent)))
}

fn sheet(accent: Color) -> String {
    let palette = accent.palette();
    format!(
        ":root:not([data-theme]) {{\n{}}}\n\n@media (prefers-color-scheme: dark) {{\n:root:not([data-theme]) {{\n{}}}\n}}\n",
        rules(palette.light),
        rules(palette.dark),
    )
}

/// When a button is hovered or pressed, its fill moves away from the colour of its text.
fn rules(Shades { fill, on_fill, text }: Shades) -> String {
    let away = if fill.is_bright() { "#fff" } else { "#000" };
    let pressed = format!("color-mix(in oklab, {fill} 86%, {away})");
    format!(
        "  --brand: {fill};\n  --brand-text: {on_fill};\n  --accent: {text};\n  \
         --pico-primary-hover-background: {pressed};\n  --pico-primary-hover-border: {pressed};\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stylesheet_is_found_under_its_own_name_alone() {
        let accent = Color::parse("#7a1fa2").unwrap();
        let path = address(&BrandSlug::parse("acme").unwrap(), accent);
        let name = path.rsplit('/').next().unwrap();
        let reply = stylesheet(name).unwrap();
        assert!(reply.body.contains("--brand: #7a1fa2;"), "{}", reply.body);
        for other in ["7a1fa2.css", "7a1fa2-00000000.css", "x", "", &name.to_uppercase(), &format!("{name}x")] {
            assert!(stylesheet(other).is_none(), "{other}");
        }
    }
}
