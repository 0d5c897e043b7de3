//! The Lambda around [`export_partners::function`].

fn main() -> shared::Exit {
    shared::serve(export_partners::function())
}
