//! Renderers: each a pure function from the report to bytes.

pub mod brand;
pub mod chart;
pub mod csv;
pub mod drift;
pub mod html;
pub mod json;
pub mod mail;
pub mod pdf;
pub mod templates;
pub mod terminal;
pub mod text;

mod facts;
mod markup;

pub use brand::Brand;
pub use templates::Templates;
