//! Lambda entry point: runs [`read_partners::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_partners::function())
}
