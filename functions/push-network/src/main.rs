//! The Lambda around [`push_network::function`].

fn main() -> shared::Exit {
    shared::serve(push_network::function())
}
