//! Lambda entry point: runs [`remind_invited::function`].

fn main() -> shared::Exit {
    shared::serve(env!("CARGO_PKG_NAME"), remind_invited::function())
}
