//! Rows of judged stays as CSV lines, formatted in parallel and written in order.

use std::io::Write;
use std::ops::Range;

use rayon::prelude::*;

use crate::assess::Judged;
use crate::failure::Outcome;
use crate::render::csv::push_cell;
use crate::time::{Micros, SECOND, push_rfc3339};

use super::PackFile;

/// Rows that one task formats.
const BLOCK: usize = 8192;

/// Columns of `findings.csv`.
pub const FINDINGS_HEADER: &str = "finding_id,metric,severity,system,subject_kind,subject,person_id,account_key,credential_key,began_at,ended_at,began_lo,began_hi,ended_lo,ended_hi,open,shortest_seconds,longest_seconds,length_seconds,limit_seconds,over_seconds,result,waiver_id,reason,began_source,ended_source\n";

/// Columns of `evidence/<metric>.csv`.
pub(super) const EVIDENCE_HEADER: &str = "subject_kind,subject,system,person_id,account_key,credential_key,state,began_lo,began_hi,ended_lo,ended_hi,seen_until,shortest_seconds,longest_seconds,limit_seconds,result,finding_id,waiver_id,note,began_source,ended_source\n";

/// A line in the making: cells separated by commas.
struct Line<'a> {
    out: &'a mut Vec<u8>,
    text: &'a mut String,
    first: bool,
}

impl Line<'_> {
    fn cell(&mut self, text: Option<&str>) {
        self.separate();
        if let Some(text) = text {
            push_cell(self.out, text);
        }
    }

    fn word(&mut self, word: &str) {
        self.separate();
        self.out.extend_from_slice(word.as_bytes());
    }

    fn number(&mut self, number: Option<i64>) {
        self.separate();
        if let Some(number) = number {
            // Writing to memory does not fail.
            let _ = write!(self.out, "{number}");
        }
    }

    fn time(&mut self, at: Option<Micros>) {
        self.separate();
        if let Some(at) = at {
            self.text.clear();
            push_rfc3339(self.text, at);
            self.out.extend_from_slice(self.text.as_bytes());
        }
    }

    fn written(&mut self, write: impl FnOnce(&mut String)) {
        self.separate();
        self.text.clear();
        write(self.text);
        push_cell(self.out, self.text);
    }

    fn separate(&mut self) {
        if self.first {
            self.first = false;
        } else {
            self.out.push(b',');
        }
    }
}

fn finding(judged: &Judged, metric: &str, row: usize, line: &mut Line<'_>) {
    let stays = &judged.stays;
    line.written(|out| judged.write_finding_id(row, out));
    line.word(metric);
    line.word(judged.severity(row));
    line.cell(stays.system.get(row));
    line.cell(stays.subject_kind.get(row));
    line.cell(stays.subject.get(row));
    line.cell(stays.person_id.get(row));
    line.cell(stays.account_key.get(row));
    line.cell(stays.credential_key.get(row));
    line.time(stays.began_lo(row));
    let ended = |at: Option<Micros>| at.filter(|_| !judged.is_open(row));
    line.time(ended(stays.ended_hi(row)));
    line.time(stays.began_lo(row));
    line.time(stays.began_hi(row));
    line.time(ended(stays.ended_lo(row)));
    line.time(ended(stays.ended_hi(row)));
    line.word(if judged.is_open(row) { "true" } else { "false" });
    let shortest = judged.shortest(row).map(|length| length / SECOND);
    line.number(shortest);
    line.number(judged.longest(row).map(|length| length / SECOND));
    line.number(shortest);
    line.number(judged.limit(row).map(crate::time::Length::seconds));
    line.number(Some(judged.over(row) / SECOND));
    line.word(judged.result(row).word());
    line.cell(judged.waiver_id(row));
    line.written(|out| judged.write_reason(row, out));
    line.written(|out| judged.write_began_source(row, out));
    line.written(|out| judged.write_ended_source(row, out));
}

fn evidence(judged: &Judged, row: usize, line: &mut Line<'_>) {
    let stays = &judged.stays;
    line.cell(stays.subject_kind.get(row));
    line.cell(stays.subject.get(row));
    line.cell(stays.system.get(row));
    line.cell(stays.person_id.get(row));
    line.cell(stays.account_key.get(row));
    line.cell(stays.credential_key.get(row));
    line.word(stays.state[row].word());
    line.time(stays.began_lo(row));
    line.time(stays.began_hi(row));
    line.time(stays.ended_lo(row));
    line.time(stays.ended_hi(row));
    line.time(stays.seen_until(row));
    line.number(judged.shortest(row).map(|length| length / SECOND));
    line.number(judged.longest(row).map(|length| length / SECOND));
    line.number(judged.limit(row).map(crate::time::Length::seconds));
    line.word(judged.result(row).word());
    line.written(|out| judged.write_finding_id(row, out));
    line.cell(judged.waiver_id(row));
    line.cell(stays.note.get(row));
    line.written(|out| judged.write_began_source(row, out));
    line.written(|out| judged.write_ended_source(row, out));
}

/// Appends the findings of a batch.
///
/// # Errors
/// The file cannot be written.
pub fn write_findings(judged: &Judged, metric: &str, to: &mut PackFile) -> Outcome<()> {
    write_rows(judged, to, |row, line| {
        let wanted = judged.is_finding(row);
        if wanted {
            finding(judged, metric, row, line);
        }
        wanted
    })
}

/// Appends every row of a batch.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write_evidence(judged: &Judged, to: &mut PackFile) -> Outcome<()> {
    write_rows(judged, to, |row, line| {
        evidence(judged, row, line);
        true
    })
}

fn write_rows(
    judged: &Judged,
    to: &mut PackFile,
    row_line: impl Fn(usize, &mut Line<'_>) -> bool + Sync,
) -> Outcome<()> {
    write_blocks(judged.len(), to, |rows, out| {
        let mut text = String::with_capacity(256);
        for row in rows {
            let mut line = Line { out, text: &mut text, first: true };
            if row_line(row, &mut line) {
                out.push(b'\n');
            }
        }
    })
}

/// Formats rows in blocks, in parallel, and writes the blocks in their order. While some blocks are written and
/// hashed the next ones are formatted; the text of a long table is never all in memory.
pub(super) fn write_blocks(
    rows: usize,
    to: &mut PackFile,
    format: impl Fn(Range<usize>, &mut Vec<u8>) + Sync,
) -> Outcome<()> {
    let blocks = rows.div_ceil(BLOCK);
    let together = rayon::current_num_threads() * 4;
    let texts = |from: usize| -> Vec<Vec<u8>> {
        (from..(from + together).min(blocks))
            .into_par_iter()
            .map(|block| {
                let mut out = Vec::with_capacity(BLOCK * 128);
                format(block * BLOCK..((block + 1) * BLOCK).min(rows), &mut out);
                out
            })
            .collect()
    };
    let mut ready = texts(0);
    let mut from = together;
    while !ready.is_empty() {
        let current = std::mem::take(&mut ready);
        let write = || current.iter().try_for_each(|text| to.write_all(text));
        let (written, next) = rayon::join(write, || if from < blocks { texts(from) } else { Vec::new() });
        written.map_err(|cause| to.failure(&cause))?;
        ready = next;
        from += together;
    }
    Ok(())
}
