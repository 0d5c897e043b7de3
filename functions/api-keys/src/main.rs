//! Lambda entry point: runs [`api_keys::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), api_keys::function())
}
