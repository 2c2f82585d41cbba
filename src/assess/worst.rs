//! The worst findings of a metric, up to a cap: only those become text.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::report::Finding;
use crate::time::Micros;

use super::judged::{ItemResult, Judged};

/// The longest first, certain before doubtful, then by id and copy.
type Rank = (Reverse<Micros>, ItemResult, u64, u32);

struct Ranked {
    rank: Rank,
    finding: Finding,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

/// Keeps the worst findings; the mildest of them is on top of the heap, to be pushed out.
pub(super) struct Worst {
    cap: usize,
    heap: BinaryHeap<Ranked>,
}

impl Worst {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, heap: BinaryHeap::new() }
    }

    /// Takes the finding of a row when it is among the worst so far.
    pub(super) fn offer(&mut self, judged: &Judged, row: usize) {
        let verdict = &judged.rows[row];
        let copy = judged.copies.get(&row).copied().unwrap_or(1);
        let rank = (Reverse(verdict.shortest), verdict.result, verdict.number, copy);
        let full = self.heap.len() >= self.cap;
        if full && self.heap.peek().is_none_or(|mildest| mildest.rank <= rank) {
            return;
        }
        if let Some(finding) = judged.finding(row) {
            self.heap.push(Ranked { rank, finding });
            if full {
                self.heap.pop();
            }
        }
    }

    /// The findings, the worst first.
    pub(super) fn list(self) -> Vec<Finding> {
        self.heap.into_sorted_vec().into_iter().map(|ranked| ranked.finding).collect()
    }
}
