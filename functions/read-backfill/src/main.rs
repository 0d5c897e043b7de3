//! The Lambda around [`read_backfill::function`].

fn main() -> shared::Exit {
    shared::serve(read_backfill::function())
}
