//! Which mapping a file belongs to: several keys together, over the first records.

use serde_json::Value;

use super::eval::{Cell, passes};
use super::json::walk_value;
use super::path::{Path, Step, fold};
use super::plan::Plan;
use super::set::{Source, SourceSet};
use super::spec::RawFormat;

/// The first records of a file, as recognition sees them.
pub(super) enum Sample<'a> {
    /// Rows as folded column names with their cells; the header alone also counts.
    Csv { header: &'a [String], rows: &'a [Vec<(String, String)>] },
    /// JSON records, the key that wraps them, and the entity that the document's context names.
    Json { records: &'a [Value], wrapper: Option<&'a str>, entity: Option<&'a str> },
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

    /// Each record by itself: the signs of a source stand together in one.
    fn singly(&self) -> Vec<Sample<'_>> {
        match self {
            Self::Csv { header, rows } => vec![Sample::Csv { header, rows }],
            Self::Json { records, wrapper, entity } => {
                records.chunks(1).map(|records| Sample::Json { records, wrapper: *wrapper, entity: *entity }).collect()
            }
        }
    }

    /// How many columns or keys of the file a mapping uses.
    fn used(&self, plan: &Plan) -> usize {
        let knows = |name: &str| plan.slots.iter().any(|path| path.head() == Some(name));
        match self {
            Self::Csv { header, .. } => header.iter().filter(|name| knows(name)).count(),
            Self::Json { records, .. } => {
                let keys = records.first().and_then(Value::as_object).into_iter().flat_map(|record| record.keys());
                keys.filter(|key| knows(&fold(key))).count()
            }
        }
    }

    fn entity(&self) -> Option<&str> {
        match self {
            Self::Csv { .. } => None,
            Self::Json { entity, .. } => *entity,
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
    /// Columns or keys of the file that it would use.
    used: usize,
}

impl Candidate {
    /// Whether it fits, or lacks less than it has: then the file is probably an export of this kind.
    pub(super) fn is_likely(&self) -> bool {
        self.missing.len() < self.matched.len()
    }
}

/// How a plan and a sample fit: its signs stand in one record, and what rules it out in none.
pub(super) fn compare(plan: &Plan, sample: &Sample<'_>) -> Candidate {
    let singly = sample.singly();
    let each = singly.iter().map(|one| signs(plan, one));
    let mut best = each.min_by_key(|one| one.missing.len()).unwrap_or_else(|| signs(plan, sample));
    best.against = plan.recognise.none.iter().filter(|path| sample.has(path)).map(|path| path.text.clone()).collect();
    best.used = sample.used(plan);
    best
}

/// The signs that a sample has and lacks.
fn signs(plan: &Plan, sample: &Sample<'_>) -> Candidate {
    let signs = &plan.recognise;
    let named = signs.entity.is_some() && signs.entity.as_deref() == sample.entity();
    let wrapped = signs.wrapper.as_deref().is_some_and(|wrapper| sample.wrapper() == Some(wrapper));
    let mut candidate =
        Candidate { source: plan.id.clone(), matched: Vec::new(), missing: Vec::new(), against: Vec::new(), used: 0 };
    if let Some(entity) = signs.entity.as_ref().filter(|_| named) {
        candidate.matched.push(format!("#{entity}"));
    }
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
        } else if !named {
            let names: Vec<&str> = paths.iter().map(|path| path.text.as_str()).collect();
            candidate.missing.push(names.join(" or "));
        }
    }
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
        } else if candidate.against.is_empty() && candidate.matched.len() >= 2 {
            near.push(candidate);
        }
    }
    if fits.is_empty() {
        near.sort_by(|a, b| {
            let share = |c: &Candidate| c.missing.len() * 100 / (c.missing.len() + c.matched.len()).max(1);
            let order = |c: &Candidate| (share(c), std::cmp::Reverse(c.used));
            order(a).cmp(&order(b)).then_with(|| a.source.cmp(&b.source))
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
