//! Whether each file holds everything that it should. One place decides, after reading and attaching.
//!
//! A file is *partial* when it announces more than it and the other parts of its export hold, when its control total
//! differs, when it is cut off, when rows were rejected or cells not understood, when it is empty or an error answer, or
//! when another part of the same export lacks records. (One that shrank is found where the exports of a kind are put in
//! a series, by `identity`.) It is *whole* when a control total agrees, when a total that it announces is met, or
//! when it says itself that nothing follows. Else that is *unknown*.
//!
//! Files of one kind and system that were taken within an hour, or of which nobody said when they were taken, are parts
//! of one export. Parts with the same bytes are one part.
//!
//! A list that leaves people out by default is partial for them only: that is [`InputFile::leaves_out`], which makes
//! nothing partial here.

mod announced;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Place};
use crate::number::count;
use crate::time::{DAY, HOUR, Micros};

use super::json::Page;
use super::set::{Source, SourceSet};
use super::spec::RawClass;
use super::{Completeness, FileOutcome, InputFile, LeavesOut};

use announced::{Part, Shown, announced};

/// What a file says about itself, beside its rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// What stands around its records, page by page.
    pub(super) pages: Vec<Page>,
    /// Records that a list of this kind leaves out by default.
    pub(super) shown: u64,
    /// Numbers of records that it states itself: one for all, or one for each part of it.
    pub(super) stated: Vec<u64>,
    /// Whether it is the answer about one record.
    pub(super) lone: bool,
    /// Another list of such records in it, which is not read.
    pub(super) beside: Option<String>,
    /// Aliases of systems that were met, by number.
    pub(super) aliases: BTreeSet<usize>,
}

/// Something that a file lacks.
#[derive(Debug, Clone)]
struct Lack {
    /// The end of a sentence that begins with `it` or `the file`.
    what: String,
    /// Whole records are missing, not only cells unread.
    records: bool,
    /// The message about it; `None` where reading said it already.
    message: Option<(&'static str, &'static str)>,
}

impl Lack {
    fn known(what: impl Into<String>, records: bool) -> Self {
        Self { what: what.into(), records, message: None }
    }

    fn new(what: String, code: &'static str, hint: &'static str) -> Self {
        Self { what, records: true, message: Some((code, hint)) }
    }

    fn is(&self, code: &str) -> bool {
        self.message.is_some_and(|(own, _)| own == code)
    }
}

/// The message about an answer that is of one record.
const ONE_RECORD: &str = "one-record";

/// Parts of one export.
struct Export {
    /// Kind and system, and whether it is the list of what others leave out.
    series: (String, String, bool),
    class: RawClass,
    at: Option<Micros>,
    files: Vec<usize>,
}

/// Columns of which one metric says itself of whom nothing is known: a cell that was not understood takes nothing else away.
const ASIDE: [&str; 1] = ["on_leave"];

/// Two files that were taken within this time are parts of one export: a collector takes a while for its pages.
const ONE_EXPORT: Micros = HOUR;

/// Sets what is known about the completeness of each file; gives the messages that reading did not give.
pub(super) fn judge(files: &mut [InputFile], told: &[Told], set: &SourceSet) -> Vec<Diagnostic> {
    let exports = exports(files, told, set);
    let mut lacks: Vec<Vec<Lack>> = files.iter().map(own).collect();
    let mut shows: Vec<Option<Shown>> = files.iter().map(|file| agrees(file).map(Shown::Whole)).collect();
    for (file, told) in files.iter_mut().zip(told) {
        provenance(file, told);
    }
    for (place, (file, told)) in files.iter().zip(told).enumerate() {
        match stated(file, &told.stated) {
            Ok(shown) => shows[place] = shows[place].take().or(shown.map(Shown::Whole)),
            Err(lack) => lacks[place].push(lack),
        }
        if let Some(key) = told.beside.as_ref().filter(|_| file.outcome == FileOutcome::Read) {
            let hint = "take the lists apart, one file each: only one of them is read";
            lacks[place].push(Lack::new(
                format!("holds another list of such records, `{key}`, that is not read"),
                "list-beside",
                hint,
            ));
        }
        if told.lone && file.outcome == FileOutcome::Read && shows[place].is_none() {
            let hint = "export the whole list: who is not in this file may be there all the same";
            lacks[place].push(Lack::new("holds the answer about one record, and no list".to_owned(), ONE_RECORD, hint));
        }
    }
    for export in &exports {
        let parts: Vec<Part<'_>> = export.files.iter().map(|file| Part::of(&files[*file], &told[*file], set)).collect();
        for (place, file) in export.files.iter().enumerate() {
            match announced(&parts, place) {
                Ok(shown) => shows[*file] = shows[*file].take().or(shown),
                Err(lack) => lacks[*file].push(lack),
            }
        }
        for file in &export.files {
            files[*file].only_left_out = export.series.2;
        }
    }
    spread(&exports, files, &mut lacks, &shows);
    let mut said = Vec::new();
    for ((file, lacks), shown) in files.iter_mut().zip(lacks).zip(shows) {
        file.lacks_records = lacks.iter().any(|lack| lack.records);
        file.completeness = match (lacks.is_empty(), &shown) {
            (false, _) => Completeness::Partial,
            (true, Some(Shown::Whole(_))) => Completeness::Whole,
            (true, Some(Shown::Likely(_)) | None) => Completeness::Unknown,
        };
        for lack in &lacks {
            if let Some((code, hint)) = lack.message {
                let message = format!("the file {}", lack.what);
                said.push(Diagnostic::warning(code, message).at(Place::file(&file.path)).hint(hint));
            }
        }
        let lacking = lacks.into_iter().map(|lack| lack.what);
        let shown = shown.filter(|_| file.completeness != Completeness::Partial);
        let reasons = lacking.chain(shown.map(|(Shown::Whole(words) | Shown::Likely(words))| words));
        file.completeness_reasons = reasons.map(|what| format!("it {what}")).collect();
    }
    left_out(files, told, set, &mut said);
    said
}

/// The query that a file says itself that it was made by, where nobody else said one.
fn provenance(file: &mut InputFile, told: &Told) {
    let conditions = told.pages.iter().flat_map(|page| &page.filters).map(|(_, words)| words.as_str());
    let conditions = conditions.collect::<Vec<_>>().join(" and ");
    if !conditions.is_empty() {
        let query = &mut file.extraction.get_or_insert_default().query;
        query.get_or_insert_with(|| format!("as the file says, where {conditions}"));
    }
}

/// The system that a file is of, for comparing it with others.
fn system(file: &InputFile) -> &str {
    file.home().unwrap_or_default()
}

fn exports(files: &[InputFile], told: &[Told], set: &SourceSet) -> Vec<Export> {
    let mut series: BTreeMap<(String, String, bool), Vec<usize>> = BTreeMap::new();
    for (index, (file, told)) in files.iter().zip(told).enumerate() {
        if let Some(source) = &file.source {
            let only = told.shown > 0 && told.shown == file.records;
            series.entry((source.clone(), system(file).to_owned(), only)).or_default().push(index);
        }
    }
    let mut all: Vec<Export> = Vec::new();
    for (series, mut members) in series {
        let class = set.get(&series.0).map_or(RawClass::Register, Source::class);
        members.sort_by_key(|file| files[*file].observed_at);
        for file in members {
            let at = files[file].observed_at;
            match all.last_mut().filter(|last| last.series == series && near(last.at, at)) {
                Some(last) => last.files.push(file),
                None => all.push(Export { series: series.clone(), class, at, files: vec![file] }),
            }
        }
    }
    for export in &mut all {
        export.files.sort_unstable();
    }
    all
}

/// Whether an instant belongs to the export that began at another one.
fn near(first: Option<Micros>, at: Option<Micros>) -> bool {
    match (first, at) {
        (None, None) => true,
        (Some(first), Some(at)) => at - first < ONE_EXPORT,
        _ => false,
    }
}

/// What a file lacks by itself.
fn own(file: &InputFile) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let expected = file.extraction.as_ref().and_then(|extraction| extraction.expected_rows);
    match file.outcome {
        FileOutcome::Empty if expected == Some(0) => {}
        FileOutcome::Empty => lacks.push(Lack::known("is empty", true)),
        FileOutcome::ErrorPage => lacks.push(Lack::known("holds an error answer", true)),
        FileOutcome::Unreadable => lacks.push(Lack::known("cannot be read", true)),
        FileOutcome::Unrecognised | FileOutcome::Ambiguous => {}
        FileOutcome::Read => {
            if file.cut {
                lacks.push(Lack::known("is cut off", true));
            }
            if file.rejected > 0 {
                let (rejected, records) = (count(file.rejected), count(file.records));
                lacks.push(Lack::known(format!("has {rejected} of {records} records that could not be used"), false));
            }
            for (column, cells) in file.unparsed.iter().filter(|(column, _)| !ASIDE.contains(&column.as_str())) {
                let values = if *cells == 1 { "value" } else { "values" };
                let what = format!("has {} {values} of `{column}` that could not be read", count(*cells));
                lacks.push(Lack::known(what, false));
            }
        }
    }
    if file.source.is_some()
        && let Some(expected) = expected.filter(|expected| u64::try_from(*expected) != Ok(file.records))
    {
        let expected = u64::try_from(expected).map_or_else(|_| expected.to_string(), count);
        let what = format!("holds {} records where the source held {expected}", count(file.records));
        let hint = "the export may be incomplete: make it again, or correct expected_rows";
        lacks.push(Lack::new(what, "control-total", hint));
    }
    lacks
}

/// A control total that agrees.
fn agrees(file: &InputFile) -> Option<String> {
    let expected = file.extraction.as_ref()?.expected_rows?;
    (u64::try_from(expected) == Ok(file.records))
        .then(|| format!("holds as many records as its control total says: {}", count(file.records)))
}

/// Compares the records with the numbers that a report states at its end.
fn stated(file: &InputFile, stated: &[u64]) -> Result<Option<String>, Lack> {
    let (Some(last), read) = (stated.last(), file.records) else { return Ok(None) };
    if stated.contains(&read) || stated.iter().sum::<u64>() == read {
        return Ok(Some(format!("holds as many records as it says itself: {}", count(read))));
    }
    let what = format!("says that it holds {} records and holds {}", count(*last), count(read));
    Err(Lack::new(what, "partial-file", "make the export again: lines between its head and its total are missing"))
}

/// An export of a state is as partial as its parts; a log is not: each of its files has a time of its own.
fn spread(exports: &[Export], files: &[InputFile], lacks: &mut [Vec<Lack>], shows: &[Option<Shown>]) {
    for export in exports.iter().filter(|export| !matches!(export.class, RawClass::Log | RawClass::Register)) {
        let short = |file: &&usize| lacks[**file].iter().any(|lack| lack.records);
        // An answer about one record beside a list that shows that it is whole is a detail of the list, and no part that lacks others.
        let has_whole = export.files.iter().any(|file| !short(&file) && matches!(shows[*file], Some(Shown::Whole(_))));
        let is_detail =
            |file: &usize| has_whole && lacks[*file].iter().all(|lack| !lack.records || lack.is(ONE_RECORD));
        let Some(first) = export.files.iter().find(|file| short(file) && !is_detail(file)).copied() else { continue };
        let others: Vec<usize> = export.files.iter().filter(|file| !short(file)).copied().collect();
        for file in others {
            let what = format!("is a part of the same export as {}, which is partial", files[first].path);
            lacks[file].push(Lack::known(what, true));
        }
    }
}

/// Marks the lists that leave people out, where no file of the same system and day holds them and no query asked.
fn left_out(files: &mut [InputFile], told: &[Told], set: &SourceSet, said: &mut Vec<Diagnostic>) {
    let asked = |file: &InputFile, words: &[String]| {
        let query = file.extraction.as_ref().and_then(|extraction| extraction.query.as_deref());
        query.map(str::to_lowercase).is_some_and(|query| words.iter().any(|word| query.contains(word.as_str())))
    };
    let mut found = Vec::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| file.outcome == FileOutcome::Read) {
        let plan = file.source.as_deref().and_then(|id| set.get(id)).map(|source| &source.plan);
        let Some(left) = plan.and_then(|plan| plan.leaves_out.as_ref()) else { continue };
        let held = files.iter().zip(told).any(|(other, told)| {
            let same_day = match (other.observed_at, file.observed_at) {
                (Some(other), Some(own)) => (other - own).abs() < DAY,
                _ => true,
            };
            let kind = other.source.as_deref().and_then(|id| set.get(id));
            let comparable = kind.is_some_and(|kind| kind.plan.leaves_out.is_some());
            comparable && same_day && system(other) == system(file) && (told.shown > 0 || asked(other, &left.query))
        });
        if !held {
            found.push((index, left));
        }
    }
    for (index, left) in found {
        let file = &mut files[index];
        let what = format!("holds no {}, whom a list of this kind leaves out unless it is asked for them", left.what);
        let message = format!("the file {what}: who left may stand in no file");
        said.push(Diagnostic::warning("leaves-out", message).at(Place::file(&file.path)).hint(&left.hint));
        file.completeness_reasons.push(format!("it {what}"));
        file.leaves_out = Some(LeavesOut { what: left.what.clone(), hint: left.hint.clone() });
    }
}
