//! A mapping to start from, made from the names and the first values of a file that nothing recognises.

mod columns;
mod kinds;

use std::collections::BTreeSet;

use crate::time::{TimeFormat, parse_time};

use super::path::fold;
use super::value::plausible;

pub(super) use columns::Columns;
use kinds::{ACCOUNTS, ALIVE, AWAY, CREDENTIALS, GONE, Guess, Kind, PEOPLE, SECRETS};

/// A mapping to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its id, which is also the name of its file.
    pub id: String,
    /// The text of the file.
    pub text: String,
}

/// Columns that a directory has: it is never the source of people.
const DIRECTORY: [&str; 6] =
    ["samaccountname", "distinguishedname", "objectguid", "userprincipalname", "objectsid", "useraccountcontrol"];

/// What is taken for what.
struct Draft<'c> {
    columns: &'c Columns,
    folded: Vec<String>,
    kind: &'static Kind,
    /// Canonical columns with the places of the columns that give them.
    rules: Vec<(&'static str, usize)>,
    taken: Vec<usize>,
}

impl<'c> Draft<'c> {
    fn of(columns: &'c Columns) -> Self {
        // The last part of a path is what a column is called.
        let called = |name: &String| fold(name.trim_matches('"').rsplit('.').next().unwrap_or(name));
        let folded: Vec<String> = columns.names.iter().map(called).collect();
        let find = |guess: &Guess, taken: &[usize]| {
            guess.names.iter().find_map(|name| {
                let wanted = fold(name);
                (0..folded.len()).find(|at| folded[*at] == wanted && !taken.contains(at) && usable(&folded, *at))
            })
        };
        let directory = folded.iter().any(|name| DIRECTORY.contains(&name.as_str()));
        let score = |kind: &Kind| {
            let found = kind.others.iter().filter(|guess| find(guess, &[]).is_some()).count();
            // Where two kinds have their key, the rarer key says more; where none has, accounts are the best guess.
            let rare = usize::from(kind.table != ACCOUNTS.table);
            if find(&kind.key, &[]).is_some() { found * 2 + 4 + rare } else { found }
        };
        let kinds = [&CREDENTIALS, &PEOPLE, &ACCOUNTS].into_iter();
        let kinds = kinds.filter(|kind| !directory || kind.table != PEOPLE.table);
        let kind = kinds.max_by_key(|kind| score(kind)).unwrap_or(&ACCOUNTS);
        let first = (0..folded.len()).find(|at| usable(&folded, *at));
        let key = find(&kind.key, &[]).or(first);
        let mut taken: Vec<usize> = key.into_iter().collect();
        let mut rules: Vec<(&'static str, usize)> = key.map(|at| (kind.key.column, at)).into_iter().collect();
        for guess in kind.others {
            if let Some(at) = find(guess, if kind.table == "people" { &taken } else { &[] }) {
                taken.push(at);
                rules.push((guess.column, at));
            }
        }
        Self { columns, folded, kind, rules, taken }
    }

    fn text(&self, at: usize) -> String {
        quoted(&self.columns.names[at])
    }

    fn list(&self, places: impl Iterator<Item = usize>) -> String {
        places.map(|at| self.text(at)).collect::<Vec<_>>().join(", ")
    }

    /// One rule, as a line.
    fn rule(&self, column: &str, at: usize) -> String {
        let path = self.text(at);
        match column {
            "status" => status(self.kind.table, &self.folded[at], &path, &self.words(at)),
            "started" | "ended" | "end_recorded_at" | "created_at" | "rotated_at" | "last_used" | "last_seen"
            | "expires_at" | "disabled" => match self.times(at).as_slice() {
                [] | [TimeFormat::Iso, ..] => format!("{column} = {path}"),
                [form] => format!("{column} = {{ path = {path}, time = [\"{}\"] }}", form.name()),
                [first, second, ..] => format!(
                    "# The values do not tell which: {} or {}.\n{column} = {{ path = {path}, time = [\"{}\"] }}",
                    first.name(),
                    second.name(),
                    first.name()
                ),
            },
            _ => format!("{column} = {path}"),
        }
    }

    /// The forms of time that read every value of a column.
    fn times(&self, at: usize) -> Vec<TimeFormat> {
        let reads = |form: &TimeFormat, text: &str| {
            parse_time(text.as_bytes(), *form).is_some_and(|moment| plausible(*form, moment))
        };
        let has_digit = |text: &&str| text.bytes().any(|byte| byte.is_ascii_digit());
        let forms = TimeFormat::single().into_iter();
        let mut values = self.columns.values(at).filter(has_digit).peekable();
        if values.peek().is_none() {
            return Vec::new();
        }
        let values: Vec<&str> = values.collect();
        forms.filter(|form| values.iter().all(|text| reads(form, text))).collect()
    }

    /// The different words of a column, where there are few and they are words.
    fn words(&self, at: usize) -> BTreeSet<String> {
        const FEW: usize = 12;
        let words: BTreeSet<String> = self.columns.values(at).map(str::to_lowercase).collect();
        let is_word = |word: &String| word.len() <= 30 && word.chars().all(|c| c.is_alphabetic() || " -_".contains(c));
        if words.len() <= FEW && words.iter().all(is_word) { words } else { BTreeSet::new() }
    }
}

/// The text of a mapping file for a file with these columns. It loads without errors; what it guesses is for its reader
/// to check.
pub(super) fn suggest(path: &str, columns: &Columns) -> Suggestion {
    let draft = Draft::of(columns);
    let kind = draft.kind;
    let (id, system) = names(path);
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(
        "# A beginning, made from names and first values: check every line, then put the file into your folder of"
            .into(),
    );
    line(format!("# mappings (sources/{id}.toml). `overstay inspect FILE --mappings DIR` shows what it does."));
    line(format!("id = \"{id}\"\ntitle = \"{id}\"\nclass = \"{}\"\nformat = \"json\"", kind.class));
    if kind.table != "people" {
        line(format!("# Used when the file lies directly in the folder of exports.\nsystem = \"{system}\""));
    }
    line("# Zone of times that have none.\nzone = \"project\"".into());
    let all = || 0..draft.folded.len();
    let secret = draft.list(all().filter(|at| SECRETS.contains(&draft.folded[*at].as_str())));
    if !secret.is_empty() {
        line(format!("secret = [{secret}]"));
    }
    let rest = draft.list(all().filter(|at| !draft.taken.contains(at) && usable(&draft.folded, *at)));
    if !rest.is_empty() {
        line(format!("# Known and not used.\nignore = [{rest}]"));
    }
    let signs: Vec<usize> = all().filter(|at| usable(&draft.folded, *at)).take(6).collect();
    line(format!("\n[recognise]\nall = [{}]", draft.list(signs.iter().copied())));
    if signs.len() < 2 {
        let signs = draft.list(signs.iter().copied());
        line(format!("# One column is not enough to know a file by.\nany = [[{signs}]]"));
    }
    line(format!("\n[[rows]]\ntable = \"{}\"\n\n[rows.columns]", kind.table));
    for (column, at) in &draft.rules {
        line(draft.rule(column, *at));
    }
    let given = |column: &str| draft.rules.iter().any(|(known, _)| *known == column);
    if kind.table != "people" && !given("status") {
        line("# The file does not say whether it is switched on.\nstatus = { const = \"unknown\" }".into());
    }
    for column in ["started", "ended"].into_iter().filter(|column| kind.table == "people" && !given(column)) {
        line(format!("# No column looks like `{column}`: without it no stay after leaving can be measured."));
    }
    for (table, column, about, [present, empty, absent]) in [
        ("accounts", "activity", "last_seen", ["seen", "never", "unknown"]),
        ("credentials", "activity", "last_used", ["seen", "never", "unknown"]),
        ("credentials", "expiry", "expires_at", ["date", "never", "unknown"]),
    ] {
        if let Some((_, at)) = draft.rules.iter().find(|(known, _)| table == kind.table && *known == about) {
            line(format!(
                "{column} = {{ path = {}, presence = {{ present = \"{present}\", empty = \"{empty}\", absent = \"{absent}\" }} }}",
                draft.text(*at)
            ));
        }
    }
    Suggestion { id, text: out }
}

fn usable(folded: &[String], at: usize) -> bool {
    let name = &folded[at];
    !name.is_empty() && !SECRETS.contains(&name.as_str()) && folded.iter().position(|other| other == name) == Some(at)
}

/// A rule for a status column with these words; a column called `disabled` says the opposite of one called `active`.
fn status(table: &str, name: &str, path: &str, words: &BTreeSet<String>) -> String {
    let [on, off, away] = match table {
        "people" => ["active", "terminated", "on_leave"],
        "credentials" => ["active", "inactive", "inactive"],
        _ => ["active", "disabled", "suspended"],
    };
    let turned = name.starts_with("disabled") || name.starts_with("suspended") || name.starts_with("locked");
    let of = |word: &str| match word {
        "false" | "no" | "0" if turned => Some(on),
        "true" | "yes" | "1" if turned => Some(off),
        word if ALIVE.contains(&word) => Some(on),
        word if GONE.contains(&word) => Some(off),
        word if AWAY.contains(&word) => Some(away),
        _ => None,
    };
    let known: Vec<&str> = if words.is_empty() {
        let usual: &[&str] = if turned { &["false", "true"] } else { &["active", "inactive", "true", "false"] };
        usual.to_vec()
    } else {
        words.iter().map(String::as_str).collect()
    };
    let map: Vec<String> =
        known.iter().filter_map(|word| Some(format!("{} = \"{}\"", quoted(word), of(word)?))).collect();
    let open: Vec<String> = known.iter().filter(|word| of(word).is_none()).map(|word| quoted(word)).collect();
    let note = if open.is_empty() { String::new() } else { format!("# What do these mean? {}\n", open.join(", ")) };
    format!(
        "{note}status = {{ path = {path}, map = {{ {} }}, missing = \"unknown\", other = \"=unknown\" }}",
        map.join(", ")
    )
}

/// An id and a system from the file's name.
fn names(path: &str) -> (String, String) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let mut id = String::new();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    let id = id.trim_matches('-');
    let id = if id.is_empty() { "file" } else { id };
    let folder = path.split_once('/').map_or(id, |(folder, _)| folder);
    (format!("my-{id}"), folder.replace(['"', '\\'], ""))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
