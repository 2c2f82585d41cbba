//! The register of metrics (SQL files with a header), the engine that runs them, and survival statistics.

mod batch;
mod definition;
mod empty;
mod engine;
mod facts;
mod header;
mod lexer;
mod params;
mod portable;
mod read;
mod register;
mod statement;
mod stays;
mod steps;
mod survival;
mod tree;
mod trial;
mod turnbull;
mod views;

pub use definition::Metric;
pub use engine::{Engine, SLICE_ROWS};
pub use header::{HEADER_KEYS, Header, REASON_KEYS, ReasonTexts, Shape};
pub use params::Params;
pub use register::{Register, mistakes_in};
pub use stays::{ItemState, Stays};
pub use survival::{Survival, Tally};
pub use turnbull::{Ranges, Turnbull};
pub use views::View;
