//! Lambda entry point: runs [`cancel_import::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), cancel_import::function())
}
