//! The Lambda around [`revoke_partner::function`].

fn main() -> shared::Exit {
    shared::serve(revoke_partner::function())
}
