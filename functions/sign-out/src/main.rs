//! Lambda entry point: runs [`sign_out::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), sign_out::function())
}
