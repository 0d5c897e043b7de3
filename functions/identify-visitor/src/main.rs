//! Lambda entry point: runs [`identify_visitor::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), identify_visitor::function())
}
