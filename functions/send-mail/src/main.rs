//! Lambda entry point: runs [`send_mail::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), send_mail::function())
}
