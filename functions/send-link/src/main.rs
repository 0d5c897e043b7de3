//! Lambda entry point: runs [`send_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), send_link::function())
}
