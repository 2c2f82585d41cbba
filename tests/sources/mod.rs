//! Tests of `sources`: what real-shaped exports become, and what bad ones are told.

mod bad_input;
mod blocks;
mod complete;
mod csv;
mod json;
mod kit;
mod mappings;
mod shipped;
mod suggest;
