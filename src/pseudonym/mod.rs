//! Pseudonyms: keyed tokens that stand for personal values, the same token for the same value and key.

mod key;
mod spans;

pub use key::{Distinct, Key, Token};
pub use spans::{Span, is_telling, spans};
