//! The Lambda around [`deliver_webhook::function`].

fn main() -> shared::Exit {
    shared::serve(deliver_webhook::function())
}
