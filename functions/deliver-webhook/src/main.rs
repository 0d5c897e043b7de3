//! Lambda entry point: runs [`deliver_webhook::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), deliver_webhook::function())
}
