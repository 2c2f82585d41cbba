//! Reads one metric file: header and SELECT, every mistake at once with line and column.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};
use crate::report::{MetricFacts, SUBJECT_KINDS, Statistic};
use crate::rules::{Fields, Sheet, did_you_mean_or_all, one_of};

use super::header::{Header, ReasonTexts, Shape};
use super::{facts, statement, tree};

const BEGIN: &str = "/*---";
const END: &str = "---*/";
/// The largest `order` of a metric.
const ORDERS: u64 = 1_000_000;

/// The groups of the catalogue.
pub(super) const GROUPS: [&str; 7] =
    ["leavers", "joiners-movers", "accounts", "credentials", "machine-identities", "synchronisation", "governance"];

const PLACEHOLDERS: [&str; 10] =
    ["person", "subject", "system", "began", "ended", "seen_until", "length", "limit", "over", "note"];
const INDICATOR_UNITS: [&str; 4] = ["ratio", "share", "share_of_time", "seconds"];
const SHAPES: [(&str, Shape); 2] = [("duration", Shape::Duration), ("indicator", Shape::Indicator)];
const STATISTICS: [(&str, Statistic); 3] =
    [("survival", Statistic::Survival), ("age", Statistic::Age), ("none", Statistic::None)];

/// A metric file that was read: still to be tried on empty tables.
pub(super) struct Read {
    pub(super) header: Header,
    pub(super) needs: Vec<Table>,
    pub(super) slice: Option<Table>,
    /// Where the SQL begins in the text.
    pub(super) body: usize,
}

/// Reads a metric as far as its header, with the mistakes in it; `stem` is the file's name without `.sql`.
pub(super) fn header(path: &str, stem: &str, text: &str) -> Result<(Read, Vec<Diagnostic>), Vec<Diagnostic>> {
    let lead = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let end = text[lead..].starts_with(BEGIN).then(|| text.find(END)).flatten();
    let Some(end) = end else {
        return Err(vec![
            Diagnostic::error("metric-header", "the file does not begin with a header")
                .at(Place::offset(path, text, lead))
                .hint("begin with `/*---`, TOML lines, and `---*/`; see docs/metrics for an example"),
        ]);
    };
    let (offset, body) = (lead + BEGIN.len(), end + END.len());
    let (mut page, root) = Sheet::open_part(path, text, offset.min(end)..end);
    let sheet = &mut page;
    let mut fields = Fields::of(root.get_ref(), 0..0);
    let mut header = understood(sheet, &mut fields);
    let given = facts::given(sheet, &mut fields);
    fields.done(sheet);
    let needs = tables(sheet, &header);
    let slice = header.slice.as_ref().and_then(|name| sliced(sheet, name, &needs));
    meaning(sheet, stem, &header, given.is_some());
    header.facts = given.map(|given| facts::read(sheet, &given, header.unit.get_ref())).unwrap_or_default();
    Ok((Read { header, needs, slice, body }, page.finish()))
}

/// The mistakes in the SELECT of a metric, which is looked at and not run.
pub(super) fn select(path: &str, text: &str, read: &Read) -> Vec<Diagnostic> {
    let body = read.body;
    let mut wrong = Vec::new();
    let hazard = read.slice.and_then(|table| Some((table, tree::slice_hazard(&text[body..], table.name())?)));
    if let Some((table, (at, why))) = hazard {
        let message = format!("the SELECT cannot run on slices of `{}`: {why}", table.name());
        wrong.push(
            Diagnostic::error("metric-slice", message)
                .at(Place::offset(path, text, body + at))
                .hint("leave out `slice`, or make each result row depend on one row of that table"),
        );
    }
    wrong.extend(statement::check(path, text, body..text.len()));
    wrong
}

/// What can be understood of a header; the rest is recorded in the sheet.
fn understood(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Header {
    let needs = fields.node("needs");
    let span = needs.map_or(0..0, Spanned::span);
    if needs.is_none() {
        sheet.say("rule-missing", 0..0, "`needs` is missing");
    }
    let order = fields.number(sheet, "order", 0..=ORDERS);
    if fields.node("order").is_none() {
        sheet.say("rule-missing", 0..0, "`order` is missing");
    }
    Header {
        id: fields.need_text(sheet, "id"),
        order: order.unwrap_or_default() as u32,
        title: fields.need_text(sheet, "title").into_inner(),
        question: fields.need_text(sheet, "question").into_inner(),
        remedy: fields.text(sheet, "remedy").map(Spanned::into_inner),
        group: fields.need_text(sheet, "group"),
        shape: need_one_of(sheet, fields, "shape", &SHAPES).unwrap_or(Shape::Duration),
        unit: fields.need_text(sheet, "unit"),
        statistic: optional_one_of(sheet, fields, "statistic", &STATISTICS),
        definition: fields.need_text(sheet, "definition").into_inner(),
        caveats: texts(sheet, fields, "caveats"),
        needs: Spanned::new(span, texts(sheet, fields, "needs")),
        slice: fields.text(sheet, "slice"),
        reason: fields.fields(sheet, "reason").map(|fields| reason(sheet, fields)),
        facts: MetricFacts::default(),
    }
}

fn texts(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, name: &'static str) -> Vec<String> {
    fields.texts(sheet, name).unwrap_or_default().into_iter().map(Spanned::into_inner).collect()
}

fn optional_one_of<T: Copy>(
    sheet: &mut Sheet<'_>,
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    words: &[(&'static str, T)],
) -> Option<T> {
    let text = fields.text(sheet, name)?;
    one_of(sheet, name, &text, &words.iter().copied().collect::<BTreeMap<_, _>>())
}

fn need_one_of<T: Copy>(
    sheet: &mut Sheet<'_>,
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    words: &[(&'static str, T)],
) -> Option<T> {
    if fields.node(name).is_none() {
        sheet.say("rule-missing", 0..0, format!("`{name}` is missing"));
    }
    optional_one_of(sheet, fields, name, words)
}

fn reason(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> ReasonTexts {
    let texts = [
        Some(fields.need_text(sheet, "open")),
        Some(fields.need_text(sheet, "closed")),
        fields.text(sheet, "indeterminate"),
    ];
    for (key, sentence) in ["open", "closed", "indeterminate"].into_iter().zip(&texts) {
        if let Some(sentence) = sentence {
            placeholders(sheet, key, sentence);
        }
    }
    fields.done(sheet);
    let [open, closed, indeterminate] = texts.map(|text| text.map(Spanned::into_inner));
    ReasonTexts { open: open.unwrap_or_default(), closed: closed.unwrap_or_default(), indeterminate }
}

fn tables(sheet: &mut Sheet<'_>, header: &Header) -> Vec<Table> {
    let names = Table::ALL.map(Table::name);
    let mut out = Vec::new();
    for name in header.needs.get_ref() {
        match Table::from_name(name) {
            Some(table) => out.push(table),
            None => sheet.say_hint(
                "rule-value",
                header.needs.span(),
                format!("`needs` names an unknown table `{name}`"),
                Some(did_you_mean_or_all(name, &names)),
            ),
        }
    }
    out
}

fn sliced(sheet: &mut Sheet<'_>, name: &Spanned<String>, needs: &[Table]) -> Option<Table> {
    let table = Table::from_name(name.get_ref()).filter(|table| needs.contains(table));
    if table.is_none() {
        let message = format!("`slice` names `{}`, which is not in `needs`", name.get_ref());
        sheet.say("rule-value", name.span(), message);
    }
    table
}

fn meaning(sheet: &mut Sheet<'_>, stem: &str, header: &Header, has_facts: bool) {
    let id = header.id.get_ref();
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.is_empty() && id != stem {
        let hint = format!("name the file `{id}.sql`, or write `id = \"{stem}\"`");
        let message = format!("the id `{id}` is not the name of the file");
        sheet.say_hint("metric-id", header.id.span(), message, Some(hint));
    }
    if !id.chars().all(letters) {
        sheet.say("metric-id", header.id.span(), "an id is made of lower-case letters, digits and `-`");
    }
    known(sheet, "group", &header.group, &GROUPS);
    match header.shape {
        Shape::Duration => {
            known(sheet, "unit", &header.unit, &SUBJECT_KINDS.map(|(kind, _)| kind));
            if header.statistic.is_none() {
                let hint = Some("survival, age or none".to_owned());
                sheet.say_hint("rule-missing", 0..0, "a duration needs `statistic`", hint);
            }
            if header.reason.is_none() {
                let hint = "give the sentences `open` and `closed`, for example `open = \"{subject} has been there for {length}\"`";
                let message = "a duration needs a section `[reason]`";
                sheet.say_hint("rule-missing", 0..0, message, Some(hint.to_owned()));
            }
        }
        Shape::Indicator => {
            known(sheet, "unit", &header.unit, &INDICATOR_UNITS);
            let findings = header.reason.is_some() || header.remedy.is_some() || has_facts;
            if findings || header.statistic.is_some() || header.slice.is_some() {
                let message = "`statistic`, `slice`, `remedy`, `[reason]`, `looks_at`, `begins`, `depends_on`, `clock` and \
                               `headline` are for durations only";
                sheet.say("rule-value", 0..0, message);
            }
        }
    }
}

/// Checks a word against a closed set; what is missing was said already.
fn known(sheet: &mut Sheet<'_>, name: &str, word: &Spanned<String>, words: &[&str]) {
    if !word.get_ref().is_empty() && !words.contains(&word.get_ref().as_str()) {
        let message = format!("unknown {name} `{}`", word.get_ref());
        sheet.say_hint("rule-value", word.span(), message, Some(did_you_mean_or_all(word.get_ref(), words)));
    }
}

fn placeholders(sheet: &mut Sheet<'_>, key: &str, sentence: &Spanned<String>) {
    let mut rest = sentence.get_ref().as_str();
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else {
            sheet.say("rule-value", sentence.span(), format!("a `{{` in the sentence `{key}` is not closed"));
            return;
        };
        let name = &rest[..close];
        if !PLACEHOLDERS.contains(&name) {
            let message = format!("unknown placeholder `{{{name}}}` in the sentence `{key}`");
            let hint = Some(did_you_mean_or_all(name, &PLACEHOLDERS));
            sheet.say_hint("rule-value", sentence.span(), message, hint);
        }
        rest = &rest[close + 1..];
    }
}
