//! Less evidence is never good news: what is gone because a cell, a row, a file or a format is gone.

use serde_json::Value;

use super::{context, items, json};
use crate::support::company::Company;

const LIMITS: &str = "title = \"Limits\"\nextends = \"none\"\n\
    [metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
    [metrics.leaver-credentials]\nlimit = \"24h\"\nseverity = \"high\"\n\
    [metrics.orphan-accounts]\nlimit = \"0s\"\nseverity = \"medium\"\n\
    [metrics.dormant-accounts]\nlimit = \"90d\"\nseverity = \"low\"\n\
    [metrics.ownerless-nhi]\nlimit = \"0s\"\nseverity = \"low\"\n\
    [metrics.unrotated-keys]\nlimit = \"90d\"\nseverity = \"low\"\n";

const PEOPLE: &str = "person_id,name,email,started_on,ended_on,end_recorded_at\n\
    1,Ana Alves,ana@corp.example,2020-01-01,,\n\
    2,Bo Berg,bo@corp.example,2020-01-01,2026-07-31,2026-07-20T09:00:00Z\n";

const AGENCY: &str = "person_id,name,email,started_on,ended_on,end_recorded_at\n\
    8,Yan Young,yan@agency.example,2020-01-01,2026-07-31,2026-07-20T09:00:00Z\n\
    9,Zed Zorn,zed@agency.example,2020-01-01,2026-07-31,2026-07-20T09:00:00Z\n";

const ACCOUNTS: &str = "system,account_id,username,person_id,kind,status,created_at,disabled_at,last_seen_at,owner\n\
    crm,a1,ana,1,human,active,2020-01-02T08:00:00Z,,2026-01-10T08:00:00Z,\n\
    crm,a2,bo,2,human,active,2020-01-02T08:00:00Z,,2026-09-10T08:00:00Z,\n\
    crm,a8,yan,8,human,active,2020-01-02T08:00:00Z,,2026-09-10T08:00:00Z,\n\
    crm,a9,zed,9,human,disabled,2020-01-02T08:00:00Z,2026-08-20T08:00:00Z,2026-08-10T08:00:00Z,\n\
    crm,o1,orphan,,human,active,2020-01-02T08:00:00Z,,2026-09-10T08:00:00Z,\n\
    crm,s1,robot,,service,active,2020-01-02T08:00:00Z,,2026-09-10T08:00:00Z,\n\
    crm,s2,owned,,service,active,2020-01-02T08:00:00Z,,2026-09-10T08:00:00Z,1\n";

const KEYS: &str = "system,credential_id,kind,owner,status,created_at,rotated_at\n\
    vault,k1,api_key,1,active,2024-01-01T00:00:00Z,\nvault,k8,api_key,8,active,2026-07-20T00:00:00Z,\n";

fn company() -> Company {
    Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/agency/people.csv", AGENCY)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/vault/keys.csv", KEYS)
}

fn pack(company: &Company, day: &str) {
    let mut files = vec!["hr/people.csv", "agency/people.csv", "crm/accounts.csv", "vault/keys.csv"];
    files.extend(company.path("exports/crm/keys.csv").exists().then_some("crm/keys.csv"));
    company.write("exports/extractions.csv", super::extractions(&files, day));
    let as_of = format!("{day}T00:00:00Z");
    let period = ["report", "exports", "--period", "2026-Q3", "--as-of", &as_of];
    let ran = company.given(&[&period[..], &["--policy", "limits.toml", "--out", day]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Both weeks, with a change between them: exit code, comparison, and what is not as before with its first reason.
fn after(change: impl FnOnce(&Company)) -> (i32, Value, Vec<String>) {
    let company = company();
    pack(&company, "2026-09-14");
    change(&company);
    pack(&company, "2026-09-21");
    let ran = company.run(&["drift", "2026-09-14", "2026-09-21", "--format", "json", "--limit", "100"]);
    let drift = json(&ran);
    let all = items(&drift).into_iter().zip(drift["items"].as_array().expect("items"));
    let changed = all.filter(|(_, item)| item["class"] != "still-open" && item["class"] != "unchanged");
    let lines = changed.map(|(line, item)| format!("{line}: {}", item["why"][0].as_str().unwrap_or_default()));
    (ran.code, drift.clone(), lines.collect())
}

fn accounts(change: impl FnOnce(String) -> String) -> impl FnOnce(&Company) {
    |company: &Company| company.write("exports/crm/accounts.csv", change(ACCOUNTS.to_owned()))
}

#[test]
fn nothing_in_between() {
    let (code, drift, lines) = after(|_| ());
    assert_eq!((code, drift["result"].as_str(), lines), (0, Some("unchanged"), Vec::new()));
}

#[test]
fn a_status_that_is_not_known_any_more() {
    let (code, _, lines) = after(accounts(|text| text.replace("orphan,,human,active", "orphan,,human,unknown")));
    assert_eq!(
        (code, lines),
        (
            5,
            vec![
                "not-assessable | orphan-accounts | orphan: nothing can be said about it now: status not known".into()
            ]
        )
    );
    let (code, _, lines) = after(accounts(|text| text.replace("bo,2,human,active", "bo,2,human,unknown")));
    assert_eq!(
        (code, lines),
        (5, vec!["not-assessable | leaver-lag | bo: how long it surely was is told less exactly".into()])
    );
}

#[test]
fn usage_data_that_is_switched_off() {
    let none = |text: String| {
        let used = ["2026-01-10T08:00:00Z", "2026-08-10T08:00:00Z", "2026-09-10T08:00:00Z"];
        used.iter().fold(text, |text, at| text.replace(at, ""))
    };
    let (code, _, lines) = after(accounts(none));
    assert_eq!(
        (code, lines),
        (5, vec!["not-assessable | dormant-accounts | ana: nothing can be said about it now: no usage data".into()])
    );
}

#[test]
fn a_column_that_is_gone() {
    let last = |line: &'_ str| line.rsplit_once(',').expect("a cell").0.to_owned();
    let without = |text: String| {
        text.lines().map(last).collect::<Vec<_>>().join(
            "
",
        )
    };
    let (code, _, lines) = after(accounts(without));
    assert_eq!(
        (code, lines),
        (5, vec!["not-assessable | ownerless-nhi | robot: nothing can be said about it now: the source has no owner field".into()])
    );
}

#[test]
fn a_row_that_cannot_be_used() {
    let (code, _, lines) = after(accounts(|text| text.replace("crm,o1,orphan", "crm,,orphan")));
    assert_eq!(
        (code, lines),
        (5, vec!["not-assessable | orphan-accounts | orphan: the account is in no export any more".into()])
    );
}

/// What is in no export any more while everything was read is gone.
#[test]
fn a_row_that_is_deleted() {
    let deleted = |text: String| {
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains("orphan")).collect();
        kept.join(
            "
",
        )
    };
    let (code, drift, lines) = after(accounts(deleted));
    assert_eq!((code, drift["result"].as_str()), (0, Some("better")));
    assert_eq!(lines, ["resolved | orphan-accounts | orphan: the account is in no export any more"]);
}

/// People have no system: that a source of them is gone must be seen all the same.
#[test]
fn a_source_of_people_that_is_gone() {
    let (code, drift, lines) = after(|company| {
        std::fs::remove_file(company.path("exports/agency/people.csv")).expect("the file");
    });
    assert_eq!(code, 5);
    assert_eq!(context(&drift)[0], "files of own-people: 2 -> 1");
    assert_eq!(
        lines,
        [
            "not-assessable | leaver-credentials | k8: the metric could not be assessed any more",
            "not-assessable | leaver-lag | zed: HR does not know the person any more",
            "new | orphan-accounts | yan: the account is matched to nobody now",
        ]
    );
}

/// Whom a new list of people does not show is no better known than before: what is found of them is new. Whom it shows
/// is seen for the first time.
#[test]
fn a_source_of_people_that_came() {
    let (code, _, lines) = after(|company| {
        let ana = "{\"value\":[{\"id\":\"e1\",\"userPrincipalName\":\"ana@corp.example\",\"mail\":\"ana@corp.example\",\
            \"accountEnabled\":true,\"createdDateTime\":\"2020-01-02T08:00:00Z\",\"employeeId\":\"1\",\"userType\":\"Member\"}]}";
        company.write("exports/entra/users.json", ana);
        accounts(|text| text + "crm,o2,late,,human,active,2020-01-02T08:00:00Z,,2026-09-10T08:00:00Z,\n")(company);
    });
    assert_eq!(
        (code, lines),
        (
            5,
            vec![
                "new | orphan-accounts | late: the account, there since 2020-01-02 08:00 UTC, was in no export before"
                    .to_owned()
            ]
        )
    );
    let company = company();
    std::fs::remove_file(company.path("exports/agency/people.csv")).expect("the file");
    pack(&company, "2026-09-14");
    company.write("exports/agency/people.csv", AGENCY);
    pack(&company, "2026-09-21");
    let drift = json(&company.run(&["drift", "2026-09-14", "2026-09-21", "--format", "json", "--limit", "100"]));
    let lines: Vec<String> = items(&drift).into_iter().filter(|line| line.ends_with("yan")).collect();
    assert_eq!(lines, ["newly-assessable | leaver-lag | yan", "resolved | orphan-accounts | yan"]);
}

/// A format whose rows name their systems: another file of it is there.
#[test]
fn an_inventory_of_one_system_that_is_gone() {
    let company = company().with("exports/crm/keys.csv", KEYS.replace("vault,k1", "crm,k2"));
    pack(&company, "2026-09-14");
    std::fs::remove_file(company.path("exports/crm/keys.csv")).expect("the file");
    pack(&company, "2026-09-21");
    let drift = json(&company.run(&["drift", "2026-09-14", "2026-09-21", "--format", "json", "--limit", "100"]));
    assert_eq!(context(&drift)[0], "own-credentials of crm: read -> none");
    let gone: Vec<String> = items(&drift).into_iter().filter(|line| line.contains("k2")).collect();
    assert_eq!(gone, ["not-assessable | unrotated-keys | k2"]);
}

/// A format that the metric does not read decides nothing.
#[test]
fn what_a_metric_does_not_read() {
    let added = "crm,o2,late,,human,active,2026-09-15T08:00:00Z,,2026-09-16T08:00:00Z,\n";
    let (code, _, lines) = after(|company| {
        company.write("exports/crm/accounts.csv", ACCOUNTS.to_owned() + added);
        company.write(
            "exports/crm/keys.csv",
            KEYS.replace("vault,k1", "crm,k2").replace("2024", "2026-09").replace("2026-09-01-01", "2026-09-01"),
        );
    });
    assert_eq!((code, lines), (5, vec!["new-in-period | orphan-accounts | late: ".to_owned()]));
}

/// HR says that the leave was before the period: the metric does not look at it, but the account can still sign in.
#[test]
fn a_leave_date_that_moves_before_the_period() {
    let (code, drift, lines) = after(|company| {
        company.write("exports/hr/people.csv", PEOPLE.replace("2026-07-31", "2026-06-15"));
    });
    assert_eq!((code, lines), (0, Vec::new()));
    let item =
        drift["items"].as_array().expect("items").iter().find(|item| item["subject"] == "bo").expect("the account");
    assert_eq!((item["class"].as_str(), item["metric"].as_str()), (Some("still-open"), Some("leaver-lag")));
    assert_eq!(item["why"][0], "its person left before this period began, and the account can still sign in");
}

/// A key that was changed and is overdue again is another stay, not a shorter one.
#[test]
fn another_stay_of_the_same_key() {
    let company = company();
    let report = |period: &str, day: &str| {
        company.write("exports/extractions.csv", super::extractions(&["hr/people.csv", "vault/keys.csv"], day));
        let ran = company.given(&["report", "exports", "--period", period, "--policy", "limits.toml", "--out", period]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    report("2026-Q1", "2026-04-01");
    company.write(
        "exports/vault/keys.csv",
        KEYS.replace("2024-01-01T00:00:00Z,", "2024-01-01T00:00:00Z,2026-04-10T00:00:00Z"),
    );
    report("2026-Q3", "2026-10-01");
    let ran = company.run(&["drift", "2026-Q1", "2026-Q3", "--format", "json", "--limit", "100"]);
    let drift = json(&ran);
    let of_key: Vec<String> = items(&drift).into_iter().filter(|line| line.contains("unrotated-keys | k1")).collect();
    assert_eq!(of_key, ["reopened | unrotated-keys | k1", "resolved | unrotated-keys | k1"]);
    assert_eq!(
        context(&drift)[0],
        "neither period looks at the time from 2026-04-01 00:00 UTC to 2026-07-01 00:00 UTC: none -> none"
    );
}

#[test]
fn a_finding_behind_a_gap_is_not_resolved() {
    let without =
        |text: String| text.lines().filter(|line| !line.contains("orphan")).map(|line| format!("{line}\n")).collect();
    // The whole list does not have it any more.
    let (_, _, lines) = after(accounts(without));
    assert_eq!(lines, ["resolved | orphan-accounts | orphan: the account is in no export any more"]);
    // The same beside a file of that system that holds nothing: it may stand there.
    let (code, _, lines) = after(|company| {
        accounts(without)(company);
        company.write("exports/crm/more.csv", "");
    });
    assert_eq!(code, 5);
    assert_eq!(lines, ["not-assessable | orphan-accounts | orphan: the account is in no export any more"]);
}
