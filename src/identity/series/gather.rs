//! From the rows of a table to the exports of each kind: which files belong together, and which shrank.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashSet};

use crate::number::count as grouped;
use crate::source::Completeness;
use crate::time::{HOUR, Micros};

use super::super::Context;

/// Files of one kind and system whose times lie this close, and that show nobody twice, are parts of one export.
const TOGETHER: Micros = 24 * HOUR;
/// An export of fewer subjects is too small to say that the next one shrank.
const FEW: usize = 10;

/// The rows of one file about one system.
pub(super) struct Part {
    pub file: i32,
    pub system: String,
    pub at: Option<Micros>,
    pub completeness: Completeness,
    /// Hashes of its subjects, sorted; empty where its kind has one file only.
    pub subjects: Vec<u64>,
}

/// The rows of each file about each system. Subjects are kept only where a source has several files.
pub(super) fn parts<'a>(
    context: &Context<'_>,
    rows: usize,
    row: impl Fn(usize) -> Option<(i32, &'a str, Cow<'a, str>)>,
) -> Vec<Part> {
    let mut files: HashMap<&str, u32> = HashMap::new();
    for file in context.files {
        *files.entry(file.source.as_deref().unwrap_or("")).or_default() += 1;
    }
    let hasher = DefaultHashBuilder::default();
    let mut parts: Vec<(Part, bool)> = Vec::new();
    let mut known: HashMap<(i32, &str), usize> = HashMap::new();
    let mut run: Option<((i32, &str), usize)> = None;
    for at in 0..rows {
        let Some((file, system, subject)) = row(at) else {
            continue;
        };
        let place = match run {
            Some((key, place)) if key == (file, system) => place,
            _ => *known.entry((file, system)).or_insert_with(|| {
                let facts = usize::try_from(file).ok().and_then(|file| context.files.get(file));
                let part = Part {
                    file,
                    system: system.to_owned(),
                    at: facts.and_then(|file| file.observed_at),
                    completeness: facts.map_or(Completeness::Unknown, |file| file.completeness),
                    subjects: Vec::new(),
                };
                parts.push((part, files.get(context.source_of(file)).is_some_and(|count| *count > 1)));
                parts.len() - 1
            }),
        };
        run = Some(((file, system), place));
        if parts[place].1 {
            parts[place].0.subjects.push(hasher.hash_one(subject.as_ref()));
        }
    }
    let sorted = |mut part: Part| {
        part.subjects.sort_unstable();
        part.subjects.dedup();
        part
    };
    parts.into_iter().map(|(part, _)| sorted(part)).collect()
}

/// An export on the way to its place in the series.
pub(super) struct Taken {
    pub at: Option<(Micros, Micros)>,
    pub completeness: Completeness,
    pub parts: Vec<Part>,
    pub subjects: Vec<u64>,
    /// Its first file: what messages call it.
    pub file: i32,
}

impl Taken {
    pub(super) fn without_parts(&mut self) -> Self {
        let subjects = std::mem::take(&mut self.subjects);
        Self { at: self.at, completeness: self.completeness, parts: Vec::new(), subjects, file: self.file }
    }
}

/// Puts the parts of one kind, sorted by time, together: the same time, or nearly the same and nobody in both.
pub(super) fn exports(parts: Vec<Part>) -> Vec<Taken> {
    let mut moments: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        match moments.last_mut() {
            Some(moment) if moment[0].at == part.at => moment.push(part),
            _ => moments.push(vec![part]),
        }
    }
    let mut groups: Vec<Vec<Part>> = Vec::new();
    // The subjects of the last group; made only where a file of nearly the same time asks for them.
    let mut shown: Option<HashSet<u64>> = None;
    for moment in moments {
        if let Some(group) = groups.last_mut()
            && let (Some(first), Some(at)) = (group[0].at, moment[0].at)
            && at - first <= TOGETHER
        {
            let known = shown.get_or_insert_with(|| subjects(group).collect());
            if !subjects(&moment).any(|subject| known.contains(&subject)) {
                known.extend(subjects(&moment));
                group.extend(moment);
                continue;
            }
        }
        shown = None;
        groups.push(moment);
    }
    // One export is compared with nothing.
    let several = groups.len() > 1;
    groups.into_iter().map(|parts| taken(parts, several)).collect()
}

fn subjects(parts: &[Part]) -> impl Iterator<Item = u64> {
    parts.iter().flat_map(|part| part.subjects.iter().copied())
}

fn taken(mut parts: Vec<Part>, compared: bool) -> Taken {
    let mut all: Vec<u64> = Vec::new();
    if compared {
        all.extend(subjects(&parts));
        all.sort_unstable();
        all.dedup();
    }
    for part in &mut parts {
        part.subjects = Vec::new();
    }
    let (first, last) = (parts[0].at, parts[parts.len() - 1].at);
    let completeness = if parts.iter().any(|part| part.completeness == Completeness::Partial) {
        Completeness::Partial
    } else if parts.iter().all(|part| part.completeness == Completeness::Whole) {
        Completeness::Whole
    } else {
        Completeness::Unknown
    };
    Taken { at: first.zip(last), completeness, file: parts[0].file, parts, subjects: all }
}

/// Why an export is surely not the next of the same: it holds less than half of the older one and nothing confirms
/// its size, or it speaks about others.
pub(super) fn shrunk(older: &Taken, newer: &Taken, what: &str, context: &Context<'_>) -> Option<String> {
    let (before, now) = (older.subjects.len(), newer.subjects.len());
    let path = usize::try_from(older.file).ok().and_then(|file| context.files.get(file)).map_or("", |file| &file.path);
    if before >= FEW && now * 2 < before && newer.completeness != Completeness::Whole {
        return Some(format!(
            "it shows {} {what} where the older {path} shows {}, and nothing confirms that the others are gone",
            grouped(now as u64),
            grouped(before as u64)
        ));
    }
    let common = common(&older.subjects, &newer.subjects);
    (before.min(now) >= FEW && common * 2 < before.min(now)).then(|| {
        format!(
            "only {} of its {} {what} stands in the older {path} too: it is about others, or ids have changed",
            grouped(common as u64),
            grouped(now as u64)
        )
    })
}

/// How many values two sorted lists share.
fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut left, mut right, mut count) = (0, 0, 0);
    while left < a.len() && right < b.len() {
        match a[left].cmp(&b[right]) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => (left, right, count) = (left + 1, right + 1, count + 1),
        }
    }
    count
}
