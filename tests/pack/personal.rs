//! A pack with pseudonyms of the samples, searched whole for every personal value of the samples.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use overstay::pack::read_parquet;
use polars::prelude::*;
use serde_json::Value;

use crate::render::pdf_core;
use crate::support::book::parts;
use crate::support::company::Company;

/// Values that may be found all the same, each with the reason: names that are words of English as well.
const EXCEPTIONS: [(&str, &str); 3] = [
    (
        "consultant",
        "the last name in the profile of a shared account, and a column of the agency's export that its mapping names",
    ),
    (
        "field",
        "the first name in a profile that belongs to nobody, and in the title Field Service Engineer and in the texts of the engine",
    ),
    ("test", "the last name in the same profile, and in the title Test Engineer and in the texts of the engine"),
];

/// The tables of the samples with their columns that tell of a person.
const TABLES: [(&str, &[&str]); 13] = [
    ("hr/workers.csv", &["Employee ID", "Worker", "Work Email", "User Name", "Other Email", "Manager Employee ID"]),
    ("hr/agency-roster.csv", &["Assignment No", "Client Worker ID", "Consultant"]),
    ("hr/temps-2026-07-31.csv", &["Pass", "Name", "E-mail"]),
    ("hr/temps-2026-08-31.csv", &["Pass", "Name", "E-mail"]),
    ("hr/temps-2026-09-30.csv", &["Pass", "Name", "E-mail"]),
    ("payroll/accounts.csv", &["account_id", "username", "email", "person_id", "owner"]),
    ("nhi/credentials.csv", &["credential_id", "account_id", "owner"]),
    ("aws/credential-report.csv", &["user", "arn"]),
    ("wiki/audit-2026-07.csv", &["account_id", "subject", "actor"]),
    ("wiki/audit-2026-09.csv", &["account_id", "subject", "actor"]),
    ("waivers.csv", &["subject", "reason", "approver"]),
    ("links.csv", &["account_id", "person_id", "reason", "approver"]),
    ("systems.csv", &["owner"]),
];

/// Who made the exports, as people write it.
const EXTRACTED: (&str, &[&str]) = ("extractions.csv", &["extracted_by"]);

/// The documents of the samples with the fields that tell of a person.
const DOCUMENTS: [(&str, &[&str]); 6] = [
    ("entra/users.json", ENTRA),
    ("entra/users-2026-08-31.json", ENTRA),
    ("entra/deleted-users.json", ENTRA),
    ("okta/users.json", &["login", "email", "secondEmail", "employeeNumber", "firstName", "lastName"]),
    ("okta/system-log.ndjson", &["alternateId"]),
    ("wiki/users-page-1.json", &["externalId", "userName", "value"]),
];
const ENTRA: &[&str] = &["userPrincipalName", "displayName", "mail", "employeeId"];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/acme")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(samples().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// Every personal value, in lower case, with where it stands.
fn values() -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let mut add = |value: &str, place: String| {
        if !value.trim().is_empty() {
            values.entry(value.trim().to_lowercase()).or_insert(place);
        }
    };
    for (path, columns) in TABLES.into_iter().chain([EXTRACTED]) {
        let text = read(path);
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = if text.lines().next().is_some_and(|line| line.contains(';')) { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        for name in columns {
            let at = header.iter().position(|column| column == *name).unwrap_or_else(|| panic!("{path} has no {name}"));
            rows.iter().filter_map(|row| row.get(at)).for_each(|cell| add(cell, format!("{path} {name}")));
        }
    }
    for (path, fields) in DOCUMENTS {
        let text = read(path);
        let documents: Vec<Value> = match serde_json::from_str(&text) {
            Ok(document) => vec![document],
            Err(_) => text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
        };
        let mut known = 0;
        for document in &documents {
            fields_of(document, fields, &mut |field, value| {
                known += 1;
                add(value, format!("{path} {field}"));
            });
        }
        assert!(known > 0, "{path} has none of {fields:?}");
    }
    values
}

fn fields_of(value: &Value, fields: &[&str], each: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| fields_of(item, fields, each)),
        Value::Object(object) => {
            // What is changed, and the system that changes, are no people.
            let kind = object.get("type").and_then(Value::as_str);
            if matches!(kind, Some("AppInstance" | "SystemPrincipal" | "AppGroup" | "UserGroup")) {
                return;
            }
            for (name, value) in object {
                match value {
                    Value::String(text) if fields.contains(&name.as_str()) => each(name, text),
                    _ => fields_of(value, fields, each),
                }
            }
        }
        _ => {}
    }
}

/// Everything that can be read in a file of a pack, in lower case.
fn text(name: &str, path: &Path, bytes: &[u8]) -> String {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let read = match ending {
        "pdf" => pdf_core::text(bytes),
        "xlsx" => parts(bytes).into_values().collect::<Vec<_>>().join("\n"),
        "parquet" => cells(&read_parquet(path).expect("a table")),
        _ => String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| panic!("{name} is no text")),
    };
    let escapes = [
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ];
    escapes.iter().fold(format!("{name}\n{read}").to_lowercase(), |text, (from, to)| text.replace(from, to))
}

fn cells(frame: &DataFrame) -> String {
    let mut out = String::new();
    for column in frame.columns() {
        if let Ok(texts) = column.as_materialized_series().str() {
            texts.iter().flatten().for_each(|cell| {
                out.push_str(cell);
                out.push('\n');
            });
        }
    }
    out
}

/// Whether a text has a value that is no part of a longer word.
fn has(text: &str, value: &str) -> bool {
    let word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    text.match_indices(value)
        .any(|(at, _)| !word(text[..at].chars().next_back()) && !word(text[at + value.len()..].chars().next()))
}

/// The values that a pack has, with the files that have them.
fn found(company: &Company, pack: &str, values: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in company.files(pack) {
        let text = text(&name, &company.path(pack).join(&name), &bytes);
        for value in values.keys().filter(|value| has(&text, value)) {
            found.entry(value.clone()).or_default().insert(name.clone());
        }
    }
    found
}

#[test]
fn nothing_personal_of_the_samples_is_in_a_pack_with_pseudonyms() {
    let company = Company::empty();
    company.write("key", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\n");
    std::fs::create_dir_all(company.path("packs")).expect("a folder");
    let samples = samples().display().to_string();
    let before = samples.clone() + "-2026-Q2";
    let report = |from: &str, out: &str, more: &[&str]| {
        let ran = company.run(&[&["report", from, "--out", out], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    // The pack before, and who accepted it and why, are told as well.
    report(&before, "packs/q2", &["--pseudonyms", "key"]);
    let reason = "agreed with Lena Hoffmann and 00104";
    assert_eq!(company.run(&["accept", "packs/q2", "--by", "Emre Öztürk", "--reason", reason]).code, 0);
    report(&samples, "packs/q3", &["--pseudonyms", "key", "--history", "packs"]);
    report(&samples, "named", &["--format", "html"]);
    let mut values = values();
    for text in ["Lena Hoffmann", "Emre Öztürk", reason] {
        values.insert(text.to_lowercase(), "the acceptance".to_owned());
    }
    assert!(values.len() > 500, "only {} values: the search is broken", values.len());
    assert!(found(&company, "named", &values).len() > 400, "the search finds nothing where names stand");
    let allowed: BTreeMap<&str, &str> = EXCEPTIONS.into_iter().collect();
    let found = found(&company, "packs/q3", &values);
    let told: Vec<String> = found
        .iter()
        .filter(|(value, _)| !allowed.contains_key(value.as_str()))
        .map(|(value, files)| format!("{value} ({}): {files:?}", values[value]))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    for (value, why) in allowed {
        assert!(found.contains_key(value), "{value} needs no exception: {why}");
    }
}
