//! Lambda entry point: runs [`mail_feedback::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), mail_feedback::function())
}
