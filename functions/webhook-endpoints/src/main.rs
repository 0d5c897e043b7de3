//! The Lambda around [`webhook_endpoints::function`].

fn main() -> shared::Exit {
    shared::serve(webhook_endpoints::function())
}
