//! Who somebody is in the words of HR, who answers for a system, and which references a metric is about.

use std::collections::BTreeMap;

use crate::dataset::{Frames, Table, Texts};
use crate::report::{PersonReport, SystemReport};

use super::traits::Index;

/// What ids are called. The default knows nothing.
#[derive(Default)]
pub struct Names {
    people: Option<People>,
    owners: BTreeMap<String, String>,
    references: BTreeMap<String, String>,
}

struct People {
    ids: Index,
    names: Texts,
    departments: Texts,
    worker_types: Texts,
    managers: Texts,
}

/// A person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person<'a> {
    /// Id.
    pub id: &'a str,
    /// Name.
    pub name: Option<&'a str>,
    /// Department.
    pub department: Option<&'a str>,
    /// Worker type.
    pub worker_type: Option<&'a str>,
    /// Name of the manager, else their id.
    pub manager: Option<&'a str>,
}

impl Names {
    /// Those of the tables and the register; `references` are framework, reference and metric of the direct edges.
    pub fn of<'r>(
        frames: &Frames,
        systems: &[SystemReport],
        references: impl IntoIterator<Item = [&'r str; 3]>,
    ) -> Self {
        let people = frames.get(Table::People).map(|frame| People {
            ids: Index::of(frame, "person_id"),
            names: Texts::of(frame, "name"),
            departments: Texts::of(frame, "department"),
            worker_types: Texts::of(frame, "worker_type"),
            managers: Texts::of(frame, "manager_id"),
        });
        let owner = |system: &SystemReport| Some((system.system.clone(), system.owner.clone()?));
        let mut by_metric: BTreeMap<String, String> = BTreeMap::new();
        for [framework, reference, metric] in references {
            let list = by_metric.entry(metric.to_owned()).or_default();
            if !list.is_empty() {
                list.push_str("; ");
            }
            list.extend([framework, " ", reference]);
        }
        Self { people, owners: systems.iter().filter_map(owner).collect(), references: by_metric }
    }

    /// The person with an id, where HR knows them.
    pub fn person(&self, id: &str) -> Option<Person<'_>> {
        let people = self.people.as_ref()?;
        let row = people.ids.row(id)?;
        let manager = people.managers.get(row);
        let named = manager.and_then(|id| people.names.get(people.ids.row(id)?));
        Some(Person {
            id: people.ids.key(row)?,
            name: people.names.get(row),
            department: people.departments.get(row),
            worker_type: people.worker_types.get(row),
            manager: named.or(manager),
        })
    }

    /// Department and worker type of the person with an id, where HR knows them.
    pub(super) fn groups(&self, id: &str) -> Option<[Option<&str>; 2]> {
        let people = self.people.as_ref()?;
        let row = people.ids.row(id)?;
        Some([people.departments.get(row), people.worker_types.get(row)])
    }

    /// Who answers for a system.
    pub fn owner(&self, system: &str) -> Option<&str> {
        self.owners.get(system).map(String::as_str)
    }

    /// The references for which a metric is a direct one; empty where there are none.
    pub fn references(&self, metric: &str) -> &str {
        self.references.get(metric).map_or("", String::as_str)
    }
}

impl Person<'_> {
    /// The person as a report has them.
    pub fn report(self) -> PersonReport {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        PersonReport {
            person_id: self.id.to_owned(),
            name: owned(self.name),
            department: owned(self.department),
            manager: owned(self.manager),
        }
    }
}
