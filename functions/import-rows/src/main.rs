//! The Lambda around [`import_rows::function`].

fn main() -> shared::Exit {
    shared::serve(import_rows::function())
}
