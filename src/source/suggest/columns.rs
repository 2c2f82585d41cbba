//! The columns of a file that no mapping fits, as far as they may be shown.

use serde_json::Value;

/// The names of the columns of a file, or of the members of its records, and the first values.
#[derive(Debug, Clone)]
pub(in crate::source) struct Columns {
    pub(super) names: Vec<String>,
    /// Values by row, in the order of the names.
    pub(super) rows: Vec<Vec<String>>,
}

/// Members deeper than this are left to the writer of the mapping.
const DEEPEST: usize = 3;
/// Values of a column that are looked at.
const LOOKED_AT: usize = 200;

impl Columns {
    /// The columns of delimited text, where its first line holds names.
    pub(in crate::source) fn of_table(names: &[String], rows: &[Vec<(String, String)>]) -> Option<Self> {
        let cells = rows.iter().take(LOOKED_AT).map(|row| row.iter().map(|(_, cell)| cell.clone()).collect());
        is_header(names).then(|| Self { names: names.to_vec(), rows: cells.collect() })
    }

    /// The members of records, those inside of others too, as paths.
    pub(in crate::source) fn of_records(records: &[Value]) -> Option<Self> {
        let mut names: Vec<String> = Vec::new();
        let flat: Vec<Vec<(String, String)>> = records
            .iter()
            .take(LOOKED_AT)
            .map(|record| {
                let mut cells = Vec::new();
                flatten(record, "", DEEPEST, &mut cells);
                for (name, _) in &cells {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
                cells
            })
            .collect();
        let cell = |row: &[(String, String)], name: &String| {
            row.iter().find(|(known, _)| known == name).map(|(_, cell)| cell.clone()).unwrap_or_default()
        };
        // Keys that are values of their own are data, and may be anybody's.
        is_header(&names).then(|| Self {
            rows: flat.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()).collect(),
            names: names.clone(),
        })
    }

    /// The values of a column that are not blank.
    pub(super) fn values(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(at).map(|cell| cell.trim())).filter(|cell| !cell.is_empty())
    }
}

fn flatten(value: &Value, name: &str, depth: usize, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|_| depth > 0) {
                let key = if key.contains(['.', '[', '|']) { format!("\"{key}\"") } else { key.clone() };
                let name = if name.is_empty() { key } else { format!("{name}.{key}") };
                flatten(member, &name, depth - 1, out);
            }
        }
        Value::Array(_) => {}
        Value::Null => out.push((name.to_owned(), String::new())),
        Value::String(text) => out.push((name.to_owned(), text.clone())),
        other => out.push((name.to_owned(), other.to_string())),
    }
}

/// Whether the first line of a text holds names of columns. A line of any other text may hold somebody's secret: it
/// is never printed.
fn is_header(names: &[String]) -> bool {
    let named: Vec<&String> = names.iter().filter(|name| !name.trim().is_empty()).collect();
    let ends_in_digit =
        |word: &str| word.ends_with(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_alphabetic());
    let numbered = named.iter().filter(|name| words(name).any(ends_in_digit)).count();
    !named.is_empty() && named.iter().all(|name| is_name(name)) && numbered * 3 <= named.len()
}

/// The parts of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The longest word of a name, and the longest name.
const LONGEST_WORD: usize = 40;
const LONGEST_NAME: usize = 100;

/// Whether a text may be the name of a column: words of letters, or short numbers. `cert_1_active` and `Address 2` are;
/// `hunter2-S3cret`, `KEY=…`, `dn: cn=…` and long tokens are not.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_-.()/&'\"\\#%?*+,\u{feff}".contains(c);
    let word = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        let length = word.chars().count();
        let number = digits == length && digits <= 2;
        // `address2` is a name, `S3cret` and `a8f3` are none.
        let trailing = digits <= 1 && word.ends_with(|c: char| c.is_ascii_digit());
        let mixed = length >= 16 && capitals * 3 > length && capitals < length;
        length <= LONGEST_WORD && (digits == 0 || number || trailing) && !mixed
    };
    text.chars().count() <= LONGEST_NAME
        && text.chars().all(plain)
        && text.chars().any(char::is_alphabetic)
        && words(text).all(word)
}
