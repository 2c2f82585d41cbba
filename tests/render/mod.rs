//! Tests of `render`.

mod charts;
mod fixture;
mod html;
mod json;
mod pdf_core;
mod pdf_pages;
mod structure;
mod tables;
mod terminal;
mod words;
