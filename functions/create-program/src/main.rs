//! The Lambda around [`create_program::function`].

fn main() -> shared::Exit {
    shared::serve(create_program::function())
}
