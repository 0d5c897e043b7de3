//! Lambda entry point: runs [`network_approval::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), network_approval::function())
}
