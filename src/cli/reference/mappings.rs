//! The page of the mapping language, out of its schema.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::source;
use crate::time::TimeFormat;

/// The JSON Schema of a mapping file.
pub(super) fn schema() -> String {
    let mut schema = source::schema().to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".to_owned(), "urn:overstay:mapping".into());
        root.insert("title".to_owned(), "A source mapping of overstay".into());
    }
    let mut text = crate::json::pretty(&schema);
    text.push('\n');
    text
}

/// Sections of the page: the type, its title, and an example.
const SECTIONS: [(&str, &str, &str); 10] = [
    ("", "The file", ""),
    (
        "RawRecognise",
        "[recognise]: how a file is known",
        "[[recognise]]\nall = [\"id\", \"profile.login\"]\nany = [[\"statusChanged\", \"lastLogin\"]]\n\n[[recognise]]\nat = [\"Users{}\"]\nall = [\"username\", \"last_login\"]\n",
    ),
    (
        "RawRows",
        "[[rows]]: what a record gives",
        "[[rows]]\ntable = \"entitlements\"\nwhen = { state = \"active\" }\neach = \"groups|split(;)\"\n\n[rows.columns]\naccount_id = \"^.id\"\nentitlement = \".\"\n",
    ),
    (
        "RawRuleTable",
        "Rules: how a column gets its value",
        "[rows.columns]\naccount_id = { path = \"name\", take = \"projects/{}/keys/{this}\" }\nstatus = { path = \"state\", map = { on = \"active\", off = \"disabled\" }, other = \"=unknown\" }\ndisplay_name = { join = [\"first\", \"last\"], all = true }\nlast_seen = { latest = [\"webLogin\", \"apiLogin\"], time = [\"epoch\"] }\n",
    ),
    (
        "RawCase",
        "Cases of a rule",
        "[rows.columns.status]\ncases = [\n  { when = { deletedAt = { present = true } }, is = \"deleted\" },\n  { when = { enabled = \"true\" }, is = \"active\" },\n]\nmissing = \"unknown\"\n",
    ),
    (
        "RawPresence",
        "Words for presence",
        "[rows.columns]\nactivity = { path = \"lastLogin\", presence = { present = \"seen\", empty = \"never\", absent = \"unknown\" } }\n",
    ),
    (
        "RawTestTable",
        "Conditions",
        "when = { userAccountControl = { not_bit = 2 }, name = { like = \"svc-*\" }, kind = [\"user\", \"guest\"] }\n",
    ),
    (
        "RawSkip",
        "[[skip]] and [[doubt]]",
        "[[skip]]\nreason = \"a group, not a user\"\nwhen = { objectClass = \"group\" }\n",
    ),
    (
        "RawLeavesOut",
        "[leaves_out]: what a list does not hold",
        "[leaves_out]\nwhat = \"deleted users\"\nshown_by = { deletedAt = { present = true } }\nquery = [\"showdeleted\"]\nhint = \"ask for deleted users too\"\n",
    ),
    ("FileFact", "Facts about the file", ""),
];

const PATHS: &str = "\
## Paths

| path | what it reads |
|---|---|
| `profile.login` | members of objects; lists on the way are walked through |
| `emails[0].value` | an element of a list |
| `target[type=User,AppUser].id` | the first element whose member is one of the words |
| `\"@odata.type\"`, `\"a.b\".c` | a key with a dot in it, in quotes |
| `memberOf|split(;)` | the parts of a text |
| `.` | the element itself, where `each` unfolds a list of texts |
| `^.id` | from the record, where `each` unfolds a list of it |
| `@key` | the key of the map, where `at` unfolds one with `{}` |

Keys are compared without regard to case, `_`, `-` and blanks. A text that holds a JSON object is walked into where a path
goes on behind it. A rule takes the first value, `join` takes all. In a mapping with `format = \"csv\"` a path is the name
of a column.

In CSV and spreadsheets a mapping with `format = \"json\"` finds a tree: `name.fullName` is a member of `name`,
`emails.0.address` stands in a list, an empty cell is null, a cell that holds JSON is what it holds. LDIF gives a record
per entry (`dn`, attributes by name; for changes `changetype` and `changes[]` with `op`, `attribute`, `values`), YAML one
per document, Parquet one per row, tables whose columns and rows stand apart (Log Analytics, Snowflake, BigQuery, Athena,
Databricks) one per row.

";

/// `docs/mappings.md`.
pub(super) fn page() -> String {
    let schema = source::schema().to_value();
    let mut out = format!("# The language of mappings\n\n{}", super::NOTE);
    out.push_str("A mapping is a TOML file that says what an export is and what its records give. [A mapping in ten minutes](first-mapping.md) shows one from the start; [sources](sources.md) lists those that ship. `docs/mapping.schema.json` is the same as a JSON Schema: an editor with a TOML language server completes and checks by it (`#:schema mapping.schema.json` in the first line).\n\n");
    out.push_str(PATHS);
    for (name, title, example) in SECTIONS {
        let shape = if name.is_empty() { Some(&schema) } else { schema.pointer(&format!("/$defs/{name}")) };
        let Some(shape) = shape else { continue };
        let _ = writeln!(out, "## {title}\n\n{}\n", text(shape));
        if let Some(Value::Object(members)) = shape.get("properties") {
            table(&mut out, shape, members);
        } else if let Some(Value::Array(words)) = shape.get("oneOf") {
            out.push_str("| word | meaning |\n|---|---|\n");
            for word in words {
                let name = word.get("const").and_then(Value::as_str).unwrap_or_default();
                let _ = writeln!(out, "| `{name}` | {} |", text(word));
            }
        }
        if !example.is_empty() {
            let _ = write!(out, "\n```toml\n{example}```\n");
        }
        out.push('\n');
    }
    out.push_str("## Forms of time\n\nA column of times is read as a whole: where the forms that the mapping names read none of its values, and exactly one other form reads them all, that one is used, and said.\n\n| form | how it looks |\n|---|---|\n");
    let forms = schema.pointer("/$defs/TimeFormat/oneOf").and_then(Value::as_array);
    for form in TimeFormat::ALL {
        let is = |word: &&Value| word.get("const").and_then(Value::as_str) == Some(form.name());
        let _ = writeln!(
            out,
            "| `{}` | {} |",
            form.name(),
            forms.and_then(|forms| forms.iter().find(is)).map_or(String::new(), text)
        );
    }
    out
}

fn table(out: &mut String, shape: &Value, members: &Map<String, Value>) {
    let required: Vec<&str> =
        shape.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    out.push_str("| key | value | meaning |\n|---|---|---|\n");
    for (key, member) in members {
        let needed = if required.contains(&key.as_str()) { ", required" } else { "" };
        let _ = writeln!(out, "| `{key}` | {}{needed} | {} |", kind(member), text(member));
    }
}

/// The description of a part of the schema, on one line.
fn text(shape: &Value) -> String {
    let text = shape.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// What a value looks like.
fn kind(shape: &Value) -> String {
    let of = |shape: &Value| match shape.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next()) {
        Some("RawRule") => "rule".to_owned(),
        Some("RawTest") => "condition".to_owned(),
        Some("TimeFormat") => "form of time".to_owned(),
        Some("RawCase") => "case".to_owned(),
        Some("RawSkip" | "RawRows" | "RawRecognise" | "OneOrMany" | "RawPresence" | "RawLeavesOut") => {
            "table".to_owned()
        }
        Some(_) => "word".to_owned(),
        None => kind(shape),
    };
    if let Some(Value::Array(any)) = shape.get("anyOf") {
        return any
            .iter()
            .find(|one| one.get("type").and_then(Value::as_str) != Some("null"))
            .map_or(String::new(), of);
    }
    if shape.get("$ref").is_some() {
        return of(shape);
    }
    let types: Vec<&str> = match shape.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).filter(|one| *one != "null").collect(),
        _ => Vec::new(),
    };
    match types.as_slice() {
        ["string"] => "text".to_owned(),
        ["boolean"] => "true or false".to_owned(),
        ["integer" | "number"] => "number".to_owned(),
        ["array"] => format!("list of {}", plural(&shape.get("items").map_or(String::new(), of))),
        ["object"] => match shape.get("additionalProperties") {
            Some(inner) if inner.is_object() => format!("table of {}", plural(&of(inner))),
            _ => "table".to_owned(),
        },
        _ => "text or table".to_owned(),
    }
}

/// More than one: the first word is the one that is counted.
fn plural(what: &str) -> String {
    match what.split_once(' ') {
        Some((first, rest)) => format!("{first}s {rest}"),
        None => format!("{what}s"),
    }
}
