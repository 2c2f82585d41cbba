//! Reads one file: opens it, finds out what it is, and drives its blocks through the mapping.

use std::io::Read;
use std::path::Path as DiskPath;

use crate::diag::{Diagnostic, Place};
use crate::time::{Micros, TimeFormat, Zone, parse_time};

use super::complete::Told;
use super::container::Container;
use super::decide::decide;
use super::decision::{Decision, Extent, Shape};
use super::drive::{Drive, Driven};
use super::open::{Blocks, Open};
use super::orders::Orders;
use super::path::system_name;
use super::plan::Plan;
use super::recognise::Candidate;
use super::rights::Rights;
use super::set::{Source, SourceSet};
use super::stack::Stacks;
use super::suggest::Columns;
use super::{FileOutcome, InputFile, ObservedBasis, Reject, RowPlace};
use super::{clock, clock_words};

/// What to read, and how.
pub(super) struct FileJob<'a> {
    pub(super) disk: &'a DiskPath,
    pub(super) path: &'a str,
    pub(super) folder: Option<&'a str>,
    pub(super) set: &'a SourceSet,
    pub(super) rights: &'a Rights,
    pub(super) forced: Option<&'a Source>,
    pub(super) zone: Zone,
    pub(super) block: usize,
    /// What other files of the export show about day and month.
    pub(super) orders: Option<&'a Orders>,
}

/// What reading a file gave, beside its rows.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) file: InputFile,
    pub(super) rejects: Vec<Reject>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Columns of a file that no mapping fits.
    pub(super) columns: Option<Columns>,
    pub(super) candidates: Vec<Candidate>,
    /// What it says about itself.
    pub(super) told: Told,
    /// First and last instant on its rows.
    pub(super) span: Option<(Micros, Micros)>,
    /// What it shows about day and month.
    pub(super) orders: Orders,
}

/// What some programs write in front of UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";
/// The beginning of a file that recognition looks at.
const HEAD: usize = 1 << 20;
/// The longest record; what is longer is a quote or a bracket that is never closed.
pub(super) const LONGEST_ROW: usize = 64 << 20;
/// The longest report that travels as a text inside a JSON answer.
pub(super) const LONGEST_CONTENT: usize = 1 << 28;

/// Reads a file. Never fails: what went wrong is the file's outcome and a message.
pub(super) fn read(job: &FileJob<'_>, index: usize, stacks: &mut Stacks) -> Reading {
    let mut reading = Reading {
        file: InputFile::unread(job.path),
        told: Told::default(),
        orders: Orders::default(),
        rejects: Vec::new(),
        diagnostics: Vec::new(),
        columns: None,
        candidates: Vec::new(),
        span: None,
    };
    let open = match Open::new(job.disk) {
        Ok(open) => open,
        Err(cause) => {
            reading.file.bytes = std::fs::metadata(job.disk).map_or(0, |data| data.len());
            reading
                .unreadable(&format!("the file cannot be opened: {cause}"), "check that it is there and may be read");
            return reading;
        }
    };
    let (encoding, container) = (open.encoding, open.container.clone());
    let mut blocks = begun(job, open);
    let (mut driven, mut said) = (None, Vec::new());
    let decision = decide(job, &mut blocks);
    // Recognition may have read on: then the records are read from the beginning.
    let again = blocks.gone && matches!(decision, Decision::Read { .. });
    let mut from_start = again.then(|| reading.again(job)).flatten();
    if again && from_start.is_none() {
        return reading;
    }
    match decision {
        Decision::Read { shape, source, taken, extent, beside } => {
            reading.taken(taken);
            reading.file.source = Some(source.id().to_owned());
            let elsewhere = reading.without_registers(job, source);
            let source = elsewhere.as_ref().unwrap_or(source);
            let named = job.folder.or(source.plan.system.as_deref()).map(system_name);
            let system = named.as_deref().map(|name| {
                let renamed = job.rights.renamed(name);
                reading.told.aliases.extend(renamed.map(|(at, _)| at));
                renamed.map_or(name, |(_, name)| name)
            });
            reading.file.system = system.filter(|_| takes_system(&source.plan)).map(str::to_owned);
            let (unknown, generated) = shape.aside();
            reading.file.unknown_columns = unknown;
            reading.generated(generated.as_deref(), job.zone);
            reading.told.pages.extend(shape.page());
            (reading.told.lone, reading.file.part) = (extent == Extent::One, extent != Extent::List);
            reading.told.beside = beside;
            let by_line = matches!(container, None | Some(Container::Sheet(_)));
            reading.file.place = if by_line { shape.place() } else { RowPlace::Record };
            reading.file.speaks_of_others = source.plan.speaks_of_any;
            let pass = Pass { job, index, system, shape: &shape, place: reading.file.place };
            let plan = source.plan.about_file(stem(job.path), job.folder);
            let heights = stacks.heights();
            let mut first = pass.drive(&plan, from_start.as_mut().unwrap_or(&mut blocks), stacks);
            let hand = system.unwrap_or_default();
            reading.orders.add(source.id(), hand, &first.seen);
            if let Some(orders) = job.orders {
                orders.apply(source.id(), hand, &mut first.seen);
            }
            let mut choices = clock::decide(&plan, &first.seen);
            let again = choices.iter().any(Option::is_some).then(|| Open::new(job.disk).ok()).flatten();
            if again.is_none() {
                choices.clear();
            }
            driven = Some(match again {
                None => first,
                Some(open) => {
                    stacks.back_to(&heights);
                    let mut blocks = without_bom(begun(job, open));
                    pass.drive(&clock::applied(&plan, &choices), &mut blocks, stacks)
                }
            });
            said = driven.as_ref().map_or_else(Vec::new, |driven| clock_words::said(&plan, &choices, &driven.seen));
        }
        Decision::Not { outcome, candidates, columns, diagnostic } => {
            reading.file.outcome = outcome;
            reading.columns = columns;
            reading.diagnostics.push(diagnostic.at(Place::file(job.path)));
            reading.near(job, candidates);
        }
    }
    let written = encoding.map(|name| ("encoding", format!("the file is written in {name} and was read as such")));
    let sheet = match container {
        Some(Container::Sheet(read)) => Some(("spreadsheet", read)),
        _ => None,
    };
    for (code, message) in written.into_iter().chain(sheet) {
        reading.diagnostics.push(Diagnostic::info(code, message).at(Place::file(job.path)));
    }
    if let Some(driven) = driven {
        reading.settle(job, index, driven, &said, from_start.as_ref().unwrap_or(&blocks));
    }
    match blocks.into_inner().finish() {
        Ok((sha256, bytes)) => {
            reading.file.sha256 = sha256;
            reading.file.bytes = bytes;
        }
        Err(cause) => reading.unreadable(&format!("the file cannot be read to its end: {cause}"), "check the disk"),
    }
    reading
}

/// Whether some row of a mapping belongs to the system of its file.
fn takes_system(plan: &Plan) -> bool {
    plan.rows.iter().any(|rows| {
        rows.table.column("system").is_some_and(|column| column.role == crate::dataset::Role::Required)
            && !rows.columns.iter().any(|(column, _)| column.name == "system")
    })
}

/// The name of a file without folders and endings.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(name);
    name.rfind('.').filter(|at| *at > 0).map_or(name, |at| &name[..at])
}

/// The source that would read a file, found from its beginning.
pub(super) fn recognised<'a>(job: &FileJob<'a>) -> Option<&'a Source> {
    match decide(job, &mut begun(job, Open::new(job.disk).ok()?)) {
        Decision::Read { source, .. } => Some(source),
        Decision::Not { .. } => None,
    }
}

/// The stream of a file with its beginning ahead.
fn begun(job: &FileJob<'_>, open: Open) -> Blocks<Open> {
    let mut blocks = Blocks::new(open, job.block, LONGEST_ROW);
    blocks.fill(HEAD);
    blocks
}

fn without_bom(mut blocks: Blocks<Open>) -> Blocks<Open> {
    if blocks.ahead.starts_with(BOM) {
        blocks.drop_front(BOM.len());
    }
    blocks
}

/// One reading of a file.
struct Pass<'a> {
    job: &'a FileJob<'a>,
    index: usize,
    system: Option<&'a str>,
    shape: &'a Shape,
    place: RowPlace,
}

impl Pass<'_> {
    /// Reads the file with a mapping. `blocks` stand at its beginning.
    fn drive<R: Read + Send>(&self, plan: &Plan, blocks: &mut Blocks<R>, stacks: &mut Stacks) -> Driven {
        let drive = Drive { job: self.job, index: self.index, plan, system: self.system, place: self.place };
        match self.shape {
            Shape::Csv(dialect, _) => {
                blocks.drop_front(dialect.body);
                drive.csv(blocks, dialect, stacks)
            }
            Shape::Text { text, dialect, .. } => {
                let mut inner = Blocks::new(&text.as_bytes()[dialect.body..], self.job.block, LONGEST_ROW);
                let mut driven = drive.csv(&mut inner, dialect, stacks);
                // Lines of a text inside an answer are no lines of the file.
                driven.rejects.iter_mut().for_each(|reject| reject.line = None);
                driven
            }
            Shape::Json { style, way, inner, .. } => drive.json(blocks, *style, (way.clone(), inner.clone()), stacks),
            Shape::Rows { dialect, inner, .. } => {
                blocks.drop_front(dialect.body);
                drive.rows(blocks, dialect, inner, stacks)
            }
        }
    }
}

impl Reading {
    /// The source without the registers that it would feed, where registers do not count.
    fn without_registers(&mut self, job: &FileJob<'_>, source: &Source) -> Option<Source> {
        let registers = source.plan.rows.iter().any(|rows| rows.table.is_register());
        if !registers || job.rights.registers_at(job.path, job.folder) {
            return None;
        }
        let message = "a register counts at the top of the folder of exports only: this one was not applied";
        let hint = "move it there, or name it under `registers` in overstay.toml";
        let place = Place::file(job.path);
        self.diagnostics.push(Diagnostic::warning("register-elsewhere", message).at(place).hint(hint));
        let mut without = source.clone();
        without.plan.rows.retain(|rows| !rows.table.is_register());
        Some(without)
    }

    /// Sources that a file that was not read may belong to.
    fn near(&mut self, job: &FileJob<'_>, candidates: Vec<Candidate>) {
        self.file.candidates = match job.forced {
            Some(source) => vec![source.id().to_owned()],
            None => candidates.iter().filter(|near| near.is_likely()).map(|near| near.source.clone()).collect(),
        };
        self.candidates = candidates;
    }

    /// The stream from its beginning, for the second time.
    fn again(&mut self, job: &FileJob<'_>) -> Option<Blocks<Open>> {
        let open = Open::new(job.disk).map_err(|cause| {
            let message = format!("the file cannot be opened for the second time: {cause}");
            self.unreadable(&message, "check that it is there and may be read");
        });
        Some(without_bom(begun(job, open.ok()?)))
    }

    /// Says which names were taken for what, where they were not the only ones possible.
    fn taken(&mut self, taken: Vec<(&'static str, String)>) {
        if taken.is_empty() {
            return;
        }
        let words: Vec<String> = taken.iter().map(|(column, key)| format!("`{key}` as {column}")).collect();
        let message = format!("columns were taken by their names: {}", words.join(", "));
        let hint = "where that is wrong, write a mapping of your own and name it for this file under `[sources]` in overstay.toml";
        self.diagnostics.push(Diagnostic::info("taken-by-name", message).at(Place::file(&self.file.path)).hint(hint));
        self.file.taken = taken.into_iter().map(|(column, key)| (column.to_owned(), key)).collect();
    }

    fn unreadable(&mut self, message: &str, hint: &str) {
        self.file.outcome = FileOutcome::Unreadable;
        let place = Place::file(&self.file.path);
        self.diagnostics.push(Diagnostic::warning("unreadable-file", message).at(place).hint(hint));
    }

    fn generated(&mut self, text: Option<&str>, zone: Zone) {
        const FORMS: [TimeFormat; 4] =
            [TimeFormat::Iso, TimeFormat::MsDate, TimeFormat::EpochMillis, TimeFormat::EpochSeconds];
        let moment = text.and_then(|text| FORMS.iter().find_map(|form| parse_time(text.as_bytes(), *form)));
        if let Some(moment) = moment {
            self.file.observed_at = Some(zone.resolve(moment, crate::time::DayEdge::Start));
            self.file.observed_basis = ObservedBasis::Inside;
        }
    }
}
