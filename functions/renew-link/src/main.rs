//! Lambda entry point: runs [`renew_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), renew_link::function())
}
