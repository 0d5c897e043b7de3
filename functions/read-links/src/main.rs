//! The Lambda around [`read_links::function`].

fn main() -> shared::Exit {
    shared::serve(read_links::function())
}
