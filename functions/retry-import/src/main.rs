//! The Lambda around [`retry_import::function`].

fn main() -> shared::Exit {
    shared::serve(retry_import::function())
}
