//! The Lambda around [`read_dropped::function`].

fn main() -> shared::Exit {
    shared::serve(read_dropped::function())
}
