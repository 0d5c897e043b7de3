//! Lambda entry point: runs [`start_export::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), start_export::function())
}
