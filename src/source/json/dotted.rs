//! Names with dots that stand for a tree: `emails.0.address` is the member of an element of a list. Some tools write
//! slashes in their place: `emails/0/address`.

use serde_json::{Map, Value};

/// A name, taken apart.
pub(in crate::source) type Steps = Vec<Step>;

/// One step into a tree.
pub(in crate::source) enum Step {
    Member(String),
    Element(usize),
}

/// A list in a name has no more elements than this.
const LONGEST: usize = 10_000;

/// The steps of a name; one that is no tree is one step.
pub(in crate::source) fn steps(name: &str) -> Steps {
    // Log stores mark lists by braces, and times by their zone.
    let name = name.strip_suffix(" [UTC]").unwrap_or(name);
    let parts =
        name.split(separator(name)).map(|part| part.trim_end_matches("{}")).map(|part| match part.parse::<usize>() {
            Ok(at) if at < LONGEST => Step::Element(at),
            _ => Step::Member(part.to_owned()),
        });
    let steps: Steps = parts.collect();
    let is_tree = matches!(steps.first(), Some(Step::Member(_)))
        && steps.iter().all(|step| !matches!(step, Step::Member(part) if part.trim().is_empty()));
    if is_tree { steps } else { vec![Step::Member(name.to_owned())] }
}

/// Puts a value at its place. What is deeper wins: `emails` beside `emails.0.address` is only a count.
pub(in crate::source) fn put(at: &mut Value, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        if !at.is_object() && !at.is_array() {
            *at = value;
        }
        return;
    };
    match step {
        Step::Member(name) => {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            if let Value::Object(members) = at {
                put(members.entry(name.as_str()).or_insert(Value::Null), rest, value);
            }
        }
        Step::Element(place) => {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            if let Value::Array(list) = at {
                if list.len() <= *place {
                    list.resize(place + 1, Value::Null);
                }
                put(&mut list[*place], rest, value);
            }
        }
    }
}

/// Whether a name is one of parts between dots; `@odata.type` and the names of schemas are none.
fn is_dotted(name: &str) -> bool {
    are_parts(name, separator(name))
}

fn are_parts(name: &str, separator: char) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "_-{}".contains(c));
    name.contains(separator) && name.split(separator).all(is_part)
}

/// What stands between the parts of a name: a dot, or a slash in a name of nothing else.
fn separator(name: &str) -> char {
    if !name.contains('.') && are_parts(name, '/') { '/' } else { '.' }
}

/// Whether some record has names of parts between dots.
pub(super) fn have_dots(records: &[Value]) -> bool {
    records.iter().filter_map(Value::as_object).any(|members| members.keys().any(|name| is_dotted(name)))
}

/// A record as the tree that its names stand for.
pub(super) fn tree(record: &Value) -> Option<Value> {
    let members = record.as_object()?;
    let mut out = Value::Object(Map::new());
    members.iter().for_each(|(name, value)| {
        let way = if is_dotted(name) { steps(name) } else { vec![Step::Member(name.clone())] };
        put(&mut out, &way, value.clone());
    });
    Some(out)
}
