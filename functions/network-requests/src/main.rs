//! Lambda entry point: runs [`network_requests::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), network_requests::function())
}
