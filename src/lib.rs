//! overstay measures how long access outlives its reason: it joins HR, directories, logs and credential
//! inventories over time, compares every stay with the company's own limits, and writes evidence.
//!
//! A module imports only from modules above it in this list; a test in `tests/architecture.rs` holds that.

pub mod visible;

pub mod diag;
pub mod json;
pub mod number;
pub mod time;

pub mod failure;

pub mod disk;

pub mod writing;

pub mod rules;

pub mod dataset;

pub mod pseudonym;

pub mod report;

pub mod policy;

pub mod framework;

pub mod source;

pub mod identity;

pub mod metric;

pub mod assess;

pub mod render;

pub mod pack;

pub mod drift;

pub mod mail;

pub mod pipeline;

pub mod cli;
