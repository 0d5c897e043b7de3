//! The Lambda around [`reinstate_partner::function`].

fn main() -> shared::Exit {
    shared::serve(reinstate_partner::function())
}
