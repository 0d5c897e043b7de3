//! The Lambda around [`webhook_deliveries::function`].

fn main() -> shared::Exit {
    shared::serve(webhook_deliveries::function())
}
