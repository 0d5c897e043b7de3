//! Lambda entry point: runs [`import_csv::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), import_csv::function())
}
