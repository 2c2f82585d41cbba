//! Tests of `sources`: what real-shaped exports become, and what bad ones are told.

mod bad_input;
mod blocks;
mod complete;
mod csv;
mod holes;
mod json;
mod kinds;
mod kit;
mod lines;
mod mappings;
mod rights;
mod shipped;
mod signs;
mod snapshots;
mod suggest;
mod times;
mod unread;
mod wrappers;
