//! Lambda entry point: runs [`push_network::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), push_network::function())
}
