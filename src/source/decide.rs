//! Decides what a file is from its beginning: container, mapping, or why it cannot be used.

use std::borrow::Cow;
use std::io::Read;

use serde_json::Value;

use crate::diag::Diagnostic;

use super::choose::{Best, best, declared, keys, of, taken, unknown};
use super::csv::{Dialect, dialect, further, sample, sample_records};
use super::encoding;
use super::file::{BOM, FileJob, LONGEST_CONTENT};
use super::json::{self, Page, Style, View};
use super::open::Blocks;
use super::path::{WayStep, fold};
use super::recognise::{Candidate, Sample, compare, described, recognise};
use super::set::Source;
use super::spec::{RawClass, RawFormat};
use super::suggest::Columns;
use super::{FileOutcome, RowPlace};

/// Records that recognition looks at.
const MOST: usize = 200;
/// Members that stand around the list of a page.
const AROUND_A_LIST: usize = 8;

/// Members of an answer that is an error.
const AROUND_AN_ERROR: usize = 12;

/// How to read a file.
pub(super) enum Shape {
    /// Delimited text; the columns that the mapping does not know.
    Csv(Dialect, Vec<String>),
    /// Delimited text out of a JSON answer.
    Text { text: String, generated: Option<String>, dialect: Dialect, unknown: Vec<String>, page: Box<Page> },
    /// Delimited text whose rows are records with members; `inner`: from a row to the records inside of it.
    Rows { dialect: Dialect, inner: Vec<WayStep>, unknown: Vec<String> },
    /// JSON: the way through the stream, and from what stands there to the records inside of it.
    /// `lone`: the answer is about one record.
    Json {
        style: Style,
        way: Vec<String>,
        inner: Vec<WayStep>,
        generated: Option<String>,
        unknown: Vec<String>,
        lone: bool,
    },
}

impl Shape {
    /// What the number of a row means.
    pub(super) fn place(&self) -> RowPlace {
        match self {
            Self::Csv(..) | Self::Rows { .. } | Self::Json { style: Style::Lines, .. } => RowPlace::Line,
            Self::Text { .. } | Self::Json { .. } => RowPlace::Record,
        }
    }

    /// What an answer says around the text that travels in it.
    pub(super) fn page(&self) -> Option<Page> {
        match self {
            Self::Text { page, .. } => Some(Page::clone(page)),
            Self::Csv(..) | Self::Rows { .. } | Self::Json { .. } => None,
        }
    }

    /// Whether it is the answer about one record.
    pub(super) fn is_lone(&self) -> bool {
        matches!(self, Self::Json { lone: true, .. })
    }

    /// The columns that the mapping does not know, and the time at which the document says it was made.
    pub(super) fn aside(&self) -> (Vec<String>, Option<String>) {
        match self {
            Self::Csv(_, unknown) | Self::Rows { unknown, .. } => (unknown.clone(), None),
            Self::Text { unknown, generated, .. } | Self::Json { unknown, generated, .. } => {
                (unknown.clone(), generated.clone())
            }
        }
    }
}

/// What a file is.
pub(super) enum Decision<'a> {
    /// `taken`: columns and the keys that they are read from, where the mapping knows them by several names.
    Read {
        shape: Shape,
        source: &'a Source,
        taken: Vec<(&'static str, String)>,
    },
    Not {
        outcome: FileOutcome,
        candidates: Vec<Candidate>,
        columns: Option<Columns>,
        diagnostic: Diagnostic,
    },
}

fn not_read(outcome: FileOutcome, diagnostic: Diagnostic) -> Decision<'static> {
    Decision::Not { outcome, candidates: Vec::new(), columns: None, diagnostic }
}

/// Looks at what is ahead, reading more where a value is longer than that.
pub(super) fn decide<'a, R: Read>(job: &FileJob<'a>, blocks: &mut Blocks<R>) -> Decision<'a> {
    if blocks.ahead.is_empty() {
        return match &blocks.broken {
            Some(cause) => not_read(
                FileOutcome::Unreadable,
                Diagnostic::warning("unreadable-file", format!("the file cannot be unpacked: {cause}"))
                    .hint("make the export again"),
            ),
            None => not_read(
                FileOutcome::Empty,
                Diagnostic::warning("empty-file", "the file is empty")
                    .hint("an empty export proves nothing: check the query that made it"),
            ),
        };
    }
    if let Some(what) = binary(&blocks.ahead) {
        let diagnostic = Diagnostic::warning("unreadable-file", format!("this is {what}, which is not read"));
        let is_archive = what == ZIP && job.path.to_lowercase().ends_with(".zip");
        let hint = if is_archive { "unpack it into the folder" } else { "export as CSV or JSON" };
        return not_read(FileOutcome::Unreadable, diagnostic.hint(hint));
    }
    if blocks.ahead.starts_with(BOM) {
        blocks.drop_front(BOM.len());
    }
    match blocks.ahead.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0x1e) {
        None => not_read(
            FileOutcome::Empty,
            Diagnostic::warning("empty-file", "the file holds nothing but blanks")
                .hint("an empty export proves nothing: check the query that made it"),
        ),
        Some(b'{' | b'[') => decide_json(job, blocks),
        Some(b'<') => not_read(
            FileOutcome::ErrorPage,
            Diagnostic::warning("error-page", "the file holds a web page or XML instead of data")
                .hint("the download was probably answered by a sign-in or error page: make the export again"),
        ),
        Some(_) => decide_csv(job, blocks),
    }
}

const ZIP: &str = "a zip archive";

fn binary(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", ZIP),
        (b"\xd0\xcf\x11\xe0", "a document of an office program"),
        (b"%PDF", "a PDF file"),
        (b"SQLite format 3", "a database file"),
        (b"BZh", "a bzip2 archive"),
    ];
    KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what)
}

fn decide_csv<'a, R: Read>(job: &FileJob<'a>, blocks: &Blocks<R>) -> Decision<'a> {
    let bytes = &blocks.ahead;
    // The beginning may end inside a letter; the header does not.
    let end = if blocks.ended { bytes.len() } else { memchr::memrchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1) };
    let head: Cow<'_, str> = encoding::Found::default().decode_lines(&bytes[..end]);
    let Some(mut dialect) = dialect(&head) else {
        let diagnostic = Diagnostic::warning("empty-file", "the file has no header");
        return not_read(FileOutcome::Empty, diagnostic);
    };
    if dialect.header.iter().any(|name| name.contains('\0')) {
        let diagnostic = Diagnostic::warning("unreadable-file", "the file holds bytes that no text has");
        return not_read(FileOutcome::Unreadable, diagnostic.hint("export as CSV or JSON, in UTF-8"));
    }
    if let Some(lower) = lower_header(job, &head, &dialect) {
        dialect = lower;
    }
    let rows = sample(&dialect, &head, MOST);
    let records = sample_records(&dialect, &head, MOST);
    // Letters that were not UTF-8 are longer now: the place of the first row is counted in lines.
    dialect.body = if dialect.lines == 0 {
        bytes.len()
    } else {
        memchr::memchr_iter(b'\n', bytes).nth(dialect.lines as usize - 1).map_or(bytes.len(), |at| at + 1)
    };
    let found = csv_source(job, &dialect, &rows, |dialect, source| {
        let unknown = unknown(&source.plan, dialect.header.iter().map(String::as_str));
        Shape::Csv(dialect, unknown)
    });
    match found {
        Decision::Not { outcome: FileOutcome::Unrecognised, .. } => {
            rows_source(job, &dialect, records).unwrap_or(found)
        }
        found => found,
    }
}

/// Finds the mapping of delimited text whose rows are records with members.
fn rows_source<'a>(job: &FileJob<'a>, dialect: &Dialect, records: Vec<Value>) -> Option<Decision<'a>> {
    let mut views = vec![View::rows(records)];
    json::look_inside(&mut views, &declared(job));
    let read = |view: &View, source: &'a Source| {
        let keys = keys(&view.records);
        let unknown = unknown(&source.plan, keys.iter().map(String::as_str));
        let shape = Shape::Rows { dialect: dialect.clone(), inner: view.inner.clone(), unknown };
        Decision::Read { taken: taken(&source.plan, &keys), shape, source }
    };
    if let Some(source) = job.forced {
        let best = views.iter().min_by_key(|view| compare(&source.plan, &of(view)).missing.len())?;
        return (source.plan.format == RawFormat::Json).then(|| read(best, source));
    }
    match best(job, &views) {
        Best::One(view, source) => Some(read(view, source)),
        Best::Several(candidates) => Some(ambiguous(candidates)),
        Best::Mixed(kinds) => Some(mixed(&kinds)),
        Best::None(_) => None,
    }
}

/// A header further down, where the first line is the title of a report.
fn lower_header(job: &FileJob<'_>, head: &str, first: &Dialect) -> Option<Dialect> {
    let lacks = |dialect: &Dialect| {
        let header: Vec<String> = dialect.header.iter().map(|name| fold(name)).collect();
        let rows = sample(dialect, head, MOST);
        let sample = Sample::Csv { header: &header, rows: &rows };
        match job.forced {
            Some(source) if source.plan.format == RawFormat::Csv => compare(&source.plan, &sample).missing.len(),
            _ if !recognise(job.set, &sample).0.is_empty() => 0,
            _ => {
                let records = sample_records(dialect, head, MOST);
                usize::from(!matches!(rows_source(job, dialect, records), Some(Decision::Read { .. })))
            }
        }
    };
    let here = lacks(first);
    if here == 0 {
        return None;
    }
    let lower = further(head, first).map(|dialect| (lacks(&dialect), dialect)).min_by_key(|(lacks, _)| *lacks)?;
    (lower.0 < here).then_some(lower.1)
}

/// Finds the mapping of delimited text.
fn csv_source<'a>(
    job: &FileJob<'a>,
    dialect: &Dialect,
    rows: &[Vec<(String, String)>],
    shape: impl FnOnce(Dialect, &Source) -> Shape,
) -> Decision<'a> {
    let header: Vec<String> = dialect.header.iter().map(|name| fold(name)).collect();
    let sample = Sample::Csv { header: &header, rows };
    if let Some(source) = job.forced {
        if source.plan.format != RawFormat::Csv {
            return unrecognised(Vec::new(), None);
        }
        return Decision::Read {
            taken: taken(&source.plan, &dialect.header),
            shape: shape(dialect.clone(), source),
            source,
        };
    }
    let (fits, candidates) = recognise(job.set, &sample);
    match fits.as_slice() {
        [source] => Decision::Read {
            taken: taken(&source.plan, &dialect.header),
            shape: shape(dialect.clone(), source),
            source,
        },
        [] => unrecognised(candidates, Columns::of_table(&dialect.header, rows)),
        _ => ambiguous(candidates),
    }
}

fn decide_json<'a, R: Read>(job: &FileJob<'a>, blocks: &mut Blocks<R>) -> Decision<'a> {
    let signs = job.set.iter().flat_map(|source| &source.plan.recognise);
    let mut wrappers: Vec<String> = signs.filter_map(|signs| signs.wrapper.clone()).collect();
    wrappers.sort();
    wrappers.dedup();
    // A document that is longer than what is ahead is wrapped, or one long record: it is looked at through.
    let copy = (!json::begins_complete(&blocks.ahead) && !blocks.ended)
        .then(|| json::outline(blocks, &wrappers, MOST, LONGEST_CONTENT));
    let style = if copy.is_some() { Style::Values } else { json::style(&blocks.ahead) };
    let bytes = copy.as_ref().unwrap_or(&blocks.ahead);
    let views = json::views(bytes, &wrappers, &declared(job), MOST);
    let top = &views[0];
    let first = top.records.first();
    if let Some((text, way)) = first.and_then(json::content_csv) {
        let page = first.map(|value| json::around_text(value, &way)).unwrap_or_default();
        return decide_text(job, bytes, &text, &way, page);
    }
    let read = |view: &View, source: &'a Source| {
        let keys = keys(&view.records);
        let generated = source.plan.generated_at.as_ref().and_then(|path| json::document_text(bytes, path, &view.way));
        let (way, inner) = (view.way.clone(), view.inner.clone());
        let shape = Shape::Json {
            style,
            way,
            inner,
            generated,
            unknown: unknown(&source.plan, keys.iter().map(String::as_str)),
            lone: view.lone && view.inner.is_empty() && source.class() != RawClass::Log,
        };
        Decision::Read { taken: taken(&source.plan, &keys), shape, source }
    };
    if let Some(source) = job.forced {
        if source.plan.format != RawFormat::Json {
            return misfit(source, "JSON");
        }
        let lacking = |view: &&View| compare(&source.plan, &of(view)).missing.len();
        let full = views.iter().filter(|view| !view.records.is_empty());
        return read(full.min_by_key(lacking).unwrap_or(top), source);
    }
    let mut near = match best(job, &views) {
        Best::One(view, source) => return read(view, source),
        Best::Several(candidates) => return ambiguous(candidates),
        Best::Mixed(kinds) => return mixed(&kinds),
        Best::None(near) => near,
    };
    // An answer that is an error says little beside it, and is all that there is: an event may tell of an error, too.
    let answers = |value: &&Value| value.as_object().is_none_or(|members| members.len() <= AROUND_AN_ERROR);
    let is_all = || top.records.iter().all(|value| json::error_page(value).is_some());
    if let Some(cause) = first.filter(answers).and_then(json::error_page).filter(|_| is_all()) {
        let message = format!("the file holds an error answer of an interface instead of data: {cause}");
        let diagnostic = Diagnostic::warning("error-page", message);
        return not_read(
            FileOutcome::ErrorPage,
            diagnostic.hint("make the export again; an error is not an empty list"),
        );
    }
    // An object of many members is a record, and a list in it says nothing of it.
    let is_page = first.and_then(Value::as_object).is_none_or(|members| members.len() <= AROUND_A_LIST);
    let mut lists = views.iter().filter(|view| view.list && is_page).peekable();
    if lists.peek().is_some()
        && lists.all(|view| view.records.is_empty())
        && (json::begins_complete(bytes) || blocks.ended && json::is_empty_list(bytes))
        && blocks.broken.is_none()
    {
        let diagnostic = Diagnostic::warning("empty-file", "the file holds an empty list")
            .hint("an empty export proves nothing: check the query that made it");
        return not_read(FileOutcome::Empty, diagnostic);
    }
    if first.is_none() && top.records.is_empty() {
        let diagnostic =
            Diagnostic::warning("unreadable-file", "the file begins like JSON, but holds no complete record")
                .hint("make the export again");
        return not_read(FileOutcome::Unreadable, diagnostic);
    }
    near.sort_by_key(|candidate| candidate.missing.len());
    near.truncate(3);
    // The place with most records is the list, if there is one.
    let longest = views.iter().filter(|view| !view.declared).max_by_key(|view| view.records.len());
    unrecognised(near, longest.and_then(|view| Columns::of_records(&view.records)))
}

/// CSV inside a JSON answer.
fn decide_text<'a>(job: &FileJob<'a>, bytes: &[u8], text: &str, way: &[String], page: Page) -> Decision<'a> {
    let Some(dialect) = dialect(text) else {
        return not_read(FileOutcome::Empty, Diagnostic::warning("empty-file", "the answer holds an empty report"));
    };
    let rows = sample(&dialect, text, MOST);
    csv_source(job, &dialect, &rows, |dialect, source| {
        let generated = source.plan.generated_at.as_ref().and_then(|path| json::document_text(bytes, path, way));
        let unknown = unknown(&source.plan, dialect.header.iter().map(String::as_str));
        Shape::Text { text: text.to_owned(), generated, dialect, unknown, page: Box::new(page) }
    })
}

fn misfit(source: &Source, what: &str) -> Decision<'static> {
    let message = format!("the file is {what}, which the source `{}` is not", source.id());
    not_read(FileOutcome::Unrecognised, Diagnostic::warning("wrong-source", message))
}

fn unrecognised(candidates: Vec<Candidate>, columns: Option<Columns>) -> Decision<'static> {
    let mut diagnostic = Diagnostic::warning("unknown-file", "no source mapping fits this file");
    diagnostic = if candidates.is_empty() {
        diagnostic.hint(match columns {
            Some(_) => "`overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides",
            None => "write a mapping for it, or say what it is with `--as SOURCE FILE`",
        })
    } else {
        diagnostic.hint(format!("nearest: {}; `--as SOURCE FILE` decides", described(&candidates)))
    };
    Decision::Not { outcome: FileOutcome::Unrecognised, candidates, columns, diagnostic }
}

fn ambiguous(candidates: Vec<Candidate>) -> Decision<'static> {
    let message = format!("several source mappings fit this file: {}", described(&candidates));
    let diagnostic = Diagnostic::warning("ambiguous-file", message)
        .hint("`--as SOURCE FILE`, or a line in the project file, decides");
    Decision::Not { outcome: FileOutcome::Ambiguous, candidates, columns: None, diagnostic }
}

/// A list of records of several kinds: read as one of them, the others would be lost.
fn mixed(kinds: &[(String, usize)]) -> Decision<'static> {
    let named = |(source, count): &(String, usize)| format!("{source} ({count} of the first records)");
    let kinds: Vec<String> = kinds.iter().map(named).collect();
    let message = format!("the file mixes records of several kinds: {}", kinds.join(", "));
    let hint = "export each kind to a file of its own: read as one of them, the records of the others would be lost";
    not_read(FileOutcome::Ambiguous, Diagnostic::warning("mixed-file", message).hint(hint))
}
