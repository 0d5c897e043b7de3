//! Lambda entry point: runs [`erase_partner::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), erase_partner::function())
}
