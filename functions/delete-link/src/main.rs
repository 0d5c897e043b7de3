//! Lambda entry point: runs [`delete_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), delete_link::function())
}
