//! Lambda entry point: runs [`report_import::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), report_import::function())
}
