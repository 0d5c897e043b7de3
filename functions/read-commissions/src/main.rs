//! The Lambda around [`read_commissions::function`].

fn main() -> shared::Exit {
    shared::serve(read_commissions::function())
}
