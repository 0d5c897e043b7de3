//! The Lambda around [`mail_feedback::function`].

fn main() -> shared::Exit {
    shared::serve(mail_feedback::function())
}
