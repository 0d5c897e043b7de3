//! A promise of the product each, as people live it.

mod beyond;
mod mission;
