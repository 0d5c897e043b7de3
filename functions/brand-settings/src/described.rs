//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

use crate::shape::{AccentView, Input, Output};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let by_admins = |method, path, id, says| Operation::new((method, path), id, MayCall::Team(crate::NEEDS), says);
    vec![
        by_admins(Method::GET, crate::PATH, "readSettings", "Read how the brand looks and where it is reached")
            .answers::<Output>(StatusCode::OK, "The settings."),
        by_admins(Method::PATCH, crate::PATH, "changeSettings", "Change how the brand looks and where it is reached")
            .details("Pages and mails wear it from then on. An accent must be seen on a light page, at 3:1; words on it are black or white, and for dark pages a lighter one is made of it.")
            .body::<Input>()
            .answers::<Output>(StatusCode::OK, "The settings as they are now.")
            .refuses(&["colour_too_pale"]),
        by_admins(Method::PUT, crate::LOGO, "putLogo", "Give the brand a logo")
            .details("The body is a PNG or WebP image of at most 100 KB and 4 million pixels. It is written anew as a PNG within 480 × 160 pixels; animations lose all frames but the first. Mails that went out keep the logo that they were sent with for a year.")
            .answers::<Output>(StatusCode::OK, "The settings as they are now.")
            .refuses(&["image_too_large", "invalid_image"]),
        by_admins(Method::DELETE, crate::LOGO, "removeLogo", "Take the logo of the brand away")
            .answers::<Output>(StatusCode::OK, "The settings as they are now."),
        by_admins(Method::GET, crate::COLOUR, "readAccent", "Read what a colour becomes on light and dark pages")
            .query::<shared::domain::Colour>("colour", "The colour.")
            .answers::<AccentView>(StatusCode::OK, "What becomes of it.")
            .refuses(&["invalid_colour"]),
    ]
}
