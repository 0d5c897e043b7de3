//! Lambda entry point: runs [`scrub_partner::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), scrub_partner::function())
}
