//! Lambda entry point: runs [`read_events::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_events::function())
}
