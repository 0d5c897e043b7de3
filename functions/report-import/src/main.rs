//! The Lambda around [`report_import::function`].

fn main() -> shared::Exit {
    shared::serve(report_import::function())
}
