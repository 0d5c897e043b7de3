//! Lambda entry point: runs [`create_brand::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), create_brand::function())
}
