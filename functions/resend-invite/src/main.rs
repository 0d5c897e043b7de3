//! Lambda entry point: runs [`resend_invite::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), resend_invite::function())
}
