//! Lambda entry point: runs [`api_docs::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), api_docs::function())
}
