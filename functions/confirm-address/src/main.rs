//! Lambda entry point: runs [`confirm_address::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), confirm_address::function())
}
