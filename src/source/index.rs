//! Which mappings a file could belong to at all, by the keys that it has: it is compared with those, and not with every one.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::path::{Path, WayStep};
use super::plan::{Plan, Recognise};
use super::set::Source;
use super::spec::RawFormat;

/// Mappings by what they need.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    csv: Needs,
    json: Needs,
    /// Places of records that mappings name, sorted.
    pub(super) declared: Vec<Vec<WayStep>>,
    /// Folded keys that wrap lists, sorted.
    pub(super) wrappers: Vec<String>,
}

/// Places of mappings in the set.
#[derive(Debug, Clone, Default)]
struct Needs {
    by_key: BTreeMap<String, Vec<usize>>,
    /// Known by other things than keys at the top of a record.
    anywhere: Vec<usize>,
}

impl Index {
    /// Of mappings in the order of their set.
    pub(super) fn of(sources: &[Arc<Source>]) -> Self {
        let mut index = Self::default();
        for format in [RawFormat::Csv, RawFormat::Json] {
            let of_format = || sources.iter().enumerate().filter(|(_, source)| source.plan.format == format);
            // A key that few mappings need tells more than one that many need.
            let mut common: BTreeMap<&str, usize> = BTreeMap::new();
            for key in of_format().flat_map(|(_, source)| &source.plan.recognise).flat_map(|signs| heads(&signs.all)) {
                *common.entry(key).or_default() += 1;
            }
            let needs = index.needs_mut(format);
            for (at, source) in of_format() {
                for signs in &source.plan.recognise {
                    match needed(signs, &common) {
                        Some(keys) => keys.iter().for_each(|key| add(needs.by_key.entry((*key).to_owned()), at)),
                        None => needs.anywhere.push(at),
                    }
                }
            }
        }
        let signs = || sources.iter().flat_map(|source| &source.plan.recognise);
        index.declared = sorted(signs().flat_map(|signs| signs.at.iter().cloned()));
        index.wrappers = sorted(signs().filter_map(|signs| signs.wrapper.clone()));
        index
    }

    /// Places of the mappings of which some signs could stand in records with these folded keys, in their order.
    pub(super) fn possible(&self, format: RawFormat, keys: &HashSet<String>) -> Vec<usize> {
        let needs = match format {
            RawFormat::Csv => &self.csv,
            RawFormat::Json => &self.json,
        };
        let by_key = keys.iter().filter_map(|key| needs.by_key.get(key)).flatten();
        sorted(by_key.chain(&needs.anywhere).copied())
    }

    fn needs_mut(&mut self, format: RawFormat) -> &mut Needs {
        match format {
            RawFormat::Csv => &mut self.csv,
            RawFormat::Json => &mut self.json,
        }
    }
}

fn add(entry: std::collections::btree_map::Entry<'_, String, Vec<usize>>, at: usize) {
    let places = entry.or_default();
    if places.last() != Some(&at) {
        places.push(at);
    }
}

fn sorted<T: Ord>(found: impl Iterator<Item = T>) -> Vec<T> {
    let mut found: Vec<T> = found.collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn heads(paths: &[Path]) -> impl Iterator<Item = &str> {
    paths.iter().filter_map(Path::head)
}

/// Keys of which a record with these signs has one: the rarest that it must have, or those of a list of which one is there.
/// `None` where the signs bind it to no key.
fn needed<'p>(signs: &'p Recognise, common: &BTreeMap<&str, usize>) -> Option<Vec<&'p str>> {
    if let Some(rarest) = heads(&signs.all).min_by_key(|key| common.get(key)) {
        return Some(vec![rarest]);
    }
    // The name of an entity stands for the lists of `any`.
    let any = signs.any.iter().filter(|_| signs.entity.is_none());
    let lists = signs.one.iter().chain(any);
    let of_keys = lists.filter(|paths| paths.iter().all(|path| path.head().is_some()));
    of_keys.min_by_key(|paths| paths.len()).map(|paths| heads(paths).collect())
}

/// Whether the keys that a mapping needs at the top of a record are there at all: what says no at once.
pub(super) fn may_fit(plan: &Plan, keys: &HashSet<String>, is_at: impl Fn(&Recognise) -> bool) -> bool {
    plan.recognise.iter().any(|signs| is_at(signs) && heads(&signs.all).all(|head| keys.contains(head)))
}

/// Whether most of the keys that a mapping needs are there: else it is not worth a closer look.
pub(super) fn may_nearly_fit(plan: &Plan, keys: &HashSet<String>, is_at: impl Fn(&Recognise) -> bool) -> bool {
    plan.recognise.iter().any(|signs| {
        let lacking = heads(&signs.all).filter(|head| !keys.contains(*head)).count();
        is_at(signs) && lacking * 2 <= signs.all.len()
    })
}

#[cfg(test)]
mod tests {
    use super::super::set::SourceSet;
    use super::*;

    /// With the keys that its signs ask for, and one of each list, a mapping is among the possible ones; with none, few are.
    #[test]
    fn no_mapping_is_overlooked_that_could_fit() {
        let set = SourceSet::load(&[]).expect("the mappings that ship");
        let index = set.index();
        for (at, source) in set.iter().enumerate() {
            for signs in &source.plan.recognise {
                let lists = || signs.one.iter().chain(&signs.any);
                for take_last in [false, true] {
                    let of_lists = lists().filter_map(|paths| if take_last { paths.last() } else { paths.first() });
                    let all = signs.all.iter().chain(of_lists.filter(|_| signs.entity.is_none()));
                    let keys = all.filter_map(Path::head).map(str::to_owned).collect();
                    assert!(index.possible(source.format(), &keys).contains(&at), "{}: {keys:?}", source.id());
                }
            }
        }
        for format in [RawFormat::Csv, RawFormat::Json] {
            let bound_to_no_key = index.possible(format, &HashSet::new()).len();
            assert!(bound_to_no_key * 10 < set.iter().count(), "{format:?}: {bound_to_no_key}");
        }
    }
}
