//! Frameworks: the references of published lists, and which metric is evidence for which. Metric ids are plain strings.

mod load;
mod matrix;
mod model;

pub use load::{all_shipped, load_framework, load_frameworks, shipped_frameworks};
pub use matrix::load_matrix;
pub use model::{Alias, Edge, Found, Framework, Reference};
