//! Which source wins: an order of sources per attribute, with HR before directory before application as the default.

use std::collections::BTreeMap;

/// Rank of sources, lower wins.
#[derive(Debug, Clone, Default)]
pub struct Authority {
    /// Rank of each source id by its class: 0 HR, 1 directory, 2 application, 3 everything else.
    pub class_rank: BTreeMap<String, u8>,
    /// The project's own order per attribute: `status`, `dates`, `department`, `manager`, `name`.
    pub order: BTreeMap<String, Vec<String>>,
}

impl Authority {
    /// The rank of a source for an attribute: listed sources first, in their order; then by class.
    pub fn rank(&self, attribute: &str, source: &str) -> usize {
        let listed = self.order.get(attribute).and_then(|order| order.iter().position(|id| id == source));
        listed.unwrap_or_else(|| 1000 + usize::from(self.class(source)))
    }

    /// Whether a source is heard where sources disagree: with an order of the project's own, only those in it.
    pub fn is_heard(&self, attribute: &str, source: &str) -> bool {
        self.order.get(attribute).is_none_or(|order| order.is_empty() || order.iter().any(|id| id == source))
    }

    /// The class rank of a source.
    pub fn class(&self, source: &str) -> u8 {
        self.class_rank.get(source).copied().unwrap_or(3)
    }

    /// Whether rows of this source make persons, or only say something about persons that HR knows.
    pub fn makes_people(&self, source: &str) -> bool {
        self.class(source) == 0
    }
}
