//! Lambda entry point: runs [`preview_mail::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), preview_mail::function())
}
