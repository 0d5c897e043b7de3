//! The Lambda around [`change_email::function`].

fn main() -> shared::Exit {
    shared::serve(change_email::function())
}
