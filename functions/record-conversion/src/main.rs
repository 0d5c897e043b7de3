//! Lambda entry point: runs [`record_conversion::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), record_conversion::function())
}
