//! Lambda entry point: runs [`redeem_code::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), redeem_code::function())
}
