//! The Lambda around [`api_docs::function`].

fn main() -> shared::Exit {
    shared::serve(api_docs::function())
}
