//! Lambda entry point: runs [`portal::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), portal::function())
}
