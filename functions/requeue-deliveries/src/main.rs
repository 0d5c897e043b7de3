//! The Lambda around [`requeue_deliveries::function`].

fn main() -> shared::Exit {
    shared::serve(requeue_deliveries::function())
}
