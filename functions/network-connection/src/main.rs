//! Lambda entry point: runs [`network_connection::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), network_connection::function())
}
