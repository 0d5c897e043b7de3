//! The Lambda around [`import_csv::function`].

fn main() -> shared::Exit {
    shared::serve(import_csv::function())
}
