//! Which source wins: an order of sources per attribute, with HR before directory before application as the default.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Rank of sources, lower wins.
#[derive(Debug, Clone, Default)]
pub struct Authority {
    /// Rank of each source id by its class: 0 HR, 1 directory, 2 application, 3 everything else.
    pub class_rank: BTreeMap<String, u8>,
    /// The project's own order per attribute: `status`, `dates`, `department`, `manager`, `name`.
    pub order: BTreeMap<String, Vec<String>>,
    /// What somebody decided about one person: the source that is right, by person and attribute.
    pub preferred: BTreeMap<String, BTreeMap<String, String>>,
}

impl Authority {
    /// Puts a source first for an attribute of one person.
    pub fn prefer(&mut self, person: &str, attribute: &str, source: &str) {
        self.preferred.entry(person.to_owned()).or_default().insert(attribute.to_owned(), source.to_owned());
    }

    /// The order of sources for one person.
    pub fn of_person(&self, person: &str) -> Cow<'_, Self> {
        let Some(preferred) = self.preferred.get(person) else {
            return Cow::Borrowed(self);
        };
        let mut own = self.clone();
        for (attribute, source) in preferred {
            let order = own.order.entry(attribute.clone()).or_default();
            order.retain(|id| id != source);
            order.insert(0, source.clone());
        }
        Cow::Owned(own)
    }

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
