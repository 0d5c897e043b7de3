//! Lambda entry point: runs [`settle_commission::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), settle_commission::function())
}
