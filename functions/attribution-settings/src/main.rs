//! Lambda entry point: runs [`attribution_settings::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), attribution_settings::function())
}
