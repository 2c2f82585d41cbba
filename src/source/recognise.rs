//! Which mapping a file belongs to: several keys together, over the first records.

use std::collections::HashSet;

use serde_json::Value;

use super::eval::{Cell, passes};
use super::index::{may_fit, may_nearly_fit};
use super::json::{View, walk_value};
use super::path::{Path, Step, fold};
use super::plan::{Plan, Recognise};
use super::set::{Source, SourceSet};
use super::spec::{RawClass, RawFormat};

/// The first records of a file, as recognition sees them.
pub(super) enum Sample<'a> {
    /// Rows as folded column names with their cells; the header alone also counts.
    Csv { header: &'a [String], rows: &'a [Vec<(String, String)>] },
    /// Records with members, and the place where they stand.
    Json { records: &'a [Value], view: &'a View },
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

    fn format(&self) -> RawFormat {
        match self {
            Self::Csv { .. } => RawFormat::Csv,
            Self::Json { .. } => RawFormat::Json,
        }
    }

    fn wrapper(&self) -> Option<&str> {
        match self {
            Self::Csv { .. } => None,
            Self::Json { view, .. } => view.way.last().map(String::as_str),
        }
    }

    /// Each record by itself: the signs of a source stand together in one.
    fn singly(&self) -> Vec<Sample<'_>> {
        match self {
            Self::Csv { header, rows } => vec![Sample::Csv { header, rows }],
            Self::Json { records, view } => records.chunks(1).map(|records| Sample::Json { records, view }).collect(),
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

    /// Whether a mapping that names these places looks here.
    fn is_at(&self, signs: &Recognise) -> bool {
        match self {
            Self::Csv { .. } => true,
            Self::Json { view, .. } if signs.at.is_empty() => {
                let wrapped = signs.wrapper.is_some() && self.wrapper() == signs.wrapper.as_deref();
                !view.declared || wrapped
            }
            Self::Json { view, .. } => signs.at.iter().any(|way| view.is_at(way)),
        }
    }

    /// The folded keys at the top of its records.
    fn keys(&self) -> HashSet<String> {
        match self {
            Self::Csv { header, .. } => header.iter().cloned().collect(),
            Self::Json { records, .. } => {
                let members = records.iter().filter_map(Value::as_object);
                members.flat_map(|record| record.keys()).map(|key| fold(key)).collect()
            }
        }
    }

    fn entity(&self) -> Option<&str> {
        match self {
            Self::Csv { .. } => None,
            Self::Json { view, .. } => view.entity.as_deref(),
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
    /// How many of its signs are there.
    pub(super) score: usize,
    /// Whether its signs are those of a part of a list.
    pub(super) part: bool,
}

impl Candidate {
    /// A mapping of which nothing was seen yet.
    fn of(plan: &Plan) -> Self {
        let (matched, missing, against) = (Vec::new(), Vec::new(), Vec::new());
        Self { source: plan.id.clone(), matched, missing, against, used: 0, score: 0, part: false }
    }

    /// Whether it fits, or lacks less than it has: then the file is probably an export of this kind.
    pub(super) fn is_likely(&self) -> bool {
        self.missing.len() < self.matched.len()
    }
}

/// How a plan and a sample fit: its signs stand in one record, and what rules it out in none.
pub(super) fn compare(plan: &Plan, sample: &Sample<'_>) -> Candidate {
    let singly = sample.singly();
    let order = |one: &Candidate| (one.missing.len() + one.against.len(), std::cmp::Reverse(one.score));
    let ways = plan.recognise.iter().map(|known| {
        // The signs of a mapping stand together in one record: the first that has them all will do.
        let mut best: Option<Candidate> = None;
        for one in &singly {
            let found = signs(plan, known, one);
            let is_whole = found.missing.is_empty();
            if best.as_ref().is_none_or(|best| order(&found) < order(best)) {
                best = Some(found);
            }
            if is_whole {
                break;
            }
        }
        let mut best = best.unwrap_or_else(|| signs(plan, known, sample));
        best.against.extend(known.none.iter().filter(|path| sample.has(path)).map(|path| path.text.clone()));
        best
    });
    let mut best = ways.min_by_key(order).unwrap_or_else(|| Candidate::of(plan));
    best.used = sample.used(plan);
    best
}

/// The signs that a sample has and lacks.
fn signs(plan: &Plan, signs: &Recognise, sample: &Sample<'_>) -> Candidate {
    let named = signs.entity.is_some() && signs.entity.as_deref() == sample.entity();
    let wrapped = signs.wrapper.as_deref().is_some_and(|wrapper| sample.wrapper() == Some(wrapper));
    let mut candidate = Candidate::of(plan);
    if let Sample::Json { view, .. } = sample {
        let beside = signs.none_beside.iter().filter(|key| view.beside.contains(key));
        candidate.against.extend(beside.cloned());
    }
    if !sample.is_at(signs) {
        candidate.missing.push("its place in the document".to_owned());
    }
    if let Some(entity) = signs.entity.as_ref().filter(|_| named) {
        candidate.matched.push(format!("#{entity}"));
    }
    if let Some(wrapper) = &signs.wrapper {
        if wrapped {
            candidate.matched.push(wrapper.clone());
        } else if signs.all.len() + signs.any.len() + signs.one.len() < 2 {
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
    for paths in &signs.one {
        // Two spellings of one name are one column.
        let mut there: Vec<&Path> = Vec::new();
        for path in paths.iter().filter(|path| sample.has(path)) {
            if there.iter().all(|known| known.steps != path.steps) {
                there.push(path);
            }
        }
        let found: Vec<&str> = there.into_iter().map(|path| path.text.as_str()).collect();
        match found.as_slice() {
            [only] => candidate.matched.push((*only).to_owned()),
            [] => candidate.missing.push(paths.first().map(|path| path.text.clone()).unwrap_or_default()),
            several => candidate.missing.push(format!("one of {} alone", several.join(" and "))),
        }
    }
    for (path, test) in &signs.values {
        if sample.some_value(path, test) {
            candidate.score += 1;
        } else {
            candidate.missing.push(format!("a fitting value in {}", path.text));
        }
    }
    candidate.score += candidate.matched.len();
    candidate.part = signs.part;
    candidate
}

/// More signs than any mapping that ships has.
const OWN: usize = 1 << 16;

/// Records by which it is seen which mappings nearly fit.
const NEAR: usize = 20;

/// The mappings that fit, with the signs by which they do.
pub(super) fn recognise<'s>(set: &'s SourceSet, sample: &Sample<'_>) -> (Vec<&'s Source>, Vec<Candidate>) {
    let keys = sample.keys();
    let possible =
        set.possible(sample.format(), &keys).filter(|source| may_fit(&source.plan, &keys, |signs| sample.is_at(signs)));
    let compared = possible.map(|source| (source, compare(&source.plan, sample)));
    let mut fits: Vec<(&Source, Candidate)> =
        compared.filter(|(_, found)| found.missing.is_empty() && found.against.is_empty()).collect();
    // What the company says about its own exports comes before what ships.
    if fits.iter().any(|(source, _)| source.is_own()) {
        fits.retain(|(source, _)| source.is_own());
        for (_, candidate) in &mut fits {
            candidate.score += OWN;
        }
    }
    // Of several that fit, the one with most signs: a new mapping never touches an old one.
    // What may be a register of the company or something else is neither: what a register says decides verdicts.
    let register = fits.iter().any(|(source, _)| source.class() == RawClass::Register);
    let most = fits.iter().map(|(_, candidate)| candidate.score).max();
    fits.retain(|(_, candidate)| register || Some(candidate.score) == most);
    fits.into_iter().unzip()
}

/// The mappings that nearly fit, the nearest first: for a file that none fits.
pub(super) fn nearest(set: &SourceSet, sample: &Sample<'_>) -> Vec<Candidate> {
    let keys = sample.keys();
    let short = match sample {
        Sample::Csv { .. } => None,
        Sample::Json { records, view } => Some(Sample::Json { records: &records[..records.len().min(NEAR)], view }),
    };
    let sample = short.as_ref().unwrap_or(sample);
    let worth = set.iter().filter(|source| {
        source.plan.format == sample.format() && may_nearly_fit(&source.plan, &keys, |signs| sample.is_at(signs))
    });
    let compared = worth.map(|source| compare(&source.plan, sample));
    let mut near: Vec<Candidate> =
        compared.filter(|near| near.against.is_empty() && near.matched.len() >= 2 && near.is_likely()).collect();
    near.sort_by(|a, b| {
        let share = |c: &Candidate| c.missing.len() * 100 / (c.missing.len() + c.matched.len()).max(1);
        let order = |c: &Candidate| (share(c), std::cmp::Reverse(c.used));
        order(a).cmp(&order(b)).then_with(|| a.source.cmp(&b.source))
    });
    near.truncate(3);
    near
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
