//! Tests of `render`.

mod charts;
mod fixture;
mod html;
mod json;
mod look;
mod structure;
mod tables;
mod terminal;
mod words;
