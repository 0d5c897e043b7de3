//! Lambda entry point: runs [`read_imports::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_imports::function())
}
