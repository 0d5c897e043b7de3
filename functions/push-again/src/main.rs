//! The Lambda around [`push_again::function`].

fn main() -> shared::Exit {
    shared::serve(push_again::function())
}
