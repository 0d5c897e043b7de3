//! The Lambda around [`invite_partner::function`].

fn main() -> shared::Exit {
    shared::serve(invite_partner::function())
}
