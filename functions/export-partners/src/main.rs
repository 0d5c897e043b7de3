//! Lambda entry point: runs [`export_partners::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), export_partners::function())
}
