//! Tests of `sources`: what real-shaped exports become, and what bad ones are told.

mod bad_input;
mod blocks;
mod csv;
mod json;
mod kit;
mod lines;
mod mappings;
mod shipped;
mod suggest;
mod times;
mod unread;
