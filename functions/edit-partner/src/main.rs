//! Lambda entry point: runs [`edit_partner::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), edit_partner::function())
}
