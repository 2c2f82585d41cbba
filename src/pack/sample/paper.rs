//! The sample as a table: what identifies an item, empty columns for the tester, and the facts of the draw.
//!
//! In CSV the facts stand in columns of every row, at the right: lines in front of the header would keep other tools
//! from reading the file, and a second file gets lost. A row that is copied elsewhere still says where it was drawn.

use crate::render::csv::CsvWriter;
use crate::render::text;

use super::{Sample, SampleItem, columns};

/// Columns that the tester fills in, with what they are for.
pub(super) const TESTER: [(&str, &str); 9] = [
    ("tester", "who looked"),
    ("tested_on", "when"),
    ("source_inspected", "which record in which system was looked at, not the export"),
    ("a_reason_ended_as_recorded", "A: the beginning of the stay agrees with the system that knows the reason"),
    ("b_access_ended_as_recorded", "B: the end, or that it is open, agrees with the system that holds the access"),
    ("c_result_recomputed", "C: length, limit and result follow from A, B and the policy"),
    ("exception", "y or n"),
    ("conclusion", "what follows"),
    ("remarks", "reference to work papers, explanations"),
];

/// Columns in front of those of the evidence file.
pub(super) const FIRST: [&str; 2] = ["sample_no", "frame_row"];
/// Columns behind them.
pub(super) const READABLE: [&str; 2] = ["length", "limit"];

const FACTS: [&str; 13] = [
    "selection_sha256",
    "metric",
    "frame",
    "frame_sha256",
    "frame_rows",
    "drawn_from",
    "population",
    "size",
    "seed",
    "method",
    "report_id",
    "period",
    "manifest_sha256",
];

impl Sample {
    /// The sample as CSV, its cells harmless in spreadsheets.
    pub fn to_csv(&self) -> Vec<u8> {
        let tester = TESTER.map(|(name, _)| name);
        let header: Vec<&str> = [
            &FIRST[..],
            &columns().map(|column| column.name).collect::<Vec<_>>(),
            &READABLE[..],
            &tester[..],
            &FACTS[..],
        ]
        .concat();
        let mut table = CsvWriter::new(&header);
        let facts = &self.facts;
        let method = facts.method();
        for (number, item) in (1_u64..).zip(&self.items) {
            table.number(number).number(item.row);
            for cell in &item.cells {
                table.text(cell);
            }
            table.text(&length(item)).text(&limit(item));
            for _ in TESTER {
                table.optional(None);
            }
            table.text(&item.sha256).text(&facts.metric).text(&facts.frame).text(&facts.frame_sha256);
            table.number(facts.frame_rows).text(&facts.drawn_from).number(facts.population);
            table.number(facts.size).number(facts.seed).text(&method);
            table.text(&facts.report_id).text(&facts.period).text(&facts.manifest_sha256);
            table.end();
        }
        table.finish()
    }

    /// Where the sample comes from and how it was drawn: names and values, for people.
    pub fn facts_table(&self) -> Vec<(&'static str, String)> {
        let facts = &self.facts;
        let mut drawn = text::of(self.items.len() as u64, facts.population);
        if self.items.len() as u64 == facts.population && facts.size > facts.population {
            drawn = format!("{drawn}: all of them, because fewer than the {} asked for", text::count(facts.size));
        }
        let rows = text::of(facts.population, facts.frame_rows);
        vec![
            ("report", format!("{}, {}, {}", facts.report_id, facts.organisation, facts.period)),
            ("manifest", format!("SHA-256 {}", facts.manifest_sha256)),
            ("metric", format!("{}: {}", facts.metric, facts.title)),
            ("frame", format!("{}, SHA-256 {}", facts.frame, facts.frame_sha256)),
            ("population", format!("{rows} rows of the frame: {}", facts.drawn_from)),
            ("drawn", drawn),
            ("seed", facts.seed.to_string()),
            ("method", facts.method()),
        ]
    }
}

/// The length as people read it; two readings where the evidence allows two.
pub(super) fn length(item: &SampleItem) -> String {
    match (item.seconds("shortest_seconds"), item.seconds("longest_seconds")) {
        (Some(shortest), Some(longest)) if shortest != longest => {
            format!("{} to {}", text::length(shortest), text::length(longest))
        }
        (Some(length), _) => text::length(length),
        _ => String::new(),
    }
}

/// The limit as people read it.
pub(super) fn limit(item: &SampleItem) -> String {
    item.seconds("limit_seconds").map(text::length).unwrap_or_default()
}
