//! Lambda entry point: runs [`start_import::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), start_import::function())
}
