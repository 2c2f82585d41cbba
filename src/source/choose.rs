//! Which mapping reads what stands at which place of a file, and what it makes of its columns.

use serde_json::Value;

use super::file::FileJob;
use super::json::View;
use super::path::fold;
use super::plan::Plan;
use super::recognise::{Candidate, Sample, compare, nearest, recognise};
use super::set::Source;

/// Columns that a message may name.
const MOST: usize = 200;

/// The keys of records.
pub(super) fn keys(records: &[Value]) -> Vec<String> {
    let members = records.iter().filter_map(Value::as_object);
    let mut keys: Vec<String> = members.flat_map(|record| record.keys().cloned()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// What fits the places of records in a document.
pub(super) enum Best<'v, 'a> {
    One(&'v View, &'a Source),
    Several(Vec<Candidate>),
    /// Records of several kinds in one list, by the mapping that fits each.
    Mixed(Vec<(String, usize)>),
    None,
}

/// The mapping with most signs over all places; of places where it has as many, the outermost.
pub(super) fn best<'v, 'a>(job: &FileJob<'a>, views: &'v [View]) -> Best<'v, 'a> {
    let mut most = 0;
    let mut found: Option<(&View, Vec<&Source>, Vec<Candidate>)> = None;
    for view in views.iter().filter(|view| !view.records.is_empty()) {
        let (fits, candidates) = recognise(job.set, &of(view));
        // Members of one object that are records of a kind are so most of them: one of two is a part of something else.
        if view.is_map_of_records() && fits.iter().any(|source| fitting(view, source) * 2 <= view.records.len()) {
            continue;
        }
        let Some(score) = candidates.first().map(|first| first.score) else { continue };
        match &mut found {
            Some((known, ..)) if view.is_opened(known) => {
                most = score;
                found = Some((view, fits, candidates));
            }
            // A mapping that reads every member of a record takes a list once more that everybody finds by its name: it
            // is the right place only where more of what it reads stands there.
            Some((known, known_fits, _)) if ids(&fits).eq(ids(known_fits)) && view.takes_all_of(known) => {
                let better = fitting(view, fits[0]) > fitting(known, fits[0]);
                found = if better { Some((view, fits, candidates)) } else { found };
            }
            // Two lists beside each other: nothing tells which one is meant.
            Some((known, known_fits, known_candidates))
                if score == most && !view.is_within(known) && view.records != known.records =>
            {
                known_fits.extend(fits);
                known_candidates.extend(candidates);
            }
            _ if score > most => {
                most = score;
                found = Some((view, fits, candidates));
            }
            _ => {}
        }
    }
    match found {
        Some((view, fits, _)) if fits.len() == 1 => Best::One(view, fits[0]),
        Some((view, fits, candidates)) => mixed(view, &fits).map_or(Best::Several(candidates), Best::Mixed),
        None => Best::None,
    }
}

/// The mappings that nearly fit one of the places, the nearest first.
pub(super) fn near(job: &FileJob<'_>, views: &[View]) -> Vec<Candidate> {
    let full = views.iter().filter(|view| !view.records.is_empty());
    let mut near: Vec<Candidate> = full.flat_map(|view| nearest(job.set, &of(view))).collect();
    near.retain(|candidate| !candidate.missing.is_empty());
    near.sort_by_key(|candidate| candidate.missing.len());
    near.truncate(3);
    near
}

/// Whether a record by itself has all the signs of a mapping.
fn fits_alone(view: &View, record: &[Value], source: &Source) -> bool {
    let found = compare(&source.plan, &Sample::Json { records: record, view });
    found.missing.is_empty() && found.against.is_empty()
}

/// How many records of a place fit a mapping by themselves.
fn fitting(view: &View, source: &Source) -> usize {
    view.records.chunks(1).filter(|record| fits_alone(view, record, source)).count()
}

/// How many records fit each of several mappings, where none fits two of them.
fn mixed(view: &View, fits: &[&Source]) -> Option<Vec<(String, usize)>> {
    let mut counts: Vec<(String, usize)> = fits.iter().map(|source| (source.id().to_owned(), 0)).collect();
    for record in view.records.chunks(1) {
        let mut own = counts.iter_mut().zip(fits).filter(|(_, source)| fits_alone(view, record, source));
        let first = own.next();
        if own.next().is_some() {
            return None;
        }
        if let Some(((_, count), _)) = first {
            *count += 1;
        }
    }
    counts.iter().all(|(_, count)| *count > 0).then_some(counts)
}

fn ids<'a>(sources: &'a [&Source]) -> impl Iterator<Item = &'a str> {
    sources.iter().map(|source| source.id())
}

/// The records of a place, as recognition sees them.
pub(super) fn of(view: &View) -> Sample<'_> {
    Sample::Json { records: &view.records, view }
}

/// What is read from where, in a mapping that knows each column by several names.
pub(super) fn taken(plan: &Plan, keys: &[String]) -> Vec<(&'static str, String)> {
    if plan.recognise.iter().all(|signs| signs.one.is_empty()) {
        return Vec::new();
    }
    let key = |slot: &usize| {
        let head = plan.slots[*slot].head()?;
        keys.iter().find(|key| fold(key) == head)
    };
    let columns = plan.rows.iter().flat_map(|rows| &rows.columns).filter_map(|(column, rule)| {
        let mut rule = Some(rule);
        while let Some(one) = rule {
            let mut slots = Vec::new();
            one.own_slots(&mut slots);
            if let Some(key) = slots.iter().find_map(key) {
                return Some((column.name, key.clone()));
            }
            rule = one.otherwise.as_deref();
        }
        None
    });
    columns.collect()
}

/// Names that the mapping neither uses nor ignores, as written, sorted.
pub(super) fn unknown<'n>(plan: &Plan, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let known = |name: &str| {
        let folded = fold(name);
        plan.slots.iter().any(|path| path.head() == Some(&folded))
            || plan.ignore.contains(&folded)
            || plan.secret.contains(&folded)
    };
    let mut out: Vec<String> = names.filter(|name| !name.is_empty() && !known(name)).map(str::to_owned).collect();
    out.sort();
    out.dedup();
    out.truncate(MOST);
    out
}
