//! The Lambda around [`delete_link::function`].

fn main() -> shared::Exit {
    shared::serve(delete_link::function())
}
