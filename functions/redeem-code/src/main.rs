//! The Lambda around [`redeem_code::function`].

fn main() -> shared::Exit {
    shared::serve(redeem_code::function())
}
