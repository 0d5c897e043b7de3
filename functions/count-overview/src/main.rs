//! Lambda entry point: runs [`count_overview::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), count_overview::function())
}
