//! Who opens links without being a visitor.
//!
//! The names are what these programs call themselves in `User-Agent`; those who hide can't be known.

use shared::web::Request;

/// Previews of messengers and networks, search engines, and the like: parts of `User-Agent`, in lower case.
const KNOWN: [&str; 26] = [
    "applebot",
    "bot/",
    "bingpreview",
    "crawler",
    "discordbot",
    "embedly",
    "facebookexternalhit",
    "facebot",
    "google-pagerenderer",
    "googlebot",
    "google-read-aloud",
    "iframely",
    "linkedinbot",
    "mastodon",
    "meta-externalagent",
    "pinterest.com/bot",
    "pinterestbot",
    "redditbot",
    "skypeuripreview",
    "slackbot",
    "spider",
    "telegrambot",
    "twitterbot",
    "vkshare",
    "whatsapp",
    "yahoo! slurp",
];

/// Whether a program that is known to only look sent this.
pub(crate) fn is_known(request: &Request) -> bool {
    let agent = request.header("user-agent").unwrap_or_default().to_lowercase();
    agent.ends_with("bot") || KNOWN.iter().any(|known| agent.contains(known))
}

/// Whether a browser fetches it in case somebody should come (`Sec-Purpose` of the Fetch standard).
pub(crate) fn fetches_ahead(request: &Request) -> bool {
    let purpose = |name| request.header(name).is_some_and(|value| value.contains("prefetch"));
    purpose("sec-purpose") || purpose("purpose")
}
