//! The Lambda around [`admin_pages::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), admin_pages::function())
}
