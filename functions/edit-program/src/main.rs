//! The Lambda around [`edit_program::function`].

fn main() -> shared::Exit {
    shared::serve(edit_program::function())
}
