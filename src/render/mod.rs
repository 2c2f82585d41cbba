//! Renderers: each a pure function from the report to bytes.

pub mod brand;
pub mod chart;
pub mod csv;
pub mod doc;
pub mod drift;
pub mod html;
pub mod json;
pub mod mail;
pub mod markdown;
pub mod owners;
pub mod pdf;
pub mod templates;
pub mod terminal;
pub mod text;
pub mod words;
pub mod xlsx;

mod facts;
mod markup;
mod prose;
mod sheet;

pub use brand::Brand;
pub use templates::Templates;
