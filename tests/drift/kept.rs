//! What happened does not un-happen, and who left earlier stays in view.

use serde_json::Value;

use super::{items, json};
use crate::support::company::Company;

const LIMITS: &str = "title = \"Limits\"\nextends = \"none\"\n\
    [metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
    [metrics.leaver-sign-in]\nlimit = \"0s\"\nseverity = \"critical\"\n\
    [metrics.orphan-accounts]\nlimit = \"0s\"\nseverity = \"medium\"\n\
    [metrics.unrotated-keys]\nlimit = \"90d\"\nseverity = \"low\"\n";

const PEOPLE: &str = "person_id,name,email,started_on,ended_on,end_recorded_at\n\
    1,Ana Alves,ana@corp.example,2020-01-01,,\n\
    2,Bo Berg,bo@corp.example,2020-01-01,2026-07-31,2026-07-20T09:00:00Z\n\
    3,Cy Chen,cy@corp.example,2020-01-01,2026-06-20,2026-06-10T09:00:00Z\n";

const ACCOUNTS: &str = "system,account_id,username,person_id,kind,status,created_at,disabled_at,last_seen_at\n\
    crm,a1,ana,1,human,active,2020-01-02T08:00:00Z,,2026-09-12T08:00:00Z\n\
    crm,a2,bo,2,human,disabled,2020-01-02T08:00:00Z,2026-08-20T08:00:00Z,2026-07-30T08:00:00Z\n\
    crm,a3,cy,3,human,active,2020-01-02T08:00:00Z,,2026-06-01T08:00:00Z\n";

const LOG: &str = "event_id,occurred_at,system,action,outcome,account_id,actor_kind\n\
    e1,2026-07-02T08:00:00Z,crm,sign_in,success,a1,self\n\
    e2,2026-08-10T08:00:00Z,crm,sign_in,success,a2,self\n\
    e3,2026-09-12T08:00:00Z,crm,sign_in,success,a1,self\n";

const KEYS: &str = "system,credential_id,kind,status,created_at\n";

fn company() -> Company {
    Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", LOG)
}

fn pack(company: &Company, period: &str, day: &str, out: &str) {
    let mut files = vec!["hr/people.csv", "crm/accounts.csv", "crm/log.csv"];
    files.extend(company.path("exports/crm/more.csv").exists().then_some("crm/more.csv"));
    company.write("exports/extractions.csv", super::extractions(&files, day));
    let as_of = format!("{day}T00:00:00Z");
    let args = ["report", "exports", "--period", period, "--as-of", &as_of, "--policy", "limits.toml", "--out", out];
    let ran = company.given(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Exit code, comparison, and what is not as before with its last reason.
fn compared(company: &Company) -> (i32, Value, Vec<String>) {
    let ran = company.run(&["drift", "first", "second", "--format", "json", "--limit", "100"]);
    let drift = json(&ran);
    let all = items(&drift).into_iter().zip(drift["items"].as_array().expect("items"));
    let standing =
        |item: &Value| ["still-open", "unchanged", "left-period"].iter().any(|class| item["class"] == *class);
    let why = |item: &Value| item["why"].as_array().and_then(|all| all.last()?.as_str().map(str::to_owned));
    let changed = all.filter(|(_, item)| !standing(item));
    let lines = changed.map(|(line, item)| format!("{line}: {}", why(item).unwrap_or_default()));
    (ran.code, drift.clone(), lines.collect())
}

/// A week later in the same quarter, after a change.
fn week(change: impl FnOnce(&Company)) -> (i32, Value, Vec<String>) {
    let company = company();
    pack(&company, "2026-Q3", "2026-09-14", "first");
    change(&company);
    pack(&company, "2026-Q3", "2026-09-21", "second");
    compared(&company)
}

/// The next quarter, after a change: Cy left in the second one, and the account is open.
fn quarter(waivers: [&str; 2], change: impl FnOnce(&Company)) -> (i32, Value, Vec<String>) {
    let header = "waiver_id,metric,subject,reason,approver,approved_on,expires_on\n";
    let company = company();
    company.write("exports/waivers.csv", header.to_owned() + waivers[0]);
    pack(&company, "2026-Q2", "2026-07-01", "first");
    company.write("exports/waivers.csv", header.to_owned() + waivers[1]);
    change(&company);
    pack(&company, "2026-Q3", "2026-10-01", "second");
    let (code, drift, lines) = compared(&company);
    (code, drift, lines.into_iter().filter(|line| line.contains("leaver-lag | cy")).collect())
}

#[test]
fn nothing_in_between() {
    let (code, _, lines) = week(|_| ());
    assert_eq!((code, lines), (0, Vec::new()));
}

#[test]
fn a_sign_in_that_the_log_does_not_tell_any_more() {
    let without = |line: &&str| !line.starts_with("e2,");
    let shorter = LOG.lines().filter(without).collect::<Vec<_>>().join("\n");
    let (code, _, lines) = week(|company| company.write("exports/crm/log.csv", &shorter));
    let said = "not-assessable | leaver-sign-in | bo: it happened, and is not told any more";
    assert_eq!((code, lines), (5, vec![said.to_owned()]));
}

#[test]
fn an_end_that_is_not_told_any_more_is_no_better() {
    let company = company();
    // Without a sign-in after the leave, which would show access by itself.
    company.write("exports/crm/log.csv", LOG.replace("success,a2", "success,a1"));
    pack(&company, "2026-Q3", "2026-09-14", "first");
    company.write("exports/crm/accounts.csv", ACCOUNTS.replace("2026-08-20T08:00:00Z", ""));
    pack(&company, "2026-Q3", "2026-09-21", "second");
    let (code, drift, _) = compared(&company);
    let bo = |item: &&Value| item["metric"] == "leaver-lag" && item["subject"] == "bo";
    let item = drift["items"].as_array().expect("items").iter().find(bo).expect("the account");
    assert_eq!((code, item["class"].as_str()), (5, Some("not-assessable")));
    assert_eq!(item["why"][0], "what showed it for certain is not told any more");
}

/// HR tells another leave date: the access was in time after all.
#[test]
fn what_was_told_wrongly_is_resolved() {
    let later = PEOPLE.replace("2026-07-31", "2026-08-20");
    let (_, _, lines) = week(|company| company.write("exports/hr/people.csv", &later));
    let lag: Vec<&String> = lines.iter().filter(|line| line.contains("leaver-lag | bo")).collect();
    let said = "resolved | leaver-lag | bo: the leave date of HR was 2026-08-01 00:00 UTC and is 2026-08-21 00:00 UTC";
    assert_eq!(lag, [said]);
}

/// A part of an export without any finding: what it held is not known any more.
#[test]
fn a_lost_part_without_a_finding_is_worse() {
    let company = company();
    let part =
        ACCOUNTS.lines().next().expect("a header").to_owned() + "\ncrm,a9,ana2,1,human,active,2020-01-02T08:00:00Z,,\n";
    company.write("exports/crm/more.csv", part);
    pack(&company, "2026-Q3", "2026-09-14", "first");
    std::fs::remove_file(company.path("exports/crm/more.csv")).expect("the file");
    pack(&company, "2026-Q3", "2026-09-21", "second");
    let (code, drift, lines) = compared(&company);
    assert_eq!((code, lines), (5, Vec::new()));
    assert_eq!(drift["sentence"], "No finding changed; 2 as before.");
    assert_eq!(
        drift["points"],
        serde_json::json!(["1 source is not, or not all, loaded: files of own-accounts of crm."])
    );
}

/// A part is missed also when an older export came beside it.
#[test]
fn a_lost_part_is_not_made_up_for_by_an_older_export() {
    let header = ACCOUNTS.lines().next().expect("a header").to_owned();
    let part = header + "\ncrm,a9,ana2,1,human,active,2020-01-02T08:00:00Z,,\n";
    let company = company().with("exports/crm/more.csv", part);
    pack(&company, "2026-Q3", "2026-09-14", "first");
    std::fs::remove_file(company.path("exports/crm/more.csv")).expect("the file");
    company.write("exports/crm/old.csv", ACCOUNTS);
    let files = ["hr/people.csv", "crm/accounts.csv", "crm/log.csv"];
    let times = super::extractions(&files, "2026-09-21") + "crm/old.csv,2026-08-25T00:00:00Z\n";
    company.write("exports/extractions.csv", times);
    let as_of = ["--as-of", "2026-09-21T00:00:00Z", "--policy", "limits.toml", "--out", "second"];
    let ran = company.run(&[&["report", "exports", "--period", "2026-Q3"], &as_of[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (code, drift, _) = compared(&company);
    let lost: Vec<&Value> =
        drift["context"].as_array().expect("context").iter().filter(|one| one["less"] == true).collect();
    assert_eq!((code, lost.len()), (5, 1), "{}", drift["context"]);
}

/// A log that tells of nothing is no lost log.
#[test]
fn a_quiet_log_is_no_loss() {
    let company = company().with("exports/hr/people.csv", PEOPLE.replace("2026-07-31", ""));
    let quiet = LOG.lines().next().expect("a header").to_owned() + "\n";
    pack(&company, "2026-Q3", "2026-09-14", "first");
    company.write("exports/crm/log.csv", quiet);
    pack(&company, "2026-Q3", "2026-09-21", "second");
    let (_, drift, _) = compared(&company);
    let lost: Vec<&Value> =
        drift["context"].as_array().expect("context").iter().filter(|one| one["less"] == true).collect();
    assert_eq!(lost, Vec::<&Value>::new());
    std::fs::remove_file(company.path("exports/crm/log.csv")).expect("the file");
    pack(&company, "2026-Q3", "2026-09-21", "second");
    let (code, drift, _) = compared(&company);
    assert_eq!((code, drift["context"][0]["what"].as_str()), (5, Some("own-events")));
    assert_eq!(drift["context"][0]["less"], true);
}

/// Items whose age was known are unknown now.
#[test]
fn a_metric_that_knows_less_is_said() {
    let keys = |dates: [&str; 3]| {
        let rows = dates.iter().enumerate().map(|(n, date)| format!("vault,k{n},api_key,active,{date}\n"));
        KEYS.to_owned() + &rows.collect::<String>()
    };
    let day = "2026-09-01T00:00:00Z";
    let company = company().with("exports/vault/keys.csv", keys([day, day, day]));
    pack(&company, "2026-Q3", "2026-09-14", "first");
    for (dates, code, result) in [([day, day, ""], 0, "changed"), ([day, "", ""], 5, "worse")] {
        company.write("exports/vault/keys.csv", keys(dates));
        pack(&company, "2026-Q3", "2026-09-14", "second");
        let (was, drift, _) = compared(&company);
        let age = drift["metrics"].as_array().expect("metrics").iter().find(|one| one["id"] == "unrotated-keys");
        assert_eq!(age.expect("the metric")["less_known"], true);
        // Of a metric that is met, any doubt is less in sight.
        assert!(was == 5 || was == code, "{result}");
    }
}

#[test]
fn a_leaver_whose_account_matches_another_leaver_is_no_less_open() {
    let (code, _, lines) = quarter(["", ""], |company| {
        company.write("exports/hr/people.csv", PEOPLE.replace("3,Cy", "33,Cy"));
        company.write("exports/crm/accounts.csv", ACCOUNTS.replace("cy,3,", "cy,33,"));
    });
    assert_eq!((code, lines), (0, vec!["aged | leaver-lag | cy: open for more than 90 d now".to_owned()]));
}

#[test]
fn waivers_of_earlier_leavers_are_those_of_today() {
    let one = "W1,leaver-lag,cy,known,boss,2026-06-21,2026-12-31\n";
    let two = "W2,leaver-lag,cy,known,boss,2026-06-21,2026-12-31\n";
    let other = "W1,leaver-lag,bo,known,boss,2026-06-21,2026-12-31\n";
    let waived = |drift: &Value| {
        let class = drift["classes"].as_array().expect("classes").iter().find(|one| one["class"] == "aged");
        class.expect("a class")["waived"].clone()
    };
    let (_, drift, lines) = quarter([one, one], |_| ());
    assert_eq!((waived(&drift).as_u64(), &lines[0][..5]), (Some(1), "aged "));
    let (_, drift, lines) = quarter([one, two], |_| ());
    assert_eq!(waived(&drift).as_u64(), Some(1));
    assert_eq!(lines, ["aged | leaver-lag | cy: another waiver covers it than before"]);
    let (_, _, lines) = quarter([one, other], |_| ());
    assert_eq!(lines, ["waiver-expired | leaver-lag | cy: a waiver covered it, and does not any more"]);
    let (_, _, lines) = quarter(["", one], |_| ());
    assert_eq!(lines, ["waived | leaver-lag | cy: a waiver in force covers it now"]);
}
