//! The Lambda around [`export_partners::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), export_partners::function())
}
