//! Tests of `render`.

mod charts;
mod fixture;
mod html;
mod json;
mod pdf_core;
mod structure;
mod tables;
mod terminal;
mod words;
