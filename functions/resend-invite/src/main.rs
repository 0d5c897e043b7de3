//! The Lambda around [`resend_invite::function`].

fn main() -> shared::Exit {
    shared::serve(resend_invite::function())
}
