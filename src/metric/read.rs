//! Reads one metric file: header and SELECT, every mistake at once with line and column.

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};

use super::header::{HEADER_KEYS, Header, Shape};
use super::{facts, statement, tree};

const BEGIN: &str = "/*---";
const END: &str = "---*/";

/// The groups of the catalogue.
pub(super) const GROUPS: [&str; 7] =
    ["leavers", "joiners-movers", "accounts", "credentials", "machine-identities", "synchronisation", "governance"];

const REQUIRED: [&str; 9] = ["id", "order", "title", "question", "group", "shape", "unit", "definition", "needs"];
const REASON_KEYS: [&str; 3] = ["open", "closed", "indeterminate"];
const PLACEHOLDERS: [&str; 10] =
    ["person", "subject", "system", "began", "ended", "seen_until", "length", "limit", "over", "note"];
const DURATION_UNITS: [&str; 4] = ["account", "credential", "person", "intent"];
const INDICATOR_UNITS: [&str; 3] = ["ratio", "share", "seconds"];

/// A metric file that was read: still to be tried on empty tables.
pub(super) struct Read {
    pub(super) header: Header,
    pub(super) needs: Vec<Table>,
    pub(super) slice: Option<Table>,
    /// Where the SQL begins in the text.
    pub(super) body: usize,
}

pub(super) struct File<'a> {
    path: &'a str,
    text: &'a str,
    /// Offset of the TOML in the text.
    offset: usize,
    wrong: Vec<Diagnostic>,
}

impl File<'_> {
    pub(super) fn error(&mut self, at: usize, message: String, hint: Option<String>) {
        let place = Place::offset(self.path, self.text, self.offset + at);
        let diagnostic = Diagnostic::error("metric-header", message).at(place);
        self.wrong.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
    }

    fn one_of(&mut self, what: &str, value: &Spanned<String>, words: &[&str]) {
        if !words.contains(&value.get_ref().as_str()) {
            self.error(
                value.span().start,
                format!("unknown {what} `{}`", value.get_ref()),
                Some(choice(value.get_ref(), words)),
            );
        }
    }
}

/// `did you mean …` when one is near, else all of them.
pub(super) fn choice(word: &str, words: &[&str]) -> String {
    match nearest(word, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", words.join(", ")),
    }
}

/// The known word that is most like a misspelt one.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let score = strsim::jaro_winkler(&word.to_lowercase(), candidate);
        if score > 0.82 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Reads a metric; `stem` is the file's name without `.sql`.
pub(super) fn read(path: &str, stem: &str, text: &str) -> Result<Read, Vec<Diagnostic>> {
    let lead = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let end = text[lead..].starts_with(BEGIN).then(|| text.find(END)).flatten();
    let Some(end) = end else {
        return Err(vec![
            Diagnostic::error("metric-header", "the file does not begin with a header")
                .at(Place::offset(path, text, lead))
                .hint("begin with `/*---`, TOML lines, and `---*/`; see docs/metrics for an example"),
        ]);
    };
    let offset = lead + BEGIN.len();
    let body = end + END.len();
    let mut file = File { path, text, offset, wrong: Vec::new() };
    let header = header(&mut file, &text[offset.min(end)..end]);
    let read = header.map(|mut header| {
        let needs = tables(&mut file, &header.needs);
        let slice = header.slice.as_ref().and_then(|name| slice(&mut file, name, &needs, body));
        meaning(&mut file, stem, &header);
        header.facts = facts::read(&mut file, &header);
        Read { header, needs, slice, body }
    });
    file.wrong.extend(statement::check(path, text, body..text.len()));
    match read {
        Some(read) if file.wrong.is_empty() => Ok(read),
        _ => Err(file.wrong),
    }
}

fn header(file: &mut File<'_>, toml: &str) -> Option<Header> {
    let (mut table, mistakes) = DeTable::parse_recoverable(toml);
    for mistake in &mistakes {
        file.error(mistake.span().map_or(0, |span| span.start), one_line(mistake.message()), None);
    }
    if !mistakes.is_empty() {
        return None;
    }
    drop_unknown(file, table.get_mut(), &HEADER_KEYS.map(|(key, ..)| key));
    if let Some(reason) = table.get_mut().get_mut("reason")
        && let toml::de::DeValue::Table(texts) = reason.get_mut()
    {
        drop_unknown(file, texts, &REASON_KEYS);
    }
    let missing: Vec<_> = REQUIRED.iter().filter(|key| table.get_ref().get(**key).is_none()).copied().collect();
    if !missing.is_empty() {
        file.error(0, format!("the header lacks {}", missing.join(", ")), None);
        return None;
    }
    match Header::deserialize(toml::Deserializer::from(table)) {
        Ok(header) => Some(header),
        Err(mistake) => {
            file.error(mistake.span().map_or(0, |span| span.start), one_line(mistake.message()), None);
            None
        }
    }
}

fn drop_unknown(file: &mut File<'_>, table: &mut DeTable<'_>, known: &[&str]) {
    let unknown: Vec<_> = table
        .keys()
        .filter(|key| !known.contains(&key.get_ref().as_ref()))
        .map(|key| (key.span().start, key.get_ref().to_string()))
        .collect();
    for (at, key) in unknown {
        file.error(at, format!("unknown key `{key}`"), Some(choice(&key, known)));
        table.remove(key.as_str());
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

fn tables(file: &mut File<'_>, needs: &Spanned<Vec<String>>) -> Vec<Table> {
    let names: Vec<_> = Table::ALL.iter().map(|table| table.name()).collect();
    let mut out = Vec::new();
    for name in needs.get_ref() {
        match Table::from_name(name) {
            Some(table) => out.push(table),
            None => file.error(
                needs.span().start,
                format!("`needs` names an unknown table `{name}`"),
                Some(choice(name, &names)),
            ),
        }
    }
    out
}

fn slice(file: &mut File<'_>, name: &Spanned<String>, needs: &[Table], body: usize) -> Option<Table> {
    let at = name.span().start;
    let Some(table) = Table::from_name(name.get_ref()).filter(|table| needs.contains(table)) else {
        file.error(at, format!("`slice` names `{}`, which is not in `needs`", name.get_ref()), None);
        return None;
    };
    if let Some((where_, why)) = tree::slice_hazard(&file.text[body..], table.name()) {
        let place = Place::offset(file.path, file.text, body + where_);
        file.wrong.push(
            Diagnostic::error("metric-slice", format!("the SELECT cannot run on slices of `{}`: {why}", table.name()))
                .at(place)
                .hint("leave out `slice`, or make each result row depend on one row of that table"),
        );
    }
    Some(table)
}

fn meaning(file: &mut File<'_>, stem: &str, header: &Header) {
    let id = header.id.get_ref();
    if id != stem {
        let hint = format!("name the file `{id}.sql`, or write `id = \"{stem}\"`");
        file.error(header.id.span().start, format!("the id `{id}` is not the name of the file"), Some(hint));
    }
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(letters) {
        file.error(header.id.span().start, "an id is made of lower-case letters, digits and `-`".to_owned(), None);
    }
    file.one_of("group", &header.group, &GROUPS);
    match header.shape {
        Shape::Duration => {
            file.one_of("unit", &header.unit, &DURATION_UNITS);
            if header.statistic.is_none() {
                file.error(0, "a duration needs `statistic`".to_owned(), Some("survival, age or none".to_owned()));
            }
            match &header.reason {
                None => file.error(
                    0,
                    "a duration needs a section `[reason]`".to_owned(),
                    Some("give the sentences `open` and `closed`, for example `open = \"{subject} has been there for {length}\"`".to_owned()),
                ),
                Some(reason) => {
                    let texts = [Some(&reason.open), Some(&reason.closed), reason.indeterminate.as_ref()];
                    for (key, sentence) in REASON_KEYS.iter().zip(texts) {
                        if let Some(sentence) = sentence {
                            placeholders(file, key, sentence);
                        }
                    }
                }
            }
        }
        Shape::Indicator => {
            file.one_of("unit", &header.unit, &INDICATOR_UNITS);
            let findings = header.reason.is_some() || header.remedy.is_some() || facts::are_given(header);
            if findings || header.statistic.is_some() || header.slice.is_some() {
                let message = "`statistic`, `slice`, `remedy`, `[reason]`, `looks_at`, `begins`, `depends_on`, `clock` and \
                               `headline` are for durations only";
                file.error(0, message.to_owned(), None);
            }
        }
    }
}

fn placeholders(file: &mut File<'_>, key: &str, sentence: &str) {
    // The sentences carry no spans: the line that begins with the key is where a reader has to look.
    let toml = &file.text[file.offset..];
    let at = toml.find(&format!("\n{key} ")).or_else(|| toml.find(&format!("\n{key}="))).map_or(0, |at| at + 1);
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else {
            file.error(at, format!("a `{{` in the sentence `{key}` is not closed"), None);
            return;
        };
        let name = &rest[..close];
        if !PLACEHOLDERS.contains(&name) {
            file.error(
                0,
                format!("unknown placeholder `{{{name}}}` in the sentence `{key}`"),
                Some(choice(name, &PLACEHOLDERS)),
            );
        }
        rest = &rest[close + 1..];
    }
}
