//! The Lambda around [`portal::function`].

fn main() -> shared::Exit {
    shared::serve(portal::function())
}
