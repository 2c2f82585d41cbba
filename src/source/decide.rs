//! Decides what a file is from its beginning: container, mapping, or why it cannot be used.

use std::borrow::Cow;
use std::io::Read;

use serde_json::Value;

use crate::diag::Diagnostic;

use super::FileOutcome;
use super::choose::{Best, best, keys, near, of, taken, unknown};
use super::csv::{Dialect, dialect, further, sample, sample_records};
use super::decision::{Decision, Extent, Shape};
use super::encoding;
use super::file::{BOM, FileJob, LONGEST_CONTENT};
use super::json::{self, Page, Style, View};
use super::open::Blocks;
use super::path::fold;
use super::recognise::{Sample, compare, nearest, recognise};
use super::refuse::{ambiguous, misfit, mixed, not_read, unrecognised};
use super::set::Source;
use super::spec::{RawClass, RawFormat};
use super::suggest::Columns;

/// Records that recognition looks at.
const MOST: usize = 200;
/// Members that stand around the list of a page.
const AROUND_A_LIST: usize = 8;

/// Records of a list beside that are looked at.
const NEAR: usize = 20;
/// Members of an answer that is an error.
const AROUND_AN_ERROR: usize = 12;

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
    found.or_else(|| rows_source(job, &dialect, records)).unwrap_or_else(|| no_csv_source(job, &dialect, &rows))
}

/// Finds the mapping of delimited text whose rows are records with members.
fn rows_source<'a>(job: &FileJob<'a>, dialect: &Dialect, records: Vec<Value>) -> Option<Decision<'a>> {
    let mut views = vec![View::rows(records)];
    json::look_inside(&mut views, &job.set.index().declared);
    let read = |view: &View, source: &'a Source| {
        let keys = keys(&view.records);
        let unknown = unknown(&source.plan, keys.iter().map(String::as_str));
        let shape = Shape::Rows { dialect: dialect.clone(), inner: view.inner.clone(), unknown };
        Decision::Read {
            taken: taken(&source.plan, &keys),
            shape,
            source,
            extent: extent(source, &of(view)),
            beside: None,
        }
    };
    if let Some(source) = job.forced {
        let best = views.iter().min_by_key(|view| compare(&source.plan, &of(view)).missing.len())?;
        return (source.plan.format == RawFormat::Json).then(|| read(best, source));
    }
    match best(job, &views) {
        Best::One(view, source) => Some(read(view, source)),
        Best::Several(candidates) => Some(ambiguous(candidates)),
        Best::Mixed(kinds) => Some(mixed(&kinds)),
        Best::None => None,
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
) -> Option<Decision<'a>> {
    let header: Vec<String> = dialect.header.iter().map(|name| fold(name)).collect();
    let sample = Sample::Csv { header: &header, rows };
    let (fits, candidates) = match job.forced {
        Some(source) if source.plan.format == RawFormat::Csv => (vec![source], Vec::new()),
        Some(_) => return None,
        None => recognise(job.set, &sample),
    };
    match fits.as_slice() {
        [source] => Some(Decision::Read {
            taken: taken(&source.plan, &dialect.header),
            shape: shape(dialect.clone(), source),
            source,
            extent: extent(source, &sample),
            beside: None,
        }),
        [] => None,
        _ => Some(ambiguous(candidates)),
    }
}

/// Delimited text that no mapping fits, with those that nearly do.
fn no_csv_source<'a>(job: &FileJob<'a>, dialect: &Dialect, rows: &[Vec<(String, String)>]) -> Decision<'a> {
    if job.forced.is_some() {
        return unrecognised(Vec::new(), None);
    }
    let header: Vec<String> = dialect.header.iter().map(|name| fold(name)).collect();
    let near = nearest(job.set, &Sample::Csv { header: &header, rows });
    unrecognised(near, Columns::of_table(&dialect.header, rows))
}

fn decide_json<'a, R: Read>(job: &FileJob<'a>, blocks: &mut Blocks<R>) -> Decision<'a> {
    let wrappers = &job.set.index().wrappers;
    // A document that is longer than what is ahead is wrapped, or one long record: it is looked at through.
    let copy = (!json::begins_complete(&blocks.ahead) && !blocks.ended)
        .then(|| json::outline(blocks, wrappers, MOST, LONGEST_CONTENT));
    let style = if copy.is_some() { Style::Values } else { json::style(&blocks.ahead) };
    let bytes = copy.as_ref().unwrap_or(&blocks.ahead);
    let views = json::views(bytes, wrappers, &job.set.index().declared, MOST);
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
        };
        // A record whose rows are in lists inside of it is a list itself.
        let holds_lists = source.plan.rows.iter().all(|rows| rows.each.is_some());
        let is_one = view.lone && view.inner.is_empty() && source.class() != RawClass::Log && !holds_lists;
        let extent = match extent(source, &of(view)) {
            Extent::List if is_one => Extent::One,
            extent => extent,
        };
        let beside = if view.inner.is_empty() { json::lists_beside(bytes, &view.way, NEAR) } else { Vec::new() };
        let beside = beside.into_iter().find(|(_, records)| is_of(source, records, view)).map(|(key, _)| key);
        Decision::Read { taken: taken(&source.plan, &keys), shape, source, extent, beside }
    };
    if let Some(source) = job.forced {
        if source.plan.format != RawFormat::Json {
            return misfit(source, "JSON");
        }
        let lacking = |view: &&View| compare(&source.plan, &of(view)).missing.len();
        let full = views.iter().filter(|view| !view.records.is_empty());
        return read(full.min_by_key(lacking).unwrap_or(top), source);
    }
    match best(job, &views) {
        Best::One(view, source) => return read(view, source),
        Best::Several(candidates) => return ambiguous(candidates),
        Best::Mixed(kinds) => return mixed(&kinds),
        Best::None => {}
    }
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
    // The place with most records is the list, if there is one.
    let longest = views.iter().filter(|view| !view.declared).max_by_key(|view| view.records.len());
    unrecognised(near(job, &views), longest.and_then(|view| Columns::of_records(&view.records)))
}

/// Whether records have the signs of a mapping, wherever it looks for them.
fn is_of(source: &Source, records: &[Value], view: &View) -> bool {
    let view = View { records: records.to_vec(), ..view.clone() };
    let found = compare(&source.plan, &of(&view));
    found.missing.is_empty() && found.against.is_empty()
}

/// How much of a list the signs of a mapping say that a file holds.
fn extent(source: &Source, sample: &Sample<'_>) -> Extent {
    if compare(&source.plan, sample).part { Extent::Part } else { Extent::List }
}

/// CSV inside a JSON answer.
fn decide_text<'a>(job: &FileJob<'a>, bytes: &[u8], text: &str, way: &[String], page: Page) -> Decision<'a> {
    let Some(dialect) = dialect(text) else {
        return not_read(FileOutcome::Empty, Diagnostic::warning("empty-file", "the answer holds an empty report"));
    };
    let rows = sample(&dialect, text, MOST);
    let found = csv_source(job, &dialect, &rows, |dialect, source| {
        let generated = source.plan.generated_at.as_ref().and_then(|path| json::document_text(bytes, path, way));
        let unknown = unknown(&source.plan, dialect.header.iter().map(String::as_str));
        Shape::Text { text: text.to_owned(), generated, dialect, unknown, page: Box::new(page) }
    });
    found.unwrap_or_else(|| no_csv_source(job, &dialect, &rows))
}
