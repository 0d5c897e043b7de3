//! Lambda entry point: runs [`webhook_deliveries::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), webhook_deliveries::function())
}
