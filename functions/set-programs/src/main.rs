//! Lambda entry point: runs [`set_programs::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), set_programs::function())
}
