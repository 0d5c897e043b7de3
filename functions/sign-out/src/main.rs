//! The Lambda around [`sign_out::function`].

fn main() -> shared::Exit {
    shared::serve(sign_out::function())
}
