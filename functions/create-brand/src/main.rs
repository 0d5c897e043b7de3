//! The Lambda around [`create_brand::function`].

fn main() -> shared::Exit {
    shared::serve(create_brand::function())
}
