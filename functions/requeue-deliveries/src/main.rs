//! Lambda entry point: runs [`requeue_deliveries::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), requeue_deliveries::function())
}
