//! The Lambda around [`network_approval::function`].

fn main() -> shared::Exit {
    shared::serve(network_approval::function())
}
