//! Lambda entry point: runs [`create_program::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), create_program::function())
}
