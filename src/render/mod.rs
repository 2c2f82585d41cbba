//! Renderers: each a pure function from the report to bytes.

pub mod chart;
pub mod csv;
pub mod html;
pub mod json;
pub mod templates;
pub mod terminal;
pub mod text;

mod facts;
mod markup;

pub use templates::Templates;
