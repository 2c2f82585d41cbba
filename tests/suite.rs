//! The one integration test binary: linking the dataframe engine takes seconds, so it happens once.

#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::type_complexity,
    reason = "tables of situations, and texts made of them"
)]

mod architecture;
mod assess;
mod cli;
mod docs;
mod drift;
mod hostile;
mod identity;
mod laws;
mod mail;
mod metrics;
mod pack;
mod render;
mod rules;
mod samples;
mod situations;
mod sources;
mod support;
mod writing;
