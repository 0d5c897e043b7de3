//! Lambda entry point: runs [`decline_invitation::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), decline_invitation::function())
}
