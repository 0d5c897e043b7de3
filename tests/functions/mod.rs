//! Every function: what it answers, to whom, and what it refuses.

mod admin_pages;
mod api_docs;
mod create_brand;
mod create_program;
mod edit_program;
mod invite_partner;
mod portal;
mod read_partners;
mod read_programs;
mod redeem_code;
mod redeem_link;
mod reinstate_partner;
mod relay_events;
mod renew_link;
mod request_link;
mod revoke_partner;
mod send_mail;
mod sign_out;
