//! Lambda entry point: runs [`read_links::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_links::function())
}
