//! Lambda entry point: runs [`start_backfill::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), start_backfill::function())
}
