//! Lambda entry point: runs [`read_exports::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_exports::function())
}
