//! The Lambda around [`read_partners::function`].

fn main() -> shared::Exit {
    shared::serve(read_partners::function())
}
