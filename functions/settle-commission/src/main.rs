//! The Lambda around [`settle_commission::function`].

fn main() -> shared::Exit {
    shared::serve(settle_commission::function())
}
