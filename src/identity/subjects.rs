//! Rows that speak about one subject: the order in which they were taken, and whether they are of one subject at all.
//! An id that was made again after it had been seen is another one. Neither rows nor files have an order of their own.

use hashbrown::HashMap;
use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::dataset::{Lineage, Times};
use crate::time::{Micros, day, rfc3339};

use super::frames::same_row;
use super::{Context, Facts};

/// One sight of a subject: a row of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    pub subject: u32,
    pub row: u32,
    /// When it was seen. A row that another one of its export replaces was seen at its last change, or later.
    pub at: Micros,
}

/// A subject whose id was given to another one later.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    /// Its own number.
    pub subject: u32,
    /// The subject that has the id now.
    pub later: u32,
    /// It was there at the first of these instants and surely gone by the second, when the next one was made.
    pub gone: (Micros, Micros),
    /// What tells its key from that of the later one: the day on which it was made.
    pub suffix: String,
}

/// Subjects by number: those of `groups` first, then those whose id was used again.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    /// The newest row of each.
    pub newest: Vec<u32>,
    /// When that was seen.
    pub seen_at: Vec<Micros>,
    /// In the order of their numbers.
    pub earlier: Vec<Earlier>,
    /// The sights of those that have several, by subject, the oldest first.
    several: Vec<Sight>,
    lives: HashMap<u32, Vec<(Micros, u32)>>,
}

/// Equal rows of one export, and others that nothing puts in an order.
const REPEATED: [(&str, &str); 2] =
    [("accounts", "same account twice in one export"), ("credentials", "same credential twice in one export")];
const CONTRADICTED: [(&str, &str); 2] = [
    ("accounts", "same account twice in one export with different values; where they differ, nothing is known"),
    ("credentials", "same credential twice in one export with different values; where they differ, nothing is known"),
];

/// No row is compared with more others of its moment.
const TWINS: usize = 8;

fn phrase(list: [(&'static str, &'static str); 2], table: &str) -> &'static str {
    list.iter().find(|(name, _)| *name == table).map_or("repeated row", |(_, phrase)| phrase)
}

/// A row on its way into the order of its subject.
#[derive(Debug, Clone, Copy)]
struct Seen {
    row: u32,
    at: Micros,
    export: u32,
    changed: Option<Micros>,
    created: Option<Micros>,
    src: (i32, i32),
}

struct Columns<'a> {
    frame: &'a DataFrame,
    created: Times,
    changed: Times,
    lineage: Lineage,
}

impl Subjects {
    /// `groups` numbers the subject of each row, counting up from 0; `exports` tells which rows were taken together.
    pub(super) fn of(
        table: &'static str,
        frame: &DataFrame,
        groups: impl Iterator<Item = Option<u32>>,
        exports: &[u32],
        context: &Context<'_>,
        facts: &mut Facts,
    ) -> Self {
        let lineage = Lineage::of(frame);
        let mut subjects = Self::default();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (row, group) in groups.enumerate() {
            let Some(group) = group else {
                continue;
            };
            if group as usize == subjects.newest.len() {
                subjects.newest.push(row as u32);
            } else {
                pairs.push((group, row as u32));
            }
        }
        subjects.seen_at =
            subjects.newest.par_iter().map(|row| context.observed_at(lineage.file(*row as usize))).collect();
        if pairs.is_empty() {
            return subjects;
        }
        let mut repeated: Vec<u32> = pairs.iter().map(|pair| pair.0).collect();
        repeated.sort_unstable();
        repeated.dedup();
        pairs.extend(repeated.iter().map(|group| (*group, subjects.newest[*group as usize])));
        pairs.par_sort_unstable();
        let columns = Columns {
            frame,
            created: Times::of(frame, "created_at"),
            changed: Times::of(frame, "changed_at"),
            lineage,
        };
        let mut earlier = Vec::new();
        for chunk in pairs.chunk_by(|a, b| a.0 == b.0) {
            let seen = chunk.iter().map(|(_, row)| columns.seen(*row, exports, context)).collect();
            let mut lives = lives(&columns.order(table, seen, facts));
            let last = lives.pop().unwrap_or_default();
            subjects.settle(chunk[0].0, &last.rows);
            earlier.extend(lives.into_iter().map(|life| (chunk[0].0, life)));
        }
        for (later, life) in earlier {
            let subject = subjects.newest.len() as u32;
            subjects.newest.push(0);
            subjects.seen_at.push(0);
            subjects.settle(subject, &life.rows);
            subjects.remember(subject, later, &life);
        }
        subjects
    }

    fn settle(&mut self, subject: u32, rows: &[Seen]) {
        let Some(last) = rows.last() else {
            return;
        };
        self.newest[subject as usize] = last.row;
        self.seen_at[subject as usize] = last.at;
        if rows.len() > 1 {
            self.several.extend(rows.iter().map(|seen| Sight { subject, row: seen.row, at: seen.at }));
        }
    }

    fn remember(&mut self, subject: u32, later: u32, life: &Life) {
        let (created, until) = (life.created.unwrap_or_default(), life.until.unwrap_or_default());
        let lives = self.lives.entry(later).or_default();
        lives.push((until, subject));
        let short = day(created);
        let taken = self.earlier.iter().any(|other| other.later == later && other.suffix == short);
        let suffix = if taken { rfc3339(created) } else { short };
        self.earlier.push(Earlier { subject, later, gone: (life.last, until), suffix });
    }

    /// Puts one before all that are known to have had an id: it had it until the first of them was made.
    pub(super) fn precede(&mut self, later: u32, subject: u32, until: Micros) {
        self.lives.entry(later).or_default().insert(0, (until, subject));
        let suffix = format!("before-{}", day(until));
        self.earlier.push(Earlier { subject, later, gone: (until, until), suffix });
    }

    /// Number of subjects.
    pub(super) fn len(&self) -> usize {
        self.newest.len()
    }

    /// All sights of the subjects that have several, by subject, the oldest first.
    pub(super) fn several(&self) -> impl Iterator<Item = &[Sight]> {
        self.several.chunk_by(|a, b| a.subject == b.subject)
    }

    /// The one who had the id of a subject at a time.
    pub(super) fn at(&self, subject: u32, at: Micros) -> u32 {
        let lives = self.lives.get(&subject);
        lives.and_then(|lives| lives.iter().find(|(until, _)| at < *until)).map_or(subject, |(_, earlier)| *earlier)
    }

    /// Everyone who ever had the id of a subject, the newest first.
    pub(super) fn of_id(&self, subject: u32) -> impl Iterator<Item = u32> {
        let earlier = self.lives.get(&subject).into_iter().flatten().rev().map(|(_, earlier)| *earlier);
        std::iter::once(subject).chain(earlier)
    }
}

impl Columns<'_> {
    fn seen(&self, row: u32, exports: &[u32], context: &Context<'_>) -> Seen {
        let at = row as usize;
        let src = (self.lineage.file(at), self.lineage.row(at));
        Seen {
            row,
            at: context.observed_at(src.0),
            export: exports[at],
            changed: self.changed.get(at),
            created: self.created.get(at),
            src,
        }
    }

    /// Rows in the order in which they were true, without those that only repeat another.
    fn order(&self, table: &'static str, mut seen: Vec<Seen>, facts: &mut Facts) -> Vec<Seen> {
        seen.sort_unstable_by_key(|seen| (seen.export, seen.changed, seen.src));
        for taken in seen.chunk_by_mut(|a, b| a.export == b.export) {
            let newest = taken.iter().map(|seen| seen.changed).max().flatten();
            if let Some(newest) = newest.filter(|_| taken.iter().all(|seen| seen.changed.is_some())) {
                for seen in taken {
                    let changed = seen.changed.filter(|changed| *changed < newest);
                    seen.at = changed.map_or(seen.at, |changed| changed.min(seen.at));
                }
            }
        }
        seen.sort_unstable_by_key(|seen| (seen.at, seen.created, seen.export, seen.src));
        let mut kept: Vec<Seen> = Vec::with_capacity(seen.len());
        for tie in seen.chunk_by(|a, b| a.at == b.at) {
            for (place, seen) in tie.iter().enumerate() {
                let mut twins = tie[..place].iter().rev().take(TWINS).filter(|other| other.export == seen.export);
                if twins.clone().any(|twin| same_row(self.frame, twin.row as usize, seen.row as usize)) {
                    facts.count(table, phrase(REPEATED, table), 1);
                    continue;
                }
                if twins.next().is_some() {
                    facts.contradict(table, phrase(CONTRADICTED, table));
                }
                kept.push(*seen);
            }
        }
        kept
    }
}

/// The time of one subject under an id.
#[derive(Debug, Default)]
struct Life {
    created: Option<Micros>,
    /// When it was last seen.
    last: Micros,
    /// When the next one was made.
    until: Option<Micros>,
    rows: Vec<Seen>,
}

/// Tells subjects apart that had one id after the other: what was made after the last sight of the one that had been
/// made earlier is another one.
fn lives(rows: &[Seen]) -> Vec<Life> {
    let mut lives: Vec<Life> = Vec::new();
    for seen in rows {
        let known = lives.iter().position(|life| seen.created.is_some() && life.created == seen.created);
        let place = known.unwrap_or_else(|| {
            let again = match lives.last() {
                None => true,
                Some(life) => {
                    life.created.zip(seen.created).is_some_and(|(first, second)| second > first && second > life.last)
                }
            };
            if again {
                if let Some(life) = lives.last_mut() {
                    life.until = seen.created;
                }
                lives.push(Life { created: seen.created, last: seen.at, ..Life::default() });
            }
            lives.len() - 1
        });
        let life = &mut lives[place];
        life.created = life.created.or(seen.created);
        life.last = life.last.max(seen.at);
        life.rows.push(*seen);
    }
    lives
}
