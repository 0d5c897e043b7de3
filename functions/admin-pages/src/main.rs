//! The Lambda around [`admin_pages::function`].

fn main() -> shared::Exit {
    shared::serve(admin_pages::function())
}
