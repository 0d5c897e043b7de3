//! Lambda entry point: runs [`request_link::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), request_link::function())
}
