//! The Lambda around [`read_exports::function`].

fn main() -> shared::Exit {
    shared::serve(read_exports::function())
}
