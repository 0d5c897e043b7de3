//! The Lambda around [`read_programs::function`].

fn main() -> shared::Exit {
    shared::serve(read_programs::function())
}
