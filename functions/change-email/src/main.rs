//! Lambda entry point: runs [`change_email::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), change_email::function())
}
