//! The old period computed again from the exports of today.

use super::{CRM, LIMITS, PEOPLE, extractions, json, pack, week};

/// `class | metric | subject | why` of what changed.
fn explained(drift: &serde_json::Value) -> Vec<String> {
    let items = drift["items"].as_array().expect("items").iter().filter(|item| item["class"] != "still-open");
    let word = |item: &serde_json::Value, name: &str| item[name].as_str().expect("text").to_owned();
    items
        .map(|item| {
            let why = item["why"].as_array().expect("reasons").iter().map(|one| one.as_str().expect("text"));
            let why: Vec<&str> = why.collect();
            format!(
                "{} | {} | {} | {}",
                word(item, "class"),
                word(item, "metric"),
                word(item, "subject"),
                why.join("; ")
            )
        })
        .collect()
}

#[test]
fn each_changed_number_is_explained() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "old");
    // HR corrects a date, the removal of another account turns out to be later, a limit is raised, an orphan is claimed.
    company.write("exports/hr/people.csv", PEOPLE.replace("2026-08-10,2026-08-10T", "2026-08-12,2026-08-10T"));
    let crm = CRM
        .replace(
            "crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24",
            "crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-26",
        )
        .replace("crm,adopted,adopted,,", "crm,adopted,adopted,1,");
    company.write("exports/crm/accounts.csv", crm);
    company.write("limits.toml", LIMITS.replace("24h", "48h"));
    let files = ["hr/people.csv", "crm/accounts.csv", "erp/users.csv"];
    company.write("exports/extractions.csv", extractions(&files, "2026-09-14"));
    let ran = company.run(&[
        "drift",
        "old",
        "exports",
        "--restate",
        "--policy",
        "limits.toml",
        "--format",
        "json",
        "--limit",
        "50",
    ]);
    let drift = json(&ran);
    assert_eq!(drift["reference"]["kind"], "restatement");
    assert_eq!(drift["current"]["as_of"], "2026-09-14T00:00:00Z");
    insta::assert_snapshot!(explained(&drift).join("\n"), @r"
    worse | leaver-lag | cy | longer: 11 d 18 h instead of 9 d 18 h; the limit was 1 d and is 2 d; its end was 2026-08-24 18:00 UTC and is 2026-08-26 18:00 UTC
    better | leaver-lag | ed | shorter: 11 d 18 h instead of 13 d 18 h; the limit was 1 d and is 2 d; its beginning was 2026-08-11 00:00 UTC and is 2026-08-13 00:00 UTC
    resolved | orphan-accounts | adopted | the account is matched to a person now
    ");
    assert_eq!(super::context(&drift)[0], "limit of leaver-lag: 1 d -> 2 d");
}

#[test]
fn it_takes_no_other_period() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "old");
    let ran = company.run(&["drift", "old", "exports", "--restate", "--period", "2026-Q2"]);
    insta::assert_snapshot!(ran.messages(), @r"
    error: --restate takes period and as-of from the baseline
    exit 2
    ");
}
