//! The evidence pack as it stands on the disk.

mod actions;
mod atomic;
mod bytes;
mod chain;
mod contents;
mod forge;
mod own_rules;
mod personal;
mod proof;
mod pseudonyms;
mod queue;
mod repeat;
mod replace;
mod sample;
mod signed;
mod spreadsheet;
mod verify;
