//! The Lambda around [`start_import::function`].

fn main() -> shared::Exit {
    shared::serve(start_import::function())
}
