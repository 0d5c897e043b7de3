//! Lambda entry point: runs [`push_again::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), push_again::function())
}
