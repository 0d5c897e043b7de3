//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

use crate::shape::{AccentView, Input, Output};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let by_admins =
        |method, path, id, says| Operation::new((method, path), id, AllowedCaller::Team(crate::NEEDS), says);
    vec![
        by_admins(Method::GET, crate::PATH, "readSettings", "Get settings")
            .answers::<Output>(StatusCode::OK, "The settings."),
        by_admins(Method::PATCH, crate::PATH, "changeSettings", "Update settings")
            .details("Takes effect on pages and in new emails immediately. The accent colour must have a contrast of at least 3:1 on a light page. Text on it is black or white, and a lighter variant is derived for dark pages.")
            .body::<Input>()
            .answers::<Output>(StatusCode::OK, "The updated settings.")
            .refuses(&["colour_too_pale"]),
        by_admins(Method::PUT, crate::LOGO, "putLogo", "Upload a logo")
            .details("The body is a PNG or WebP image of at most 100 KB and 4 million pixels. It is converted to a PNG within 480 × 160 pixels; of an animation only the first frame is used. Emails already sent keep showing their logo for a year.")
            .answers::<Output>(StatusCode::OK, "The updated settings.")
            .refuses(&["image_too_large", "invalid_image"]),
        by_admins(Method::DELETE, crate::LOGO, "removeLogo", "Delete the logo")
            .answers::<Output>(StatusCode::OK, "The updated settings."),
        by_admins(Method::GET, crate::COLOUR, "readAccent", "Check an accent colour")
            .query::<shared::domain::Color>("colour", "The colour.")
            .answers::<AccentView>(StatusCode::OK, "Its variants on light and dark pages.")
            .refuses(&["invalid_colour"]),
    ]
}
