//! Lambda entry point: runs [`decide_approval::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), decide_approval::function())
}
