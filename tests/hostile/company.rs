//! A company whose people, systems, groups, errors and waivers have names that were written to do harm.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::support::company::Company;

/// Names as they stand in the exports. None begins or ends with a blank: readers of exports trim those.
pub(super) const NAMES: [&str; 20] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></style></script><svg/onload=alert(1)>",
    "{{ 7*7 }}",
    "{% raw %}{{ page.cover.title }}",
    "{#",
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "＝1+1",
    "invoice\u{202E}fdp.exe",
    "a\u{2066}b\u{2069}c",
    "bell\u{7}\u{1b}[31mred",
    "ad\u{200D}min\u{200B}",
    "two\nlines",
    "محمد العربي",
    "דוד כהן, \"הבוס\"",
    "👩\u{200D}💻 Zoë 日本",
];

/// A name of 10,000 characters without a blank.
pub(super) static LONG: LazyLock<String> = LazyLock::new(|| "Longname10".repeat(1_000));

/// A cell as CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn company() -> Company {
    let mut people = "person_id,name,email,started_on,ended_on,end_recorded_at\n".to_owned();
    let mut accounts =
        "system,account_id,username,person_id,kind,status,created_at,disabled_at,last_seen_at\n".to_owned();
    for (index, name) in NAMES.into_iter().chain([LONG.as_str()]).enumerate() {
        let name = quoted(name);
        // The name is the person, the mail, the account and the system all at once.
        let _ = writeln!(people, "{index},{name},{name},2020-01-01,2026-07-31,2026-07-20T09:00:00Z");
        let _ = writeln!(
            accounts,
            "{},a{index},{name},{index},human,active,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z",
            if index == 20 { "crm".to_owned() } else { name.clone() }
        );
    }
    let script = quoted(NAMES[0]);
    let formula = quoted(NAMES[7]);
    Company::empty()
        .with_documents()
        .with("exports/hr/people.csv", people)
        .with("exports/crm/accounts.csv", accounts)
        .with(
            "exports/waivers.csv",
            format!(
                "waiver_id,metric,subject,system,reason,approver,ticket,approved_on,expires_on\n\
                 {script},leaver-lag,{formula},,{script},{formula},{script},2026-07-01,2026-12-31\n"
            ),
        )
        .with(
            "exports/systems.csv",
            format!("system,title,owner,criticality,in_scope\ncrm,{script},{formula},{script},true\n"),
        )
        .with(
            "exports/extractions.csv",
            format!(
                "path,extracted_at,extracted_by,method,query\n\
                 hr/people.csv,2026-10-01T00:00:00Z,{script},{formula},{script}\n\
                 crm/accounts.csv,2026-10-01T00:00:00Z,{script},{formula},{script}\n"
            ),
        )
        .with("exports/overstay.toml", "organisation = '<script>alert(2)</script>{{ 7*7 }}'\n[systems]\ncrm = ['*']\n")
        // A file name is text as well.
        .with("exports/crm/=cmd<script>.csv", "neither,known\n1,2\n")
}

fn report(company: &Company) -> (BTreeMap<String, Vec<u8>>, String) {
    let ran = company.report();
    assert_eq!(ran.code, 0, "{}", ran.err);
    (company.files("pack"), ran.out + &ran.err)
}

/// The pack of the company, and what the run printed.
pub(super) fn reported() -> (BTreeMap<String, Vec<u8>>, String) {
    static ONCE: LazyLock<(BTreeMap<String, Vec<u8>>, String)> = LazyLock::new(|| report(&company()));
    ONCE.clone()
}

/// The pack of a company whose exports hold bytes that are no text, and JSON with half a surrogate.
pub(super) fn no_text() -> (BTreeMap<String, Vec<u8>>, String) {
    let mut people = b"person_id,name,email,started_on,ended_on,end_recorded_at\n".to_vec();
    for (id, name) in
        [("91", &b"lone\xed\xa0\x80surrogate"[..]), ("92", b"latin\xe9"), ("93", b"nul\0nul"), ("94", b"\xff\xfe")]
    {
        people.extend_from_slice(id.as_bytes());
        people.push(b',');
        people.extend_from_slice(name);
        people.extend_from_slice(b",x@corp.example,2020-01-01,2026-07-31,2026-07-20T09:00:00Z\n");
    }
    report(
        &Company::new().with_documents()
            .with("exports/agency/people.csv", people)
            .with(
                "exports/okta/users.json",
                r#"[{"id":"00u1","status":"ACTIVE","created":"2020-01-01T00:00:00.000Z","activated":null,"statusChanged":null,"lastLogin":null,"lastUpdated":"2026-01-01T00:00:00.000Z","passwordChanged":null,"type":{"id":"x"},"profile":{"login":"half\ud800@corp.example","email":"nul\u0000@corp.example","firstName":"A","lastName":"B"},"credentials":{"provider":{"type":"OKTA","name":"OKTA"}},"_links":{}}]"#,
            ),
    )
}
