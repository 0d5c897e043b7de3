//! The Lambda around [`set_programs::function`].

fn main() -> shared::Exit {
    shared::serve(set_programs::function())
}
