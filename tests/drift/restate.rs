//! The old period computed again from the exports of today.

use super::{CRM, LIMITS, PEOPLE, extractions, json, pack, week};
use crate::support::company::Company;

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
    better | leaver-lag | ed | shorter: 11 d 18 h instead of 13 d 18 h; the limit was 1 d and is 2 d; the leave date of HR was 2026-08-11 00:00 UTC and is 2026-08-13 00:00 UTC
    resolved | orphan-accounts | adopted | the account is matched to a person now
    ");
    assert_eq!(super::context(&drift)[0], "limit of leaver-lag: 1 d -> 2 d");
}

/// `metric | numbers | causes`.
fn restated(drift: &serde_json::Value) -> Vec<String> {
    let side =
        |value: &serde_json::Value| value.as_i64().map_or_else(|| "none".to_owned(), |number| number.to_string());
    let metrics = drift["restated"].as_array().expect("a restatement").iter();
    metrics
        .map(|metric| {
            let numbers = metric["numbers"].as_array().expect("numbers").iter().map(|one| {
                format!(
                    "{} {} -> {}",
                    one["number"].as_str().expect("a name"),
                    side(&one["before"]),
                    side(&one["after"])
                )
            });
            let causes = metric["causes"].as_array().expect("causes").iter();
            let causes = causes.map(|one| format!("{} {}", one["items"], one["cause"].as_str().expect("a cause")));
            let (numbers, causes): (Vec<_>, Vec<_>) = (numbers.collect(), causes.collect());
            format!("{} | {} | {}", metric["metric"].as_str().expect("an id"), numbers.join(", "), causes.join(", "))
        })
        .collect()
}

/// Computes the third quarter of `old` again from what the exports tell now.
fn again(company: &Company, policy: &str) -> serde_json::Value {
    let files = ["hr/people.csv", "crm/accounts.csv", "erp/users.csv"];
    company.write("exports/extractions.csv", extractions(&files, "2026-09-14"));
    let format = ["--format", "json", "--limit", "50"];
    json(&company.run(&[&["drift", "old", "exports", "--restate", "--policy", policy], &format[..]].concat()))
}

fn old() -> Company {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "old");
    company
}

#[test]
fn the_same_exports_give_the_same_numbers() {
    let drift = again(&old(), "limits.toml");
    assert_eq!(drift["result"], "unchanged");
    assert_eq!(restated(&drift), Vec::<String>::new());
    assert_eq!(drift["sentence"], "Nothing changed: 12 findings stand as before.");
}

/// An account that the export did not have, one that is not there any more, and a leave that HR told late.
#[test]
fn late_arrivals_and_withdrawals() {
    let company = old();
    company.write(
        "exports/crm/accounts.csv",
        CRM.replace("crm,stays,stays,,human,false,active,2026-08-01T08:00:00Z,\n", "")
            + "crm,late,late,,human,false,active,2026-08-03T08:00:00Z,\n"
            + "crm,later,later,,human,false,active,2026-08-04T08:00:00Z,\n",
    );
    company.write(
        "exports/hr/people.csv",
        PEOPLE.replace("ana@corp.example,2020-01-01,,", "ana@corp.example,2020-01-01,2026-09-01,2026-09-16T08:00:00Z"),
    );
    let drift = again(&company, "limits.toml");
    insta::assert_snapshot!(explained(&drift).join("\n"), @r"
    new | leaver-lag | ana | HR told no leave date before, and now 2026-09-02 00:00 UTC
    new | orphan-accounts | late | the account, there since 2026-08-03 08:00 UTC, was in no export before
    new | orphan-accounts | later | the account, there since 2026-08-04 08:00 UTC, was in no export before
    resolved | orphan-accounts | stays | the account is in no export any more
    ");
    insta::assert_snapshot!(restated(&drift).join("\n"), @r"
    former-staff-access | population 4 -> 5, unknown 4 -> 5, open 0 -> 1, p50_seconds none -> 1036800, p90_seconds none -> 1036800, p95_seconds none -> 1036800, max_seconds 0 -> 1036800 | 1 hr-date
    leaver-lag | population 4 -> 5, over 4 -> 5, open 0 -> 1, overstay_seconds 2937600 -> 3888000 | 1 hr-date
    leaver-lag-notified | excluded 0 -> 1 | 1 hr-date
    hr-recording-lag | population 4 -> 5, unknown 4 -> 5, open 0 -> 1, p90_seconds 0 -> none, p95_seconds 0 -> none, max_seconds 0 -> 1036800 | 1 hr-date
    leaver-sign-in | population 4 -> 5, unknown 4 -> 5 | 1 hr-date
    reenabled-leaver | excluded 0 -> 1 | 1 hr-date
    full-offboarding | population 4 -> 5, unknown 4 -> 5, open 0 -> 1 | 1 hr-date
    unexplained-account | population 8 -> 9, unknown 8 -> 9, open 8 -> 9 | 2 late-arrival, 1 withdrawn
    never-activated | population 9 -> 10, unknown 9 -> 10 | 2 late-arrival, 1 withdrawn
    orphan-accounts | population 9 -> 10, over 8 -> 9, open 8 -> 9 | 2 late-arrival, 1 withdrawn
    dormant-accounts | population 9 -> 10, unknown 9 -> 10 | 2 late-arrival, 1 withdrawn
    stale-disabled | excluded 9 -> 10 | 2 late-arrival, 1 withdrawn
    duplicate-accounts | excluded 8 -> 9 | 2 late-arrival, 1 withdrawn
    ");
}

#[test]
fn numbers_with_their_causes() {
    let company = old();
    company.write("exports/hr/people.csv", PEOPLE.replace("2026-08-10,2026-08-10T", "2026-08-12,2026-08-10T"));
    let crm = CRM
        .replace(
            "crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24",
            "crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-26",
        )
        .replace("crm,adopted,adopted,,", "crm,adopted,adopted,1,");
    company.write("exports/crm/accounts.csv", crm);
    company.write(
        "exports/waivers.csv",
        super::WAIVERS.to_owned() + "W2,orphan-accounts,waived,known,boss,2026-09-01,2026-12-31\n",
    );
    insta::assert_snapshot!(restated(&again(&company, "limits.toml")).join("\n"), @r"
    leaver-lag | p90_seconds 1188000 -> 1015200, p95_seconds 1188000 -> 1015200, max_seconds 1188000 -> 1015200 | 1 hr-date, 1 record
    leaver-lag-notified | p90_seconds 1188000 -> 1015200, p95_seconds 1188000 -> 1015200, max_seconds 1188000 -> 1015200 | 1 hr-date, 1 record
    full-offboarding | p90_seconds 1188000 -> 1015200, p95_seconds 1188000 -> 1015200, max_seconds 1188000 -> 1015200 | 1 hr-date, 1 record
    orphan-accounts | within 1 -> 2, over 8 -> 7, waived 1 -> 2, open 8 -> 7 | 1 match, 1 waiver
    duplicate-accounts | population 5 -> 6, unknown 5 -> 6, excluded 8 -> 7, open 0 -> 1, p90_seconds 0 -> none, p95_seconds 0 -> none, max_seconds 0 -> 3772800 | 1 match, 1 record
    waiver-overrun | population 1 -> 2, unknown 1 -> 2 | 1 late-arrival
    self-approved-waivers | population 1 -> 2, unknown 1 -> 2 | 1 late-arrival
    ");
}

/// Numbers may differ although every finding stands as it was: "nothing changed" would be wrong.
#[test]
fn other_numbers_without_another_finding() {
    let company = old();
    company.write(
        "exports/crm/accounts.csv",
        CRM.to_owned() + "crm,known,known,1,human,false,active,2026-08-03T08:00:00Z,\n",
    );
    let drift = again(&company, "limits.toml");
    assert_eq!(drift["result"], "unchanged");
    assert_eq!(drift["sentence"], "No finding changed.");
    let numbers = "6 metrics have other numbers: New accounts without a reason, Accounts never used since they were made and 4 more.";
    assert_eq!(drift["points"], serde_json::json!([numbers]));
    insta::assert_snapshot!(restated(&drift).join("\n"), @r"
    unexplained-account | population 8 -> 9, unknown 8 -> 9, open 8 -> 9 | 1 late-arrival
    never-activated | population 9 -> 10, unknown 9 -> 10 | 1 late-arrival
    orphan-accounts | population 9 -> 10, within 1 -> 2 | 1 late-arrival
    dormant-accounts | population 9 -> 10, unknown 9 -> 10 | 1 late-arrival
    stale-disabled | excluded 9 -> 10 | 1 late-arrival
    duplicate-accounts | population 5 -> 6, unknown 5 -> 6, open 0 -> 1, p90_seconds 0 -> none, p95_seconds 0 -> none, max_seconds 0 -> 3600000 | 1 late-arrival, 1 record
    ");
    let ran = company.run(&["drift", "old", "exports", "--restate", "--policy", "limits.toml"]);
    let table: Vec<&str> = ran
        .out
        .lines()
        .skip_while(|line| !line.starts_with("Numbers computed"))
        .take_while(|l| !l.is_empty())
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    Numbers computed again
    New accounts without a reason
        Was and is: items: was 8, is 9; unknown: was 8, is 9; open: was 8, is 9
        Items that explain it: 1 late arrival
    Accounts never used since they were made
        Was and is: items: was 9, is 10; unknown: was 9, is 10
        Items that explain it: 1 late arrival
    Accounts without a person
        Was and is: items: was 9, is 10; within: was 1, is 2
        Items that explain it: 1 late arrival
    Accounts nobody uses
        Was and is: items: was 9, is 10; unknown: was 9, is 10
        Items that explain it: 1 late arrival
    Disabled accounts never deleted
        Was and is: excluded: was 9, is 10
        Items that explain it: 1 late arrival
    Second accounts of one person
        Was and is: items: was 5, is 6; unknown: was 5, is 6; open: was 0, is 1; 90th percentile: was 0
          s, is none; 95th percentile: was 0 s, is none; longest: was 0 s, is 41 d 16 h
        Items that explain it: 1 late arrival, 1 corrected record
    ");
}

#[test]
fn a_changed_limit_explains_its_numbers() {
    let company = old();
    company.write("longer.toml", LIMITS.replace("24h", "480h"));
    let drift = again(&company, "longer.toml");
    assert_eq!(drift["result"], "changed", "{}", drift["sentence"]);
    insta::assert_snapshot!(explained(&drift).join("\n"), @r"
    other-limit | leaver-lag | ed | the limit was 1 d and is 20 d
    other-limit | leaver-lag | di | the limit was 1 d and is 20 d
    other-limit | leaver-lag | cy | the limit was 1 d and is 20 d
    other-limit | leaver-lag | bo | the limit was 1 d and is 20 d
    ");
    insta::assert_snapshot!(restated(&drift).join("\n"), @r"leaver-lag | within 0 -> 4, over 4 -> 0, limit_seconds 86400 -> 1728000, overstay_seconds 2937600 -> 0 | 4 limit");
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
