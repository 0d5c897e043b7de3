//! The Lambda around [`create_link::function`].

fn main() -> shared::Exit {
    shared::serve(create_link::function())
}
