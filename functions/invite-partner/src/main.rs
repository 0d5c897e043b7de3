//! Lambda entry point: runs [`invite_partner::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), invite_partner::function())
}
