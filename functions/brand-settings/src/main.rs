//! Lambda entry point: runs [`brand_settings::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), brand_settings::function())
}
