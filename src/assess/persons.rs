//! Who somebody is, in the words of HR.

use hashbrown::{HashMap, HashSet};
use polars::prelude::DataFrame;

use crate::dataset::{Frames, Table, Texts};
use crate::report::{Finding, PersonReport, SystemReport};

/// Names the people of findings and the owners of their systems, as far as they are known.
pub fn name(findings: &mut [Finding], frames: &Frames, systems: &[SystemReport]) {
    let owner = |system: &str| systems.iter().find(|one| one.system == system)?.owner.clone();
    let known = {
        let asked: HashSet<&str> = findings.iter().filter_map(|finding| finding.person_id.as_deref()).collect();
        frames.get(Table::People).map(|frame| persons(frame, &asked)).unwrap_or_default()
    };
    for finding in findings {
        finding.person = finding.person_id.as_deref().and_then(|id| known.get(id)).cloned();
        finding.system_owner = finding.system.as_deref().and_then(owner);
    }
}

/// The people of some ids, with the names of their managers.
pub(super) fn persons(frame: &DataFrame, asked: &HashSet<&str>) -> HashMap<String, PersonReport> {
    let text = |name: &str| Texts::of(frame, name);
    let (ids, names, departments, managers) = (text("person_id"), text("name"), text("department"), text("manager_id"));
    let rows: Vec<usize> = (0..ids.len()).filter(|row| ids.get(*row).is_some_and(|id| asked.contains(id))).collect();
    let bosses: HashSet<&str> = rows.iter().filter_map(|row| managers.get(*row)).collect();
    let named =
        (0..ids.len()).filter_map(|row| Some((ids.get(row).filter(|id| bosses.contains(id))?, names.get(row)?)));
    let named: HashMap<&str, &str> = named.collect();
    let person = |row: usize| {
        let id = ids.get(row)?.to_owned();
        let manager = managers.get(row).map(|boss| named.get(boss).copied().unwrap_or(boss).to_owned());
        let owned = |texts: &Texts| texts.get(row).map(str::to_owned);
        let name = owned(&names);
        Some((id.clone(), PersonReport { person_id: id, name, department: owned(&departments), manager }))
    };
    rows.into_iter().filter_map(person).collect()
}
