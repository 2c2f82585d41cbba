//! Finds rows whose key occurs more than once, without a table of all keys: long exports rarely have any.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashSet};
use rayon::prelude::*;

/// The rows whose key another row may share: a superset of the repeated ones, by a 64-bit hash.
pub(super) struct Repeats {
    hashes: Vec<u64>,
    shared: HashSet<u64>,
}

impl Repeats {
    /// Hashes the key of every row; rows without a key share nothing.
    pub(super) fn of<K: Hash>(rows: usize, key: impl Fn(usize) -> Option<K> + Sync) -> Self {
        let hasher = DefaultHashBuilder::default();
        // Zero stands for "no key"; a key that hashes to it is only looked at once more.
        let hashes: Vec<u64> =
            (0..rows).into_par_iter().map(|row| key(row).map_or(0, |key| hasher.hash_one(key))).collect();
        let mut sorted = hashes.clone();
        sorted.par_sort_unstable();
        let shared = sorted.windows(2).filter(|pair| pair[0] == pair[1] && pair[0] != 0).map(|pair| pair[0]).collect();
        Self { hashes, shared }
    }

    /// Whether another row may have the same key.
    pub(super) fn may_repeat(&self, row: usize) -> bool {
        !self.shared.is_empty() && self.shared.contains(&self.hashes[row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_are_always_found() {
        let keys = ["a", "b", "a", "c", "b", "a"];
        let repeats = Repeats::of(keys.len(), |row| Some(keys[row]));
        let found: Vec<usize> = (0..keys.len()).filter(|row| repeats.may_repeat(*row)).collect();
        assert_eq!(found, [0, 1, 2, 4, 5]);
        let none = Repeats::of(3, |_| None::<&str>);
        assert!(!none.may_repeat(0));
    }
}
