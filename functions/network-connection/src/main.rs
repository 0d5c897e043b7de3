//! The Lambda around [`network_connection::function`].

fn main() -> shared::Exit {
    shared::serve(network_connection::function())
}
