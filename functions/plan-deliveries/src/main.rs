//! Lambda entry point: runs [`plan_deliveries::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), plan_deliveries::function())
}
