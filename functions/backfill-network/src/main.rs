//! Lambda entry point: runs [`backfill_network::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), backfill_network::function())
}
