//! The register of metrics (SQL files with a header), the engine that runs them, and survival statistics.

mod header;
mod stays;
mod survival;

pub use header::{Header, ReasonTexts, Shape};
pub use stays::{ItemState, Stays};
pub use survival::{Survival, Tally};
