//! What changed between two packs: planted changes against lists written by hand, and laws of no change.

mod accepted;
mod classes;
mod commands;
mod earlier;
mod kept;
mod laws;
mod own;
mod report;
mod restate;
mod unseen;
mod worse;

use serde_json::Value;

use crate::support::company::{Company, Ran};

/// Three metrics, so that every finding can be named by hand.
const LIMITS: &str = "title = \"Three limits\"\nextends = \"none\"\n\
    [metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
    [metrics.orphan-accounts]\nlimit = \"0s\"\nseverity = \"medium\"\n\
    [metrics.unrotated-keys]\nlimit = \"90d\"\nseverity = \"low\"\n";

const PEOPLE: &str = "person_id,name,email,started_on,ended_on,end_recorded_at\n\
    1,Ana Alves,ana@corp.example,2020-01-01,,\n\
    2,Bo Berg,bo@corp.example,2020-01-01,2026-07-31,2026-07-20T09:00:00Z\n\
    3,Cy Chen,cy@corp.example,2020-01-01,2026-08-14,2026-08-10T09:00:00Z\n\
    4,Di Diaz,di@corp.example,2020-01-01,2026-08-14,2026-08-10T09:00:00Z\n\
    5,Ed Eder,ed@corp.example,2020-01-01,2026-08-10,2026-08-10T09:00:00Z\n";

const CRM: &str = "system,account_id,username,person_id,kind,privileged,status,created_at,disabled_at\n\
    crm,a1,ana,1,human,false,active,2020-01-02T08:00:00Z,\n\
    crm,a2,bo,2,human,false,disabled,2020-01-02T08:00:00Z,2026-08-05T18:00:00Z\n\
    crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24T18:00:00Z\n\
    crm,a4,di,4,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24T18:00:00Z\n\
    crm,a5,ed,5,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24T18:00:00Z\n\
    crm,stays,stays,,human,false,active,2026-08-01T08:00:00Z,\n\
    crm,ages,ages,,human,false,active,2026-08-18T08:00:00Z,\n\
    crm,adopted,adopted,,human,false,active,2026-08-01T08:00:00Z,\n\
    crm,promoted,promoted,,human,false,active,2026-08-01T08:00:00Z,\n\
    crm,demoted,demoted,,human,true,active,2026-08-01T08:00:00Z,\n\
    crm,waived,waived,,human,false,active,2026-08-01T08:00:00Z,\n\
    crm,lapsed,lapsed,,human,false,active,2026-08-01T08:00:00Z,\n";

const ERP: &str =
    "system,account_id,username,kind,status,created_at\nerp,lost,lost,human,active,2026-08-01T08:00:00Z\n";

const WAIVERS: &str = "waiver_id,metric,subject,reason,approver,approved_on,expires_on\n\
    W1,orphan-accounts,lapsed,known,boss,2026-08-01,2026-09-17\n";

/// The company of the first week: its exports in `exports`, made at the given day.
fn week(day: &str) -> Company {
    Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", CRM)
        .with("exports/erp/users.csv", ERP)
        .with("exports/waivers.csv", WAIVERS)
        .with("exports/extractions.csv", extractions(&["hr/people.csv", "crm/accounts.csv", "erp/users.csv"], day))
}

fn extractions(files: &[&str], day: &str) -> String {
    files.iter().fold("path,extracted_at\n".to_owned(), |text, file| text + file + "," + day + "T00:00:00Z\n")
}

/// Writes a pack of the third quarter as it is on a day.
fn pack(company: &Company, day: &str, out: &str) {
    let as_of = format!("{day}T00:00:00Z");
    let ran = company.given(&[
        "report",
        "exports",
        "--period",
        "2026-Q3",
        "--as-of",
        &as_of,
        "--policy",
        "limits.toml",
        "--out",
        out,
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn drift(company: &Company, baseline: &str, current: &str) -> (i32, Value) {
    let ran = company.run(&["drift", baseline, current, "--format", "json", "--limit", "100"]);
    (ran.code, json(&ran))
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|cause| panic!("{cause}: {}{}", ran.out, ran.err))
}

/// `class | metric | subject`, sorted as the comparison sorts them.
fn items(drift: &Value) -> Vec<String> {
    let word = |item: &Value, name: &str| item[name].as_str().expect("text").to_owned();
    let items = drift["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| format!("{} | {} | {}", word(item, "class"), word(item, "metric"), word(item, "subject")))
        .collect()
}

/// Classes with any finding and their counts.
fn counts(drift: &Value) -> String {
    let classes = drift["classes"].as_array().expect("classes");
    let some = classes.iter().filter(|count| count["count"] != 0);
    some.map(|count| format!("{} {}", count["count"], count["class"].as_str().expect("a class")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `what: before -> after`.
fn context(drift: &Value) -> Vec<String> {
    let side = |value: &Value| value.as_str().map_or_else(|| "none".to_owned(), str::to_owned);
    let changes = drift["context"].as_array().expect("context");
    changes
        .iter()
        .map(|one| {
            format!("{}: {} -> {}", one["what"].as_str().expect("text"), side(&one["before"]), side(&one["after"]))
        })
        .collect()
}
