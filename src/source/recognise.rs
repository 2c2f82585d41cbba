//! Which mapping a file belongs to: several keys together, over the first records.

use serde_json::Value;

use super::eval::{Cell, passes};
use super::json::walk_value;
use super::path::{Path, Step};
use super::plan::Plan;
use super::set::{Source, SourceSet};
use super::spec::RawFormat;

/// The first records of a file, as recognition sees them.
pub(super) enum Sample<'a> {
    /// Rows as folded column names with their cells; the header alone also counts.
    Csv { header: &'a [String], rows: &'a [Vec<(String, String)>] },
    /// JSON records, and the key that wraps them.
    Json { records: &'a [Value], wrapper: Option<&'a str> },
}

impl Sample<'_> {
    fn has(&self, path: &Path) -> bool {
        match self {
            Self::Csv { header, .. } => path.head().is_some_and(|head| header.iter().any(|name| name == head)),
            Self::Json { records, .. } => records.iter().any(|record| walk_value(record, &path.steps).0),
        }
    }

    fn some_value(&self, path: &Path, test: &super::plan::Test) -> bool {
        let fits = |text: Option<&str>| {
            let cell = text.filter(|text| !text.is_empty()).map_or(Cell::Null, Cell::Text);
            passes(test, cell, None, &[])
        };
        match self {
            Self::Csv { rows, .. } => {
                let Some(Step::Key(head)) = path.steps.first() else { return false };
                rows.iter().any(|row| row.iter().any(|(name, cell)| name == head && fits(Some(cell.as_str()))))
            }
            Self::Json { records, .. } => {
                records.iter().any(|record| fits(walk_value(record, &path.steps).1.as_deref()))
            }
        }
    }

    fn wrapper(&self) -> Option<&str> {
        match self {
            Self::Csv { .. } => None,
            Self::Json { wrapper, .. } => *wrapper,
        }
    }
}

/// A mapping that does not quite fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub source: String,
    /// Keys that were found.
    pub matched: Vec<String>,
    /// Keys that were not, as the mapping names them.
    pub missing: Vec<String>,
    /// Keys that rule it out.
    pub against: Vec<String>,
}

impl Candidate {
    /// Whether it fits, or lacks less than it has: then the file is probably an export of this kind.
    pub(super) fn is_likely(&self) -> bool {
        self.missing.len() < self.matched.len()
    }
}

/// How a plan and a sample fit.
pub(super) fn compare(plan: &Plan, sample: &Sample<'_>) -> Candidate {
    let signs = &plan.recognise;
    let wrapped = signs.wrapper.as_deref().is_some_and(|wrapper| sample.wrapper() == Some(wrapper));
    let mut candidate =
        Candidate { source: plan.id.clone(), matched: Vec::new(), missing: Vec::new(), against: Vec::new() };
    if let Some(wrapper) = &signs.wrapper {
        if wrapped {
            candidate.matched.push(wrapper.clone());
        } else if signs.all.len() + signs.any.len() < 2 {
            candidate.missing.push(wrapper.clone());
        }
    }
    for path in &signs.all {
        let list = if sample.has(path) { &mut candidate.matched } else { &mut candidate.missing };
        list.push(path.text.clone());
    }
    for paths in &signs.any {
        if let Some(path) = paths.iter().find(|path| sample.has(path)) {
            candidate.matched.push(path.text.clone());
        } else {
            let names: Vec<&str> = paths.iter().map(|path| path.text.as_str()).collect();
            candidate.missing.push(names.join(" or "));
        }
    }
    candidate.against.extend(signs.none.iter().filter(|path| sample.has(path)).map(|path| path.text.clone()));
    for (path, test) in &signs.values {
        if !sample.some_value(path, test) {
            candidate.missing.push(format!("a fitting value in {}", path.text));
        }
    }
    candidate
}

/// The mappings that fit, and, when none does, those that nearly do.
pub(super) fn recognise<'s>(set: &'s SourceSet, sample: &Sample<'_>) -> (Vec<&'s Source>, Vec<Candidate>) {
    let format = match sample {
        Sample::Csv { .. } => RawFormat::Csv,
        Sample::Json { .. } => RawFormat::Json,
    };
    let mut fits = Vec::new();
    let mut near = Vec::new();
    for source in set.iter().filter(|source| source.plan.format == format) {
        let candidate = compare(&source.plan, sample);
        if candidate.missing.is_empty() && candidate.against.is_empty() {
            fits.push((source, candidate));
        } else if candidate.matched.len() >= 2 || candidate.missing.is_empty() {
            near.push(candidate);
        }
    }
    if fits.is_empty() {
        near.sort_by(|a, b| {
            let share = |c: &Candidate| c.missing.len() * 100 / (c.missing.len() + c.matched.len()).max(1);
            share(a).cmp(&share(b)).then_with(|| a.source.cmp(&b.source))
        });
        near.truncate(3);
        return (Vec::new(), near);
    }
    let sources = fits.iter().map(|(source, _)| *source).collect();
    (sources, fits.into_iter().map(|(_, candidate)| candidate).collect())
}

/// Two or more candidates as a sentence for a message. Names keys of mappings only, never of the file.
pub(super) fn described(candidates: &[Candidate]) -> String {
    let keys = |words: &[String]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    candidates
        .iter()
        .map(|candidate| {
            let mut parts = vec![format!("has {}", keys(&candidate.matched))];
            if !candidate.missing.is_empty() {
                parts.push(format!("lacks {}", keys(&candidate.missing)));
            }
            if !candidate.against.is_empty() {
                parts.push(format!("must not have {}", keys(&candidate.against)));
            }
            format!("{} ({})", candidate.source, parts.join("; "))
        })
        .collect::<Vec<_>>()
        .join(", ")
}
