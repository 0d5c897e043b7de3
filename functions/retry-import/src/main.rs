//! Lambda entry point: runs [`retry_import::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), retry_import::function())
}
