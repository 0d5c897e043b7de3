//! Lambda entry point: runs [`relay_events::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), relay_events::function())
}
