//! Rows of judged stays as CSV lines, formatted in parallel and written in order.

use std::io::Write;
use std::ops::Range;

use rayon::prelude::*;

use crate::assess::Judged;
use crate::assess::contract::{Cell, Column, EVIDENCE, FINDINGS};
use crate::failure::Outcome;
use crate::render::csv::push_cell;
use crate::time::{Micros, push_rfc3339};

use super::PackFile;

/// Rows that one task formats.
const BLOCK: usize = 8192;

/// A line in the making: cells separated by commas.
struct Line<'a> {
    out: &'a mut Vec<u8>,
    text: &'a mut String,
    first: bool,
}

impl Line<'_> {
    fn cell(&mut self, text: &str) {
        self.separate();
        push_cell(self.out, text);
    }

    fn word(&mut self, word: &str) {
        self.separate();
        self.out.extend_from_slice(word.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.separate();
        // Writing to memory does not fail.
        let _ = write!(self.out, "{number}");
    }

    fn time(&mut self, at: Micros) {
        self.separate();
        self.text.clear();
        push_rfc3339(self.text, at);
        self.out.extend_from_slice(self.text.as_bytes());
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

/// The cells of a row, column by column.
fn cells(columns: &[Column], judged: &Judged, row: usize, line: &mut Line<'_>) {
    for column in columns {
        match column.cell(judged, row) {
            Cell::Empty => line.separate(),
            Cell::Text(text) => line.cell(text),
            Cell::Word(word) => line.word(word),
            Cell::Flag(flag) => line.word(if flag { "true" } else { "false" }),
            Cell::Time(at) => line.time(at),
            Cell::Number(number) => line.number(number),
            Cell::Written(write) => line.written(|out| write(judged, row, out)),
        }
    }
}

/// Appends the findings of a batch.
///
/// # Errors
/// The file cannot be written.
pub fn write_findings(judged: &Judged, to: &mut PackFile) -> Outcome<()> {
    write_rows(judged, to, |row, line| {
        let wanted = judged.is_finding(row);
        if wanted {
            cells(&FINDINGS, judged, row, line);
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
        cells(&EVIDENCE, judged, row, line);
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
