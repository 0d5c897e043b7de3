//! The Lambda around [`record_conversion::function`].

fn main() -> shared::Exit {
    shared::serve(record_conversion::function())
}
