//! Lambda entry point: runs [`follow_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), follow_link::function())
}
