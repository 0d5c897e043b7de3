//! Lambda entry point: runs [`read_commissions::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), read_commissions::function())
}
