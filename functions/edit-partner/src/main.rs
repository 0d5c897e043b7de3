//! The Lambda around [`edit_partner::function`].

fn main() -> shared::Exit {
    shared::serve(edit_partner::function())
}
