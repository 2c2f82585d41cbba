//! Stays against policy: measures, findings, verdicts; and against frameworks. Pure.

mod concentration;
pub mod contract;
mod control;
mod exceptions;
mod headline;
mod identity;
mod judge;
mod judged;
mod length;
mod measures;
mod persons;
mod row;
mod sentence;
mod shared;
mod summary;
mod tighter;
mod traits;
mod verdict;
mod words;
mod worst;

pub use control::{assess_frameworks, resolutions};
pub use exceptions::{Around, Exceptions, shown};
pub use headline::Overstays;
pub use identity::item_id;
pub use judge::Judge;
pub use judged::{ItemResult, Judged};
pub use length::{Doubt, Lengths, Times, measure};
pub use persons::{Names, Person};
pub use sentence::{Facts, Sentence};
pub use shared::Context;
pub use summary::{Assessment, Closing};
pub use traits::Traits;
pub use verdict::overall;
