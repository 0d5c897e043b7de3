//! The Lambda around [`cancel_import::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), cancel_import::function())
}
