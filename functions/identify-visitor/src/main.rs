//! The Lambda around [`identify_visitor::function`].

fn main() -> shared::Exit {
    shared::serve(identify_visitor::function())
}
