//! Lambda entry point: runs [`read_programs::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_programs::function())
}
