//! Where the records are in a JSON document: at the top, in pages, in wrappers of recorded answers, in a text.

use base64::Engine as _;
use serde_json::Value;

use crate::source::path::{Path, WayStep, fold};

use super::around::Page;
use super::parsed::walk_value;
use super::pull::LONGEST;
use super::scan::{Member, Next, members, next};
use super::view::{View, add_inner, look_inside};

/// Keys under which the records of an answer usually stand (folded).
const GENERIC: [&str; 12] =
    ["data", "body", "value", "items", "records", "results", "resources", "result", "rows", "hits", "list", "response"];
/// A list of nothing has fewer marks than this.
const LONGEST_EMPTY: usize = 1_000;
/// How deep wrappers are looked into.
const DEEPEST: usize = 4;

/// How far a way can be followed in a stream, and what is left of it inside of what stands there.
fn stream_of(bytes: &[u8], value: Found, way: &[WayStep]) -> Option<(Vec<String>, Vec<WayStep>)> {
    let (mut keys, mut at) = (Vec::new(), value);
    for (place, step) in way.iter().enumerate() {
        let rest = || way[place..].to_vec();
        let WayStep::Key(key) = step else { return Some((keys, rest())) };
        let member = members(&bytes[..at.end], at.start).into_iter().find(|member| fold(&member.key) == *key)?;
        let first = bytes[member.start];
        if first != b'{' && first != b'[' {
            return Some((keys, rest()));
        }
        keys.push(key.clone());
        if first == b'[' {
            return Some((keys, way[place + 1..].to_vec()));
        }
        at = Found { start: member.start, end: member.end, complete: member.complete, object: true };
    }
    Some((keys, Vec::new()))
}

/// A place in the bytes, and whether the value there is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Found {
    pub(in crate::source) start: usize,
    pub(in crate::source) end: usize,
    pub(in crate::source) complete: bool,
    pub(in crate::source) object: bool,
}

/// The first top-level values.
pub(in crate::source) fn first_values(bytes: &[u8], most: usize) -> Vec<Found> {
    let (mut at, mut depth) = (0, 0);
    let mut out = Vec::new();
    while out.len() < most {
        match next(bytes, at, &mut depth) {
            Next::Value { start, end, object } => {
                out.push(Found { start, end, complete: true, object });
                at = end;
            }
            Next::Cut { start } => {
                let object = bytes[start] == b'{';
                out.push(Found { start, end: bytes.len(), complete: false, object });
                break;
            }
            Next::End => break,
        }
    }
    out
}

/// Whether the first top-level value is complete in the bytes.
pub(in crate::source) fn begins_complete(bytes: &[u8]) -> bool {
    first_values(bytes, 1).first().is_some_and(|found| found.complete)
}

/// Whether a document is a list of nothing, or of such lists.
pub(in crate::source) fn is_empty_list(bytes: &[u8]) -> bool {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
    let marks: Vec<u8> = bytes.iter().copied().filter(|byte| !blank(byte)).take(LONGEST_EMPTY).collect();
    marks.len() < LONGEST_EMPTY
        && serde_json::from_slice::<Vec<Vec<()>>>(bytes).is_ok_and(|all| all.iter().all(Vec::is_empty))
}

/// The records of one top-level value; `None` when the way does not exist in it. `page` gathers what stands beside the
/// way, before and after it.
pub(super) fn expand(bytes: &[u8], value: Found, way: &[String], mut page: Option<&mut Page>) -> Option<Vec<Found>> {
    let Some((key, rest)) = way.split_first() else {
        return Some(vec![value]);
    };
    let all = members(&bytes[..value.end], value.start);
    if let Some(page) = &mut page {
        for member in all.iter().filter(|member| member.complete && member.end - member.start <= LONGEST) {
            if fold(&member.key) != *key {
                page.beside(&member.key, &bytes[member.start..member.end]);
            }
        }
    }
    let member = all.into_iter().find(|member| fold(&member.key) == *key)?;
    let inner =
        Found { start: member.start, end: member.end, complete: member.complete, object: bytes[member.start] == b'{' };
    if !rest.is_empty() {
        return expand(bytes, inner, rest, page);
    }
    let records = match bytes[member.start] {
        b'[' => {
            let shift = member.start;
            let list = first_values(&bytes[member.start..member.end], usize::MAX);
            list.into_iter()
                .map(|found| Found { start: found.start + shift, end: found.end + shift, ..found })
                .collect()
        }
        b'{' => vec![inner],
        _ => Vec::new(),
    };
    if let Some(page) = page {
        page.settle();
        page.records = records.len() as u64;
    }
    Some(records)
}

/// Every place where records may be, the top level first.
pub(in crate::source) fn views(bytes: &[u8], wrappers: &[String], declared: &[Vec<WayStep>], most: usize) -> Vec<View> {
    let top = first_values(bytes, most);
    let parse = |found: &Found| serde_json::from_slice::<Value>(&bytes[found.start..found.end]).ok();
    let is_array = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let mut out = Vec::new();
    let whole: Vec<Value> = top.iter().filter(|found| found.complete).filter_map(parse).collect();
    // A list whose values cannot be parsed holds something: it is no empty list.
    let list_of = |records: &[Value], found: bool, list: bool| list && (!found || !records.is_empty());
    let is_list = list_of(&whole, !top.is_empty(), is_array);
    let alone = matches!(top.as_slice(), [only] if only.object) && !is_array;
    out.push(View { lone: alone, ..View::usual(Vec::new(), whole, is_list, None) });
    let mut ways: Vec<(Vec<String>, bool)> = Vec::new();
    let first = top.iter().find(|found| found.object);
    if let Some(first) = first {
        find_ways(bytes, *first, wrappers, &mut Vec::new(), &mut ways);
    }
    let usual = ways.len();
    let mut inside = Vec::new();
    if let Some(first) = first {
        let keys: Vec<String> =
            members(&bytes[..first.end], first.start).iter().map(|member| fold(&member.key)).collect();
        for way in declared {
            if way.first().is_none_or(|step| matches!(step, WayStep::Key(key) if !keys.contains(key))) {
                continue;
            }
            match stream_of(bytes, *first, way) {
                Some((keys, rest)) if rest.is_empty() || !keys.is_empty() => {
                    if !ways.iter().any(|(known, _)| *known == keys) {
                        ways.push((keys.clone(), false));
                    }
                    inside.push((keys, rest));
                }
                _ => {}
            }
        }
    }
    for (place, (way, list)) in ways.into_iter().enumerate() {
        let found: Vec<Found> = top
            .iter()
            .filter_map(|value| expand(bytes, *value, &way, None))
            .flatten()
            .filter(|found| found.complete)
            .take(most)
            .collect();
        let records: Vec<Value> = found.iter().filter_map(parse).collect();
        let entity = entity(bytes, &way);
        let is_list = list_of(&records, !found.is_empty(), list);
        let beside = first.map(|first| beside(bytes, *first, &way)).unwrap_or_default();
        let lone =
            !is_array && matches!((top.as_slice(), first), ([_], Some(first)) if is_object_at(bytes, *first, &way));
        out.push(View { declared: place >= usual, beside, lone, ..View::usual(way, records, is_list, entity) });
    }
    for (way, rest) in inside.into_iter().filter(|(_, rest)| !rest.is_empty()) {
        if let Some(at) = out.iter().position(|view| view.inner.is_empty() && view.way == way) {
            add_inner(&mut out, at, &rest, true);
        }
    }
    look_inside(&mut out, declared);
    out
}

/// The lists of objects that stand beside the one at the end of a way, with their first records.
pub(in crate::source) fn lists_beside(bytes: &[u8], way: &[String], most: usize) -> Vec<(String, Vec<Value>)> {
    let Some((last, before)) = way.split_last() else { return Vec::new() };
    let Some(mut at) = first_values(bytes, 1).into_iter().next().filter(|found| found.object) else {
        return Vec::new();
    };
    for key in before {
        let member = members(&bytes[..at.end], at.start).into_iter().find(|member| fold(&member.key) == *key);
        let Some(member) = member.filter(|member| bytes[member.start] == b'{') else { return Vec::new() };
        at = Found { start: member.start, end: member.end, complete: member.complete, object: true };
    }
    let others = members(&bytes[..at.end], at.start).into_iter().filter(|member| fold(&member.key) != *last);
    let list = |member: Member| {
        let records = first_values(&bytes[member.start..member.end], most).into_iter().filter(|found| found.complete);
        let parse = |found: Found| serde_json::from_slice(&bytes[member.start..][found.start..found.end]).ok();
        let records: Vec<Value> = records.filter_map(parse).filter(Value::is_object).collect();
        (bytes[member.start] == b'[' && !records.is_empty()).then_some((member.key, records))
    };
    others.filter_map(list).collect()
}

/// Whether one object alone stands at the end of a way through objects.
fn is_object_at(bytes: &[u8], value: Found, way: &[String]) -> bool {
    let mut at = value;
    for key in way {
        let member = members(&bytes[..at.end], at.start).into_iter().find(|member| fold(&member.key) == *key);
        let Some(member) = member.filter(|member| bytes[member.start] == b'{') else { return false };
        at = Found { start: member.start, end: member.end, complete: member.complete, object: true };
    }
    !way.is_empty()
}

/// Folded keys of the objects on a way.
fn beside(bytes: &[u8], value: Found, way: &[String]) -> Vec<String> {
    let (mut out, mut at) = (Vec::new(), Some(value));
    for key in way {
        let Some(object) = at.filter(|found| bytes[found.start] == b'{') else { break };
        let all = members(&bytes[..object.end], object.start);
        out.extend(all.iter().map(|member| fold(&member.key)));
        let next = all.into_iter().find(|member| fold(&member.key) == *key);
        at = next.map(|next| Found { start: next.start, end: next.end, complete: next.complete, object: true });
    }
    out
}

/// Whether records may stand under a key.
pub(super) fn is_wrapper(key: &str, wrappers: &[String]) -> bool {
    leads_on(&fold(key), wrappers)
}

fn leads_on(folded: &str, wrappers: &[String]) -> bool {
    GENERIC.contains(&folded) || wrappers.iter().any(|wrapper| wrapper == folded)
}

/// The entity set of a document, where its context names one and nothing inside of it.
fn entity(bytes: &[u8], way: &[String]) -> Option<String> {
    let path = Path::column("@odata.context");
    let context = document_text(bytes, &path, way)?;
    let (_, after) = context.split_once('#')?;
    let (name, rest) = after.split_at(after.find(['(', '/']).unwrap_or(after.len()));
    let select = rest.starts_with('(') && rest.ends_with(')') && !rest.contains(['\'', '/']);
    (rest.is_empty() || rest == "/$delta" || select).then(|| name.to_owned())
}

fn find_ways(
    bytes: &[u8],
    value: Found,
    wrappers: &[String],
    way: &mut Vec<String>,
    out: &mut Vec<(Vec<String>, bool)>,
) {
    if way.len() >= DEEPEST {
        return;
    }
    for member in members(&bytes[..value.end], value.start) {
        let key = fold(&member.key);
        if !leads_on(&key, wrappers) {
            continue;
        }
        way.push(key);
        match bytes[member.start] {
            b'[' => out.push((way.clone(), true)),
            b'{' => {
                out.push((way.clone(), false));
                let inner = Found { start: member.start, end: member.end, complete: member.complete, object: true };
                find_ways(bytes, inner, wrappers, way, out);
            }
            _ => {}
        }
        way.pop();
    }
}

/// The text at a path of the document or of one of the wrappers on the way to its records.
pub(in crate::source) fn document_text(bytes: &[u8], path: &Path, way: &[String]) -> Option<String> {
    let mut value = first_values(bytes, 1).into_iter().next().filter(|found| found.object)?;
    let mut way = way.iter();
    loop {
        let all = members(&bytes[..value.end], value.start);
        let at = path.head().and_then(|head| all.iter().find(|member| member.complete && fold(&member.key) == head));
        if let Some(member) = at
            && let Ok(parsed) = serde_json::from_slice::<Value>(&bytes[member.start..member.end])
            && let Some(text) = walk_value(&parsed, &path.steps[1..]).1
        {
            return Some(text);
        }
        let key = way.next()?;
        let member = all.into_iter().find(|member| fold(&member.key) == *key)?;
        value = Found { start: member.start, end: member.end, complete: member.complete, object: true };
        if bytes[member.start] != b'{' {
            return None;
        }
    }
}

/// CSV that travels as a text inside an answer (`Content`, plain or base64), with the keys down to it.
pub(in crate::source) fn content_csv(value: &Value) -> Option<(String, Vec<String>)> {
    for way in [&[][..], &["data"][..], &["body"][..]] {
        let mut at = value;
        for key in way {
            at = at.get(*key).unwrap_or(&Value::Null);
        }
        let Some(Value::String(content)) = at.get("Content") else { continue };
        let way = way.iter().map(|key| (*key).to_owned()).collect();
        if looks_delimited(content) {
            return Some((content.clone(), way));
        }
        let packed: String = content.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
        let text = String::from_utf8(bytes).ok().filter(|text| looks_delimited(text))?;
        return Some((text, way));
    }
    None
}

fn looks_delimited(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains([',', ';', '\t']))
        && !text.trim_start().starts_with(['{', '['])
}
