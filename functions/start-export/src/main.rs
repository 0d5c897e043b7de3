//! The Lambda around [`start_export::function`].

fn main() -> shared::Exit {
    shared::serve(start_export::function())
}
