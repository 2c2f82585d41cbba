//! Finds which of many waivers name a thing without asking each of them: whole subjects by hash, patterns by the plain
//! text that they begin or end with.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};
use hashbrown::HashMap;

use super::scope::is_special;
use super::waivers::{Target, own_id};

/// Patterns that are compared at once: beyond that, comparing takes longer than one after the other.
const AT_ONCE: usize = 250;

/// Waivers by metric.
#[derive(Debug, Clone, Default)]
pub struct WaiverIndex {
    by_metric: BTreeMap<String, Names>,
    /// The system to which each waiver is limited.
    systems: Vec<Option<String>>,
}

/// Patterns by the text that a name must begin, or end, with.
type ByText<'w> = BTreeMap<&'w str, Vec<(u32, Glob)>>;

#[derive(Debug, Clone, Default)]
struct Names {
    whole: HashMap<String, Vec<u32>>,
    begin: Ends,
    end: Ends,
}

/// Patterns by a text that a name must begin, or end, with.
#[derive(Debug, Clone, Default)]
struct Ends {
    by_text: HashMap<String, Vec<(GlobSet, Vec<u32>)>>,
    /// Lengths of these texts.
    lengths: Vec<usize>,
}

impl WaiverIndex {
    /// Waivers as metric, subject and system.
    pub fn new<'w>(waivers: impl IntoIterator<Item = (&'w str, &'w str, Option<&'w str>)>) -> Self {
        let mut index = Self::default();
        let mut patterns: BTreeMap<&str, [ByText<'_>; 2]> = BTreeMap::new();
        for (at, (metric, subject, system)) in (0..).zip(waivers) {
            index.systems.push(system.map(str::to_owned));
            // A pattern may be the name of something as well.
            let names = index.by_metric.entry(metric.to_owned()).or_default();
            names.whole.entry_ref(subject).or_default().push(at);
            if let Some(glob) = subject.contains(is_special).then(|| Glob::new(subject).ok()).flatten() {
                let (begin, end) = plain_ends(subject);
                let [begins, ends] = patterns.entry(metric).or_default();
                let (bucket, text) = if begin.len() >= end.len() { (begins, begin) } else { (ends, end) };
                bucket.entry(text).or_default().push((at, glob));
            }
        }
        for (metric, [begins, ends]) in patterns {
            let names = index.by_metric.entry(metric.to_owned()).or_default();
            (names.begin, names.end) = (Ends::of(begins), Ends::of(ends));
        }
        index
    }

    /// Whether any waiver is for this metric.
    pub fn concerns(&self, metric: &str) -> bool {
        self.by_metric.contains_key(metric)
    }

    /// The waivers that name a thing, as places in the list that the index was made of, in its order.
    pub fn naming(&self, metric: &str, target: &Target<'_>) -> Vec<u32> {
        let Some(names) = self.by_metric.get(metric) else { return Vec::new() };
        let keys = [target.account_key, target.credential_key].into_iter().flatten();
        let texts = keys.flat_map(|key| [key, own_id(key, target.system)]).chain(target.person_id);
        let mut found: Vec<u32> = texts.chain([target.subject]).flat_map(|text| names.of(text)).collect();
        found.retain(|at| self.systems[*at as usize].as_deref().is_none_or(|system| target.system == Some(system)));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Names {
    fn of(&self, text: &str) -> Vec<u32> {
        let mut found = self.whole.get(text).cloned().unwrap_or_default();
        self.begin.add(text, |length| text.get(..length), &mut found);
        self.end.add(text, |length| text.get(text.len().checked_sub(length)?..), &mut found);
        found
    }
}

impl Ends {
    fn of(patterns: ByText<'_>) -> Self {
        let mut ends = Self::default();
        for (text, patterns) in patterns {
            let mut sets = Vec::new();
            patterns.chunks(AT_ONCE).for_each(|chunk| at_once(chunk, &mut sets));
            ends.by_text.insert(text.to_owned(), sets);
            ends.lengths.push(text.len());
        }
        ends.lengths.sort_unstable();
        ends.lengths.dedup();
        ends
    }

    /// Adds the patterns that a name fits. `part` gives its end of some length.
    fn add<'t>(&self, name: &str, part: impl Fn(usize) -> Option<&'t str>, found: &mut Vec<u32>) {
        for text in self.lengths.iter().filter_map(|length| part(*length)) {
            for (set, places) in self.by_text.get(text).into_iter().flatten() {
                found.extend(set.matches(name).into_iter().map(|at| places[at]));
            }
        }
    }
}

/// Makes sets of patterns, in halves where they are too large together.
fn at_once(patterns: &[(u32, Glob)], sets: &mut Vec<(GlobSet, Vec<u32>)>) {
    let mut builder = GlobSetBuilder::new();
    for (_, glob) in patterns {
        builder.add(glob.clone());
    }
    match builder.build() {
        Ok(set) => sets.push((set, patterns.iter().map(|(at, _)| *at).collect())),
        Err(_) if patterns.len() > 1 => {
            let (first, second) = patterns.split_at(patterns.len() / 2);
            at_once(first, sets);
            at_once(second, sets);
        }
        Err(_) => {}
    }
}

/// The plain text before the first and behind the last part of a pattern that stands for something else. A slash there
/// may stand for nothing.
fn plain_ends(pattern: &str) -> (&str, &str) {
    let begin = pattern.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default();
    let end = pattern.rsplit(['*', '?', ']', '}']).next().unwrap_or_default();
    // What follows a backslash is that letter.
    let end = if end.contains('\\') { "" } else { end };
    (begin.trim_end_matches('/'), end.trim_start_matches('/'))
}
