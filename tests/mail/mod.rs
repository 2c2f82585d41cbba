//! Mail about a comparison: who gets which part, the bytes of a message, the mail file, delivery and its record.

mod config;
mod delivery;
mod filter;
mod fixture;
mod message;
mod record;
