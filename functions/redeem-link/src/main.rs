//! The Lambda around [`redeem_link::function`].

fn main() -> shared::Exit {
    shared::serve(redeem_link::function())
}
