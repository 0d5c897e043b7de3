//! The Lambda around [`network_requests::function`].

fn main() -> shared::Exit {
    shared::serve(network_requests::function())
}
