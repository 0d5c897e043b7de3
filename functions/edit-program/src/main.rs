//! Lambda entry point: runs [`edit_program::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), edit_program::function())
}
