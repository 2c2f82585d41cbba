//! What changed between two packs: findings, metrics, controls, systems, and the rules and inputs that explain it.

mod brief;
mod classify;
mod compare;
mod context;
mod parts;
mod sentence;
mod side;

pub use compare::{Options, compare};
pub(crate) use sentence::{result, sentence, subject};
pub use side::Side;
