//! Lambda entry point: runs [`revoke_partner::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), revoke_partner::function())
}
