//! The Lambda around [`start_backfill::function`].

fn main() -> shared::Exit {
    shared::serve(start_backfill::function())
}
