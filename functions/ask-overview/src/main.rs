//! Lambda entry point: runs [`ask_overview::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), ask_overview::function())
}
