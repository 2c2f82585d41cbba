//! What changed between two packs: findings, metrics, controls, systems, and the rules and inputs that explain it.

mod accepted;
mod brief;
mod cause;
mod chain;
mod classify;
mod compare;
mod context;
mod exceptions;
mod explains;
mod feeds;
mod gone;
mod history;
mod items;
mod lists;
mod open;
mod parts;
mod past;
mod rates;
mod restated;
mod sentence;
mod side;
mod thing;

pub use accepted::{accept, open_accepted};
pub use chain::{Link, LinkState, named, named_by_others};
pub use compare::{Options, compare};
pub use explains::rules_digest;
pub use history::history;
pub use past::Past;
pub(crate) use sentence::{Changes, Topic, subject};
pub use side::Side;
