//! The Lambda around [`renew_link::function`].

fn main() -> shared::Exit {
    shared::serve(renew_link::function())
}
