//! Lambda entry point: runs [`team::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), team::function())
}
