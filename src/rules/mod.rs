//! Rule files: the one reader of TOML with places, the register of what ships, folders of a company's own.
//!
//! Mappings, metric headers, policies, frameworks, the project file, the mail file and the brand are read with it: field
//! by field, all mistakes at once, each with file, line, column and a hint.

mod fields;
mod folder;
mod keys;
mod near;
mod sheet;
mod shipped;

pub(crate) use fields::Fields;
pub(crate) use folder::{RuleFile, rule_files};
pub use keys::{Key, Kind, NEEDED};
pub use near::{did_you_mean, did_you_mean_or_all};
pub(crate) use sheet::{Node, Sheet, one_of};
pub use shipped::{Shipped, shipped};
