//! The Lambda around [`read_imports::function`].

fn main() -> shared::Exit {
    shared::serve(read_imports::function())
}
