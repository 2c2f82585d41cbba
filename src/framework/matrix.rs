//! A company's own control matrix: a CSV with a line for each control, instead of a framework file.
//!
//! `control_id,title,metrics` and, where wanted, `summary` and `supporting`; several metrics in a cell are separated by `;`.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Place};
use crate::report::Relation;
use crate::rules::{did_you_mean, did_you_mean_or_all};

use super::model::{Edge, Framework, Reference};

const COLUMNS: [&str; 5] = ["control_id", "title", "metrics", "summary", "supporting"];
const NEEDED: [&str; 3] = ["control_id", "title", "metrics"];

/// Reads a control matrix. `known` holds the ids of all metrics and indicators of the run.
///
/// # Errors
/// Every mistake in the file, with its line.
pub fn load_matrix(file: &str, text: &str, known: &BTreeSet<String>) -> Result<Framework, Vec<Diagnostic>> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let id = name.trim_end_matches(".csv").to_owned();
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let wrong = |line: u64, message: String, hint: Option<String>| {
        let diagnostic = Diagnostic::error("control-matrix", message).at(Place::row(file, line));
        match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    };
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|cell| cell.trim_start_matches('\u{feff}').to_lowercase()).collect(),
        Err(cause) => return Err(vec![wrong(1, format!("the control matrix is not CSV: {cause}"), None)]),
    };
    let mut said: Vec<Diagnostic> = Vec::new();
    for name in NEEDED.iter().filter(|name| !header.iter().any(|cell| cell == *name)) {
        let hint = format!("the columns are {}", COLUMNS.join(", "));
        said.push(wrong(1, format!("the control matrix has no column `{name}`"), Some(hint)));
    }
    for cell in header.iter().filter(|cell| !COLUMNS.contains(&cell.as_str())) {
        let message = format!("a control matrix has no column `{cell}`");
        said.push(wrong(1, message, Some(did_you_mean_or_all(cell, &COLUMNS))));
    }
    if !said.is_empty() {
        return Err(said);
    }
    let mut references: Vec<Reference> = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(cause) => {
                said.push(wrong(0, format!("the control matrix cannot be read: {cause}"), None));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| {
            header.iter().position(|known| known == name).and_then(|at| record.get(at)).filter(|text| !text.is_empty())
        };
        let (Some(control), Some(title)) = (cell("control_id"), cell("title")) else {
            if record.iter().any(|text| !text.is_empty()) {
                said.push(wrong(line, "a control needs `control_id` and `title`".to_owned(), None));
            }
            continue;
        };
        if references.iter().any(|known| known.id == control) {
            said.push(wrong(line, format!("the control `{control}` is there twice"), None));
            continue;
        }
        let mut edges: Vec<Edge> = Vec::new();
        for (column, relation) in [("metrics", Relation::Direct), ("supporting", Relation::Supporting)] {
            let named = cell(column).unwrap_or_default().split(';').map(str::trim).filter(|metric| !metric.is_empty());
            for metric in named {
                if !known.contains(metric) {
                    let hint = did_you_mean(metric, known.iter().map(String::as_str))
                        .unwrap_or_else(|| "`overstay list metrics` shows the known ids".to_owned());
                    said.push(wrong(line, format!("unknown metric `{metric}`"), Some(hint)));
                } else if edges.iter().any(|edge| edge.metric == metric) {
                    said.push(wrong(line, format!("`{metric}` is there twice"), None));
                } else {
                    edges.push(Edge {
                        metric: metric.to_owned(),
                        relation,
                        rationale: "The organisation's own control matrix says so.".to_owned(),
                        caveat: None,
                        requires: None,
                        place: Place::row(file, line),
                    });
                }
            }
        }
        references.push(Reference {
            id: control.to_owned(),
            title: title.to_owned(),
            summary: cell("summary").unwrap_or(title).to_owned(),
            edges,
        });
    }
    if references.is_empty() && said.is_empty() {
        said.push(wrong(1, "the control matrix has no control".to_owned(), None));
    }
    if !said.is_empty() {
        return Err(said);
    }
    Ok(Framework {
        title: format!("Control matrix {id}"),
        id,
        version: "as given".to_owned(),
        publisher: "the organisation".to_owned(),
        source: format!("{name}, a file of the organisation"),
        scope: "The controls that the organisation lists, in its own words.".to_owned(),
        references,
        aliases: Vec::new(),
        order: u32::MAX,
        on_request: false,
        file: file.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> BTreeSet<String> {
        ["leaver-lag", "orphan-accounts"].map(str::to_owned).into()
    }

    #[test]
    fn lines_are_controls_with_edges() {
        let text = "control_id,title,metrics,supporting\nAC-7,Leavers,leaver-lag; orphan-accounts,\nAC-8,Reviews,,\n";
        let framework = load_matrix("rules/frameworks/acme-controls.csv", text, &known()).expect("a matrix");
        assert_eq!((framework.id.as_str(), framework.references.len()), ("acme-controls", 2));
        let edges: Vec<&str> = framework.references[0].edges.iter().map(|edge| edge.metric.as_str()).collect();
        assert_eq!(edges, ["leaver-lag", "orphan-accounts"]);
        assert!(framework.references[1].edges.is_empty(), "a control that nothing measures stays listed");
    }

    #[test]
    fn mistakes_name_their_line() {
        let cases = [
            ("control_id,title\nA,B\n", "the control matrix has no column `metrics`", 1),
            ("control_id,title,metrics\nA,B,leaver-lagg\n", "unknown metric `leaver-lagg`", 2),
            ("control_id,title,metrics\nA,B,leaver-lag\nA,C,\n", "the control `A` is there twice", 3),
            ("control_id,title,metrics\n,B,leaver-lag\n", "a control needs `control_id` and `title`", 2),
            ("control_id,title,metrics\n", "the control matrix has no control", 1),
        ];
        for (text, message, line) in cases {
            let said = load_matrix("m.csv", text, &known()).expect_err("a mistake");
            assert_eq!(said[0].message, message);
            assert_eq!(said[0].place.as_ref().and_then(|place| place.line), Some(line), "{message}");
        }
    }
}
