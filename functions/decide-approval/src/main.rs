//! The Lambda around [`decide_approval::function`].

fn main() -> shared::Exit {
    shared::serve(decide_approval::function())
}
