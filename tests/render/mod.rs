//! Tests of `render`.

mod charts;
mod fixture;
mod html;
mod json;
mod structure;
mod tables;
mod terminal;
mod words;
mod xlsx;
