//! The one serializable model of a report. It is built once, holds no frames, and is what every renderer reads.

pub mod drift;
pub mod history;
pub mod model;

pub use model::*;
