//! `findings.csv` read again, by the evidence contract.

use std::path::Path;

use csv::StringRecord;

use crate::assess::contract::FINDINGS;
use crate::failure::Outcome;
use crate::render::csv::plain;
use crate::report::{Finding, PersonReport};

use super::rows::{damaged, open_csv};

/// Hands every finding of the file to `each`, in the order of the file. Columns that a pack of before lacks are empty.
///
/// # Errors
/// The file is not there or damaged, or `each` fails.
pub fn each_finding(path: &Path, mut each: impl FnMut(Finding) -> Outcome<()>) -> Outcome<()> {
    let mut reader = open_csv(path)?;
    let header = reader.headers().map_err(|cause| damaged(path, &cause))?.clone();
    let guarded: Vec<bool> =
        header.iter().map(|name| FINDINGS.iter().any(|column| column.name == name && column.is_guarded())).collect();
    let at = |name: &str| header.iter().position(|column| column == name);
    let people = ["person_name", "department", "manager"].map(at);
    let mut row = StringRecord::new();
    while reader.read_record(&mut row).map_err(|cause| damaged(path, &cause))? {
        // The apostrophes that keep a spreadsheet from running a cell are no part of the data.
        let cells = row.iter().zip(&guarded).map(|(cell, guarded)| if *guarded { plain(cell) } else { cell });
        let data: StringRecord = cells.collect();
        let mut finding: Finding = data.deserialize(Some(&header)).map_err(|cause| damaged(path, &cause))?;
        let [name, department, manager] = people
            .map(|place| place.and_then(|place| data.get(place)).filter(|cell| !cell.is_empty()).map(str::to_owned));
        if let (Some(id), true) = (&finding.person_id, name.is_some() || department.is_some() || manager.is_some()) {
            finding.person = Some(PersonReport { person_id: id.clone(), name, department, manager });
        }
        each(finding)?;
    }
    Ok(())
}
