//! What the company decides: limits, the project file, waivers. Raw TOML or CSV in, validated types with places out.

mod limits;
mod project;
mod roles;
mod scope;
mod waiver_index;
mod waivers;

pub use limits::{DEFAULT_POLICY, DEFAULT_POLICY_NAME, Freshness, Limit, MetricPolicy, Override, Policy};
pub use project::{Allowed, AsOf, Authority, Project, ScopeName, SourceRule, fresh_project};
pub use roles::{Role, add_roles};
pub use scope::{Conditions, Subject, is_special};
pub use waiver_index::WaiverIndex;
pub use waivers::{Covered, Target, Waiver, WaiverBook, WaiverUse};
