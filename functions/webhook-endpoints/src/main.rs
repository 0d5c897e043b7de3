//! Lambda entry point: runs [`webhook_endpoints::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), webhook_endpoints::function())
}
