//! The Lambda around [`relay_events::function`].

fn main() -> shared::Exit {
    shared::serve(relay_events::function())
}
