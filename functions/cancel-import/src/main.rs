//! The Lambda around [`cancel_import::function`].

fn main() -> shared::Exit {
    shared::serve(cancel_import::function())
}
