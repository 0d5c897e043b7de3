//! The Lambda around [`read_events::function`].

fn main() -> shared::Exit {
    shared::serve(read_events::function())
}
