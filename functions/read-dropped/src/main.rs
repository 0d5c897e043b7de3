//! Lambda entry point: runs [`read_dropped::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_dropped::function())
}
