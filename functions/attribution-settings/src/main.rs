//! The Lambda around [`attribution_settings::function`].

fn main() -> shared::Exit {
    shared::serve(attribution_settings::function())
}
