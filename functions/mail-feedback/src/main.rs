//! The Lambda around [`mail_feedback::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), mail_feedback::function())
}
