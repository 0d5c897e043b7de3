//! Recognizes requests that don't come from a visitor.
//!
//! The names are those these programs use in `User-Agent`; programs that hide can't be recognized.

use shared::web::Request;

/// Link previews of messengers and social networks, search engines and the like: parts of `User-Agent`, in lower case.
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

/// True if a known robot sent the request.
pub(crate) fn is_known(request: &Request) -> bool {
    let agent = request.header("user-agent").unwrap_or_default().to_lowercase();
    agent.ends_with("bot") || KNOWN.iter().any(|known| agent.contains(known))
}

/// True if the browser only prefetches the URL (`Sec-Purpose` of the Fetch standard).
pub(crate) fn fetches_ahead(request: &Request) -> bool {
    let purpose = |name| request.header(name).is_some_and(|value| value.contains("prefetch"));
    purpose("sec-purpose") || purpose("purpose")
}
