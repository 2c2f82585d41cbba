//! The page of the evidence contract.

use std::fmt::Write as _;

use crate::assess::contract::{Column, EVIDENCE, FINDINGS, Kind, Origin, parts};

/// The page.
pub(super) fn page() -> String {
    let mut out = format!("# Findings and evidence\n\n{}{HEAD}", super::NOTE);
    out.push_str("\n## findings.csv\n\nOne line for each finding: an item that is over its limit, or may be.\n\n");
    table(&mut out, &FINDINGS);
    out.push_str(
        "\n## evidence/METRIC.csv\n\nOne line for each item of the metric, also those that it leaves out.\n\n",
    );
    table(&mut out, &EVIDENCE);
    let places: Vec<String> = EVIDENCE
        .iter()
        .filter(|column| matches!(column.kind, Kind::Place))
        .map(|column| format!("`{}` is `{}`", column.name, parts(column.name).join("` and `")))
        .collect();
    let _ = write!(out, "\n{PARQUET} {}.\n\n## Closed sets\n\n", places.join(", "));
    let mut seen = Vec::new();
    for column in FINDINGS.iter().chain(&EVIDENCE).filter(|column| matches!(column.kind, Kind::Word(_))) {
        if seen.contains(&column.name) {
            continue;
        }
        seen.push(column.name);
        let words: Vec<String> = column
            .words()
            .into_iter()
            .map(|(file, reader)| if file == reader { format!("`{file}`") } else { format!("`{file}` ({reader})") })
            .collect();
        let _ = writeln!(out, "- `{}`: {}", column.name, words.join(", "));
    }
    out
}

const HEAD: &str = "Every column of the files that hold findings and populations, out of the table in the source that writes them. \
CSV is UTF-8 (with `--csv-bom` after a byte order mark), times are RFC 3339 in UTC, lengths are whole seconds, rounded down. An empty \
cell is not known, or does not apply; it is never a zero. A text that a spreadsheet would take for a formula has an apostrophe in \
front of it. New columns come at the end; readers go by the names.
";

const PARQUET: &str = "A population that is longer than a spreadsheet stands in `evidence/METRIC.parquet`: the same columns by name, times as \
microseconds since 1970 UTC, and in place of each column of a file and a line two numbers, of the input (its place in the list of inputs \
in `manifest.json`, from 0) and of the line or record:";

fn table(out: &mut String, columns: &[Column]) {
    out.push_str("| column | holds | in the workbook | meaning |\n|---|---|---|---|\n");
    for column in columns {
        let holds = match column.kind {
            Kind::Text => "text",
            Kind::Sentence => "sentence",
            Kind::Word(_) => "word",
            Kind::Flag => "true/false",
            Kind::Time => "time",
            Kind::Seconds => "seconds",
            Kind::Place => "file and line",
        };
        let later = if column.origin == Origin::Named { ". Not in packs of before" } else { "" };
        let _ = writeln!(out, "| `{}` | {holds} | {} | {}{later} |", column.name, column.title, column.meaning);
    }
}
