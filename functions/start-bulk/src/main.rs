//! Lambda entry point: runs [`start_bulk::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), start_bulk::function())
}
