//! The Lambda around [`plan_deliveries::function`].

fn main() -> shared::Exit {
    shared::serve(plan_deliveries::function())
}
