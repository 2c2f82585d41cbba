//! Tests of `render`.

mod actions;
mod brand;
mod changes;
mod charts;
mod denominators;
mod fixture;
mod html;
mod html_limits;
mod json;
mod own_templates;
mod pdf_brand;
pub(crate) mod pdf_core;
mod pdf_layout;
mod pdf_pages;
mod projections;
mod structure;
mod tables;
mod terminal;
mod words;
mod xlsx;
mod xlsx_words;
