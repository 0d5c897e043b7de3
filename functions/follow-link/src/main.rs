//! The Lambda around [`follow_link::function`].

fn main() -> shared::Exit {
    shared::serve(follow_link::function())
}
