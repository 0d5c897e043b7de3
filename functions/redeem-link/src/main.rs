//! Lambda entry point: runs [`redeem_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), redeem_link::function())
}
