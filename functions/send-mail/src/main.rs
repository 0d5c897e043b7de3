//! The Lambda around [`send_mail::function`].

fn main() -> shared::Exit {
    shared::serve(send_mail::function())
}
