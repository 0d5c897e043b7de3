//! The Lambda around [`api_keys::function`].

fn main() -> shared::Exit {
    shared::serve(api_keys::function())
}
