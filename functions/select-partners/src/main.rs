//! Lambda entry point: runs [`select_partners::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), select_partners::function())
}
