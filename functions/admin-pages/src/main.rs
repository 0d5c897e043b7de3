//! Lambda entry point: runs [`admin_pages::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), admin_pages::function())
}
