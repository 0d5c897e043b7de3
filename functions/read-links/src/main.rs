//! The Lambda around [`read_links::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_links::function())
}
