//! Lambda entry point: runs [`reinstate_partner::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), reinstate_partner::function())
}
