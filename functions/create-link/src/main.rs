//! Lambda entry point: runs [`create_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), create_link::function())
}
