//! Drives the blocks of a file through parsers on all cores while the next ones are read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use memchr::memchr_iter;
use polars::prelude::ChunkAgg;
use rayon::prelude::*;

use crate::dataset::Table;
use crate::time::{Micros, Zone};

use super::build::{One, Part};
use super::clock::Seen;
use super::csv::{Dialect, Heads, bound, last_record_end, parse_block, parse_rows};
use super::encoding;
use super::file::{FileJob, LONGEST_ROW};
use super::json::{Block, Page, Reader, Style, Trie, Walk};
use super::open::Blocks;
use super::path::WayStep;
use super::plan::{Plan, Rule};
use super::sink::{Chunk, LISTED, Setting, Sink, Tally};
use super::stack::Stacks;
use super::{Reject, RowPlace};

/// One file and its mapping.
pub(super) struct Drive<'a> {
    pub(super) job: &'a FileJob<'a>,
    pub(super) index: usize,
    /// The mapping, perhaps with other forms of time than it declares.
    pub(super) plan: &'a Plan,
    pub(super) system: Option<&'a str>,
    pub(super) place: RowPlace,
}

/// What became of the records of a file.
#[derive(Debug, Default)]
pub(super) struct Driven {
    pub(super) records: u64,
    pub(super) rows: BTreeMap<Table, u64>,
    pub(super) rejected: u64,
    pub(super) out_of_scope: BTreeMap<String, u64>,
    pub(super) unparsed: BTreeMap<String, u64>,
    pub(super) doubts: BTreeMap<String, u64>,
    pub(super) rejects: Vec<Reject>,
    /// Lines that are no records, by reason.
    pub(super) asides: BTreeMap<&'static str, u64>,
    /// Numbers of records that the file itself states.
    pub(super) stated: Vec<u64>,
    /// Rejects beyond those that are listed.
    pub(super) unlisted: u64,
    pub(super) encoding: encoding::Found,
    pub(super) truncated: bool,
    /// First and last event.
    pub(super) covers: Option<(Micros, Micros)>,
    /// First and last instant of any kind that lies in the past of the export.
    pub(super) span: Option<(Micros, Micros)>,
    /// Table and column whose usage data is switched off.
    pub(super) switched_off: Vec<(&'static str, &'static str)>,
    /// What its pages say, in their order.
    pub(super) pages: Vec<Page>,
    /// Records that a list of this kind leaves out by default.
    pub(super) shown: u64,
    /// Aliases of systems that were met, by number.
    pub(super) aliases: BTreeSet<usize>,
    /// What the columns of times are like, by their numbers.
    pub(super) seen: Vec<Seen>,
    lines: u64,
}

/// Columns that say when something happened.
const HAPPENED: [&str; 9] = [
    "occurred_at",
    "created_at",
    "rotated_at",
    "last_seen_lo",
    "last_used_lo",
    "disabled_lo",
    "granted_lo",
    "revoked_lo",
    "decided_at",
];

/// What parsing one block gives: chunks with their counts in order, lines, encoding, what its pages say.
type Parsed = (Vec<(Vec<Chunk>, Tally)>, u64, encoding::Found, Vec<Page>);

impl<'a> Drive<'a> {
    fn setting<'p>(&self, plan: &'p Plan, zone: Zone) -> Setting<'p>
    where
        'a: 'p,
    {
        let folder = self.job.folder.filter(|_| !plan.speaks_of_any);
        Setting { plan, zone, system: self.system, folder, rights: self.job.rights, place: self.place }
    }

    /// Reads delimited text that begins behind its header.
    pub(super) fn csv<R: Read + Send>(&self, blocks: &mut Blocks<R>, dialect: &Dialect, stacks: &mut Stacks) -> Driven {
        let zone = self.plan.zone.unwrap_or(self.job.zone);
        let (plan, slots) = bound(self.plan, dialect, zone);
        let take = |text: &str, last: bool| parse_block(self.setting(&plan, zone), dialect, &slots, text, last);
        self.delimited(blocks, dialect, (&plan, Some(&slots)), take, stacks)
    }

    /// Reads delimited text whose rows are records with members.
    pub(super) fn rows<R: Read + Send>(
        &self,
        blocks: &mut Blocks<R>,
        dialect: &Dialect,
        inner: &[WayStep],
        stacks: &mut Stacks,
    ) -> Driven {
        let (plan, zone) = (self.plan, self.plan.zone.unwrap_or(self.job.zone));
        let reader = Reader { setting: self.setting(plan, zone), trie: Trie::of(plan), inner: inner.to_vec() };
        let heads = Heads::of(&dialect.header);
        let take = |text: &str, last: bool| parse_rows(&reader, dialect, &heads, text, last);
        self.delimited(blocks, dialect, (plan, None), take, stacks)
    }

    fn delimited<'p, R: Read + Send>(
        &self,
        blocks: &mut Blocks<R>,
        dialect: &Dialect,
        (plan, slots): (&Plan, Option<&[Option<usize>]>),
        take_text: impl Fn(&str, bool) -> Sink<'p> + Sync,
        stacks: &mut Stacks,
    ) -> Driven {
        let mut driven = Driven { lines: dialect.lines, stated: dialect.stated.clone(), ..Driven::default() };
        if !dialect.titles.is_empty() {
            driven.asides.insert("title line", dialect.titles.len() as u64);
        }
        let from = heights(plan, stacks);
        let parse = |(bytes, last): &(Vec<u8>, bool)| -> Parsed {
            let mut seen = encoding::Found::default();
            let text = seen.decode_lines(bytes);
            (vec![take_text(&text, *last).finish()], memchr_iter(b'\n', bytes).count() as u64, seen, Vec::new())
        };
        let batch = rayon::current_num_threads().max(1) * 2;
        let take =
            |blocks: &mut Blocks<R>| take_blocks(blocks, batch, |bytes| last_record_end(bytes, dialect.delimiter));
        let mut current = take(blocks);
        while !current.is_empty() {
            let (next, parsed) =
                rayon::join(|| take(blocks), || current.par_iter().map(parse).collect::<Vec<Parsed>>());
            for parsed in parsed {
                driven.absorb(self.index, self.place, parsed, stacks);
            }
            current = next;
        }
        driven.usage(plan, slots, &from, stacks);
        driven
    }

    /// Reads JSON.
    pub(super) fn json<R: Read + Send>(
        &self,
        blocks: &mut Blocks<R>,
        style: Style,
        (way, inner): (Vec<String>, Vec<WayStep>),
        stacks: &mut Stacks,
    ) -> Driven {
        let plan = self.plan;
        let zone = plan.zone.unwrap_or(self.job.zone);
        let setting = self.setting(plan, zone);
        let reader = Reader { setting, trie: Trie::of(plan), inner };
        let mut driven = Driven::default();
        let from = heights(plan, stacks);
        let parse = |block: &Block| -> Parsed {
            let mut seen = encoding::Found::default();
            let parts = reader.block(block, &mut seen).into_iter().map(super::sink::Sink::finish).collect();
            // The lines of its records are those of the file.
            (parts, 0, seen, block.pages.clone())
        };
        let mut walk = Walk::new(blocks, style, way, LONGEST_ROW);
        let mut current = walk.take(2);
        while !current.is_empty() {
            let (next, parsed) = rayon::join(|| walk.take(2), || current.iter().map(parse).collect::<Vec<Parsed>>());
            for parsed in parsed {
                driven.absorb(self.index, self.place, parsed, stacks);
            }
            current = next;
        }
        driven.truncated |= walk.is_open();
        driven.usage(plan, None, &from, stacks);
        driven
    }
}

/// The next blocks, each with whether it is the last of the stream.
fn take_blocks<R: Read>(
    blocks: &mut Blocks<R>,
    most: usize,
    mut cut: impl FnMut(&[u8]) -> Option<usize>,
) -> Vec<(Vec<u8>, bool)> {
    let mut out = Vec::new();
    while out.len() < most {
        let Some(bytes) = blocks.next(&mut cut) else { break };
        let cut_short = blocks.cut_short();
        out.push((bytes, cut_short));
    }
    out
}

fn heights(plan: &Plan, stacks: &Stacks) -> BTreeMap<Table, usize> {
    plan.rows.iter().map(|rows| (rows.table, stacks.height(rows.table))).collect()
}

impl Driven {
    fn absorb(&mut self, file: usize, place: RowPlace, (parts, lines, seen, pages): Parsed, stacks: &mut Stacks) {
        self.pages.extend(pages);
        self.encoding.merge(&seen);
        for (chunks, tally) in parts {
            let before = match place {
                RowPlace::Line => self.lines,
                RowPlace::Record => self.records,
            };
            for chunk in chunks {
                *self.rows.entry(chunk.table).or_default() += chunk.src_row.len() as u64;
                self.times(&chunk);
                stacks.add(file, before, chunk);
            }
            self.rejected += tally.rejected;
            self.shown += tally.shown;
            self.aliases.extend(tally.aliases);
            for (reason, count) in tally.out_of_scope {
                *self.out_of_scope.entry(reason).or_default() += count;
            }
            for (reason, count) in tally.doubts {
                *self.doubts.entry(reason).or_default() += count;
            }
            for (reason, count) in tally.asides {
                *self.asides.entry(reason).or_default() += count;
            }
            self.stated.extend(tally.stated);
            let unparsed: u64 = tally.unparsed.values().sum();
            for (column, count) in tally.unparsed {
                *self.unparsed.entry(column).or_default() += count;
            }
            if tally.records > 0 {
                // A record that was cut off in the middle of the file says nothing about the end of the file.
                self.truncated = tally.cut;
            }
            let room = LISTED.saturating_sub(self.rejects.len());
            let listed = tally.notes.len().min(room);
            self.unlisted += (tally.rejected + unparsed).saturating_sub(listed as u64);
            for note in tally.notes.into_iter().take(room) {
                self.rejects.push(Reject {
                    file: 0,
                    row: note.row + before,
                    line: Some(note.line + self.lines),
                    column: note.column,
                    reason: note.reason.to_owned(),
                    whole_row: note.whole_row,
                });
            }
            if self.seen.is_empty() {
                self.seen = tally.seen;
            } else {
                self.seen.iter_mut().zip(tally.seen).for_each(|(known, more)| known.merge(more));
            }
            self.records += tally.records;
        }
        self.lines += lines;
    }

    fn times(&mut self, chunk: &Chunk) {
        let widen = |span: &mut Option<(Micros, Micros)>, lo: Micros, hi: Micros| {
            *span = Some(span.map_or((lo, hi), |(from, to)| (from.min(lo), to.max(hi))));
        };
        for (name, part) in &chunk.columns {
            if !HAPPENED.contains(&name.as_str()) {
                continue;
            }
            let found = match part {
                Part::Same(One::Int(at), _) => Some((*at, *at)),
                Part::Same(..) => None,
                Part::Rows(series) => series.i64().ok().and_then(|values| Some((values.min()?, values.max()?))),
            };
            if let Some((lo, hi)) = found {
                widen(&mut self.span, lo, hi);
                if name == "occurred_at" {
                    widen(&mut self.covers, lo, hi);
                }
            }
        }
    }

    /// Notes where no row of the file has usage data. Whether that is "never used" or a column that is switched off, the
    /// other files of the export decide: a page is no export.
    fn usage(&mut self, plan: &Plan, slots: Option<&[Option<usize>]>, from: &BTreeMap<Table, usize>, stacks: &Stacks) {
        for rows in &plan.rows {
            let Some((column, rule)) = rows.columns.iter().find(|(column, _)| column.name == "activity") else {
                continue;
            };
            let Some(empty) = empty_word(rule, slots) else { continue };
            let from = from.get(&rows.table).copied().unwrap_or_default();
            if stacks.are_all(rows.table, from, column.name, empty) {
                self.switched_off.push((rows.table.name(), column.name));
            }
        }
    }
}

/// The word for "empty", when presence alone decides in this file and the mapping says that it may be empty everywhere.
fn empty_word<'r>(rule: &'r Rule, slots: Option<&[Option<usize>]>) -> Option<&'r str> {
    if let Some(words) = &rule.presence {
        return words.all_empty.as_ref().map(|_| words.empty.as_str());
    }
    let mut used = Vec::new();
    let mut alone = rule.clone();
    alone.otherwise = None;
    alone.slots(&mut used);
    let unbound = slots.is_some_and(|slots| used.iter().all(|slot| slots[*slot].is_none()));
    if unbound { empty_word(rule.otherwise.as_deref()?, slots) } else { None }
}
