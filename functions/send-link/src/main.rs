//! The Lambda around [`send_link::function`].

fn main() -> shared::Exit {
    shared::serve(send_link::function())
}
