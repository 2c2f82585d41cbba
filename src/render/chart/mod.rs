//! Charts: each a pure function from a metric to a [`Scene`], which SVG (and later PDF) draws.

mod bars;
mod heat;
mod months;
mod scale;
mod scene;
mod spark;
mod survival;
mod svg;
mod trend;

pub use bars::ageing;
pub use heat::weekday_hour;
pub use months::months;
pub use scale::Scale;
pub use scene::{Anchor, Mark, Point, Role, Scene};
pub use spark::spark;
pub use survival::{share_at, survival};
pub use svg::svg;
pub use trend::trend;

/// The weekdays, Monday first, as all tables and charts write them.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
