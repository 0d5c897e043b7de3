//! Lambda entry point: runs [`import_rows::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), import_rows::function())
}
