//! The Lambda around [`backfill_network::function`].

fn main() -> shared::Exit {
    shared::serve(backfill_network::function())
}
