//! Lambda entry point: runs [`read_backfill::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_backfill::function())
}
