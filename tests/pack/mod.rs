//! The evidence pack as it stands on the disk.

mod atomic;
mod bytes;
mod contents;
mod forge;
mod repeat;
mod replace;
mod sample;
mod spreadsheet;
mod verify;
