//! Mail about a comparison: who gets which part, the bytes of a message, the mail file, delivery and its record.

mod command;
mod config;
mod delivery;
mod filter;
mod fixture;
mod lists;
mod message;
mod outbox;
mod sendmail;
mod smtp;

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::write(path, bytes).expect("a file");
}
