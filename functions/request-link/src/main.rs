//! The Lambda around [`request_link::function`].

fn main() -> shared::Exit {
    shared::serve(request_link::function())
}
