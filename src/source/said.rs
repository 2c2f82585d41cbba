//! What is said of a file that was read: what became of its records, and what could not be used.

use std::collections::BTreeMap;
use std::io::Read;

use crate::diag::{Diagnostic, Place};

use super::clock_words;
use super::drive::Driven;
use super::file::{FileJob, Reading};
use super::open::Blocks;
use super::rights::OTHER_SYSTEM;
use super::{FileOutcome, Reject};

/// Unknown columns that a message names.
const NAMED: usize = 12;

impl Reading {
    /// Takes over what was counted, and says what a reader should know of it.
    #[expect(clippy::too_many_lines, reason = "one message after the other")]
    pub(super) fn settle<R: Read>(
        &mut self,
        job: &FileJob<'_>,
        index: usize,
        driven: Driven,
        said: &[clock_words::Said],
        blocks: &Blocks<R>,
    ) {
        let file = &mut self.file;
        file.records = driven.records;
        file.not_records = driven.asides.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
        file.rows = driven.rows;
        file.rejected = driven.rejected;
        file.out_of_scope = driven.out_of_scope;
        file.unparsed = driven.unparsed;
        file.doubts = driven.doubts;
        file.covers = driven.covers;
        self.told.pages.extend(driven.pages);
        if let [page] = self.told.pages.as_mut_slice() {
            page.records = driven.records;
        }
        self.told.shown = driven.shown;
        self.told.aliases.extend(driven.aliases);
        file.newest = driven.span.map(|span| span.1);
        self.span = driven.span;
        let mut say = |diagnostic: Diagnostic| self.diagnostics.push(diagnostic.at(Place::file(job.path)));
        file.outcome = FileOutcome::Read;
        file.cut = blocks.broken.is_some() || blocks.endless || driven.truncated;
        if driven.records == 0 {
            file.outcome = FileOutcome::Empty;
            say(Diagnostic::warning("empty-file", "the file holds a beginning but no record")
                .hint("an empty export proves nothing: check the query that made it"));
        }
        if let Some(cause) = &blocks.broken {
            let what = if driven.records == 0 { "nothing could be read" } else { "what came before was read" };
            say(Diagnostic::warning(
                "truncated-file",
                format!("the file ends before its content does ({cause}); {what}"),
            )
            .hint("make the export again"));
            if driven.records == 0 {
                file.outcome = FileOutcome::Unreadable;
            }
        } else if driven.truncated {
            say(Diagnostic::warning(
                "truncated-file",
                "the file ends in the middle of a record or a list; what came before was read",
            )
            .hint("make the export again"));
        }
        if blocks.endless {
            say(Diagnostic::warning("endless-record", "a record does not end where one should; the rest was not read")
                .hint("look for a quote that is never closed"));
        }
        self.told.stated = driven.stated;
        let file = &self.file;
        let mut say = |diagnostic: Diagnostic| self.diagnostics.push(diagnostic.at(Place::file(job.path)));
        if driven.encoding.foreign > 0 {
            let count = driven.encoding.foreign;
            let diagnostic = if driven.encoding.utf8 {
                Diagnostic::warning(
                    "mixed-encodings",
                    format!(
                        "the file mixes UTF-8 and another encoding: {} read as Windows-1252",
                        counted(count, "line")
                    ),
                )
            } else {
                Diagnostic::warning(
                    "assumed-encoding",
                    format!("the file is not UTF-8: {} read as Windows-1252", counted(count, "line")),
                )
            };
            say(diagnostic.hint("export as UTF-8, so that names are certain to match"));
        }
        for (reason, count) in &file.doubts {
            let message = format!("a contradiction in {}: {reason}", counted(*count, "record"));
            say(Diagnostic::warning("contradictory-record", message).hint("what they say was kept: look in the source"));
        }
        if !file.unknown_columns.is_empty() {
            let names: Vec<String> = file.unknown_columns.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
            let more = match file.unknown_columns.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            say(Diagnostic::info("unknown-columns", format!("columns that are not used: {}{more}", names.join(", "))));
        }
        if driven.rejected > 0 {
            let (count, records) = (driven.rejected, driven.records);
            let main = main_reason(&driven.rejects);
            let why = main.map_or_else(String::new, |Main { reason, column, alone }| {
                let column = column.map(|column| format!(" (`{column}`)")).unwrap_or_default();
                format!("{}{reason}{column}", if alone { ": " } else { ", most of them: " })
            });
            let hint = match main {
                Some(Main { reason: OTHER_SYSTEM, .. }) => {
                    "if its folder may speak of these systems, say so in overstay.toml, `[systems] FOLDER = [...]`; rejects.csv \
                     of a pack lists each row"
                }
                Some(Main { column: Some("system"), .. }) => {
                    "put the file into a folder that is named after its system"
                }
                _ => "rejects.csv of a pack lists each with its row and the reason",
            };
            let what = format!("{} of {} could not be used{why}", counted(count, "row"), counted(records, "record"));
            say(Diagnostic::warning("rejected-rows", what).hint(hint));
        }
        for one in said {
            if let Some(how) = &one.read_as {
                let message = format!("`{}` (from {}): {how}", one.name, one.from);
                say(Diagnostic::info("time-form", message).hint("write `time = [...]` into the mapping to decide it"));
            }
        }
        for (column, count) in &file.unparsed {
            let how = said.iter().find(|one| one.name == column).and_then(|one| Some((&one.from, one.lost.as_ref()?)));
            let count = counted(*count, "value");
            say(match how {
                Some((from, how)) => Diagnostic::warning(
                    "unparsed-values",
                    format!(
                        "`{column}` (from {from}): {count} could not be read, which is not the same as absent: {how}"
                    ),
                )
                .hint("say in the mapping how it is written, `time = [...]`, or make the export with ISO dates"),
                None => Diagnostic::warning(
                    "unparsed-values",
                    format!("`{column}`: {count} could not be read, which is not the same as absent"),
                ),
            });
        }
        for (table, column) in driven.switched_off {
            let message = format!(
                "no row has usage data: without other parts that have, `{column}` of {table} reads as unknown, not as never"
            );
            say(Diagnostic::warning("no-telemetry", message));
        }
        if driven.unlisted > 0 {
            let message = format!("{} counted but not listed", counted(driven.unlisted, "more reject"));
            say(Diagnostic::warning("many-rejects", message));
        }
        self.rejects = driven.rejects.into_iter().map(|reject| Reject { file: index as u32, ..reject }).collect();
    }
}

/// The reason that most rows were left out for.
#[derive(Clone, Copy)]
struct Main<'r> {
    reason: &'r str,
    column: Option<&'r str>,
    /// Whether there is no other.
    alone: bool,
}

/// Of the rows that are listed; of two reasons with as many the first by name.
fn main_reason(rejects: &[Reject]) -> Option<Main<'_>> {
    let mut counts = BTreeMap::<(&str, Option<&str>), u64>::new();
    for reject in rejects.iter().filter(|reject| reject.whole_row) {
        *counts.entry((&reject.reason, reject.column.as_deref())).or_default() += 1;
    }
    let alone = counts.len() == 1;
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map(|((reason, column), _)| Main { reason, column, alone })
}

/// `1 row`, `2 rows`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
