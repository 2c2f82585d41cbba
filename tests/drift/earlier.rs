//! What was open when its period ended, and is not looked at in the next one: it must not be said to be resolved.

use serde_json::Value;

use overstay::pack::{Manifest, sha256_of};

use super::{counts, items, json};
use crate::support::company::Company;

const PEOPLE: &str = "person_id,name,email,started_on,ended_on,end_recorded_at\n\
    1,Stays On,on@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    2,Switched Off,off@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    3,Comes Back,back@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    4,Is Purged,purged@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    5,Hands Over,over@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    6,Is Deleted,deleted@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    7,Is Unknown,unknown@corp.example,2020-01-01,2026-09-11,2026-09-01T09:00:00Z\n\
    8,Is Here,here@corp.example,2020-01-01,,\n";

const ACCOUNTS: &str = "system,account_id,username,person_id,kind,status,created_at\n\
    crm,a1,=on,1,human,active,2020-01-02T08:00:00Z\n\
    crm,a2,off,2,human,active,2020-01-02T08:00:00Z\n\
    crm,a3,back,3,human,active,2020-01-02T08:00:00Z\n\
    crm,a4,purged,4,human,active,2020-01-02T08:00:00Z\n\
    crm,a5,over,5,human,active,2020-01-02T08:00:00Z\n\
    crm,a6,deleted,6,human,active,2020-01-02T08:00:00Z\n\
    crm,a7,unknown,7,human,active,2020-01-02T08:00:00Z\n";

const EVENTS: &str = "event_id,occurred_at,system,action,outcome,account_id,actor_kind\n\
    e1,2026-09-20T08:00:00Z,crm,update,failure,a1,sync\n";

const LIMITS: &str = "title = \"Two limits\"\nextends = \"none\"\n\
    [metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
    [metrics.sync-recovery]\nlimit = \"24h\"\nseverity = \"low\"\n";

fn pack(company: &Company, period: &str, day: &str) {
    let files = ["hr/people.csv", "crm/accounts.csv", "crm/log.csv"];
    company.write("exports/extractions.csv", super::extractions(&files, day));
    let ran = company.given(&["report", "exports", "--period", period, "--policy", "limits.toml", "--out", period]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn the_access_of_who_left_in_the_period_before() {
    let company = Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", EVENTS);
    pack(&company, "2026-Q3", "2026-09-30");
    let purged = PEOPLE.lines().filter(|line| !line.starts_with("4,")).collect::<Vec<_>>().join("\n");
    company.write("exports/hr/people.csv", purged + "\n3,Comes Back,back@corp.example,2026-11-02,,\n");
    company.write(
        "exports/crm/accounts.csv",
        ACCOUNTS
            .replace("off,2,human,active", "off,2,human,disabled")
            .replace("over,5,human", "over,8,human")
            .replace("crm,a6,deleted,6,human,active,2020-01-02T08:00:00Z\n", "")
            .replace("unknown,7,human,active", "unknown,7,human,unknown"),
    );
    // Another change failed and was repaired in time: the metric has something to look at.
    let log = EVENTS.replace("2026-09-20", "2026-11-20").replace("a1", "a2");
    company.write("exports/crm/log.csv", log + "e2,2026-11-20T09:00:00Z,crm,update,success,a2,sync\n");
    pack(&company, "2026-Q4", "2026-12-31");
    let ran = company.run(&["drift", "2026-Q3", "2026-Q4", "--format", "json", "--limit", "100"]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    let drift = json(&ran);
    let mut lines: Vec<String> = items(&drift)
        .iter()
        .zip(drift["items"].as_array().expect("items"))
        .map(|(line, item)| format!("{line}: {}", item["why"][0].as_str().expect("a reason")))
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "aged | leaver-lag | =on: its person left before this period began, and the account can still sign in",
            "aged | leaver-lag | purged: the account can still sign in, and matches nobody now",
            // The purged account matches nobody now, and may be what the deleted one became.
            "not-assessable | leaver-lag | deleted: the account is in no export any more",
            "not-assessable | leaver-lag | unknown: whether the account can sign in is not known any more",
            "not-assessable | sync-recovery | update a1: it failed before this period began, and a later repair is \
             not looked for",
            "resolved | leaver-lag | back: its person is employed",
            "resolved | leaver-lag | off: the account cannot sign in any more",
            "resolved | leaver-lag | over: the account is matched to another person now",
        ]
    );
    assert_eq!(counts(&drift), "3 not-assessable, 2 aged, 3 resolved");
}

/// A metric that looks only at what begins in a period says nothing of what began before and has no end yet.
#[test]
fn what_is_open_is_not_resolved_because_its_metric_looks_elsewhere() {
    let limits = LIMITS.to_owned() + "[metrics.full-offboarding]\nlimit = \"24h\"\nseverity = \"high\"\n";
    let company = Company::empty()
        .with("limits.toml", limits)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", EVENTS);
    pack(&company, "2026-Q3", "2026-09-30");
    pack(&company, "2026-Q4", "2026-12-31");
    let drift = json(&company.run(&["drift", "2026-Q3", "2026-Q4", "--format", "json", "--limit", "100"]));
    let of_people = |line: &String| line.contains("full-offboarding");
    let classes: Vec<String> = items(&drift).into_iter().filter(of_people).collect();
    assert!(classes.len() > 2, "{classes:?}");
    assert!(classes.iter().all(|line| line.starts_with("not-assessable | ")), "{classes:?}");
    assert_ne!(drift["result"], "better", "{}", drift["sentence"]);
}

/// Two changes to one account are two things: the second did not reopen the first.
#[test]
fn another_change_of_the_same_account_is_new() {
    let company = Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", EVENTS.to_owned() + "e2,2026-09-23T08:00:00Z,crm,update,success,a1,sync\n");
    pack(&company, "2026-Q3", "2026-09-30");
    company.write("exports/crm/log.csv", EVENTS.replace("2026-09-20", "2026-11-20").replace("update", "disable"));
    pack(&company, "2026-Q4", "2026-12-31");
    let drift = json(&company.run(&["drift", "2026-Q3", "2026-Q4", "--format", "json", "--limit", "100"]));
    let changes: Vec<String> = items(&drift).into_iter().filter(|line| line.contains("sync-recovery")).collect();
    assert_eq!(changes, ["new-in-period | sync-recovery | disable a1", "left-period | sync-recovery | update a1"]);
}

/// A failure in the log of then that the earlier report did not see, and one that happened since.
#[test]
fn what_was_over_already_came_late() {
    let company = Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", EVENTS);
    let files = ["hr/people.csv", "crm/accounts.csv", "crm/log.csv"];
    // The log tells of every day: that it is silent about a repair shows that there was none.
    let daily: String =
        (1..30).map(|day| format!("s{day},2026-09-{day:02}T12:00:00Z,crm,sign_in,success,a5,self\n")).collect();
    let log = |failures: &str| company.write("exports/crm/log.csv", EVENTS.to_owned() + &daily + failures);
    log("");
    let pack = |day: &str| {
        company.write("exports/extractions.csv", super::extractions(&files, day));
        let as_of = format!("{day}T00:00:00Z");
        let period = ["report", "exports", "--period", "2026-Q3", "--as-of", &as_of];
        let ran = company.given(&[&period[..], &["--policy", "limits.toml", "--out", day]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    pack("2026-09-24");
    let row = |id: &str, at: &str, account: &str| format!("{id},{at}T08:00:00Z,crm,update,failure,{account},sync\n");
    let more = [row("e2", "2026-09-10", "a2"), row("e3", "2026-09-23", "a3"), row("e4", "2026-09-25", "a4")];
    log(&more.concat());
    pack("2026-09-30");
    let drift = json(&company.run(&["drift", "2026-09-24", "2026-09-30", "--format", "json"]));
    let new = drift["items"].as_array().expect("items").iter().filter(|item| item["class"] != "still-open");
    let said: Vec<String> = new.map(|item| format!("{} {}: {}", item["class"], item["subject"], item["why"])).collect();
    let late = "it was over its limit by then, and the exports of the earlier report did not show it";
    // Of the second one a day had not passed.
    assert_eq!(
        said,
        [
            "\"new-in-period\" \"update a4\": []".to_owned(),
            format!("\"new\" \"update a2\": [\"{late}\"]"),
            "\"new\" \"update a3\": []".to_owned(),
            "\"aged\" \"update a1\": [\"open for more than 7 d now\"]".to_owned(),
        ]
    );
}

/// One finding of a metric that also had doubts before does not bring the metric into sight, nor does its end hide it.
#[test]
fn doubts_that_stay_are_no_change_of_sight() {
    let company = Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/systems.csv", "system,title,in_scope\ncrm,CRM,yes\nerp,ERP,yes\n")
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", EVENTS);
    pack(&company, "2026-Q3", "2026-09-30");
    // In the next period one person leaves, and access ends in time.
    company
        .write("exports/hr/people.csv", PEOPLE.replace("2020-01-01,,", "2020-01-01,2026-11-13,2026-11-02T09:00:00Z"));
    let account = "crm,a8,here,8,human,disabled,2020-01-02T08:00:00Z\n";
    company.write("exports/crm/accounts.csv", ACCOUNTS.replace("active", "disabled") + account);
    company.write("exports/crm/log.csv", EVENTS.to_owned() + "e2,2026-11-13T18:00:00Z,crm,disable,success,a8,sync\n");
    pack(&company, "2026-Q4", "2026-12-31");
    for (baseline, current) in [("2026-Q3", "2026-Q4"), ("2026-Q4", "2026-Q3")] {
        let drift = json(&company.run(&["drift", baseline, current, "--format", "json"]));
        let metrics = drift["metrics"].as_array().expect("metrics");
        let metric = metrics.iter().find(|metric| metric["id"] == "leaver-lag").expect("the metric");
        let mut statuses = [&metric["before"]["status"], &metric["after"]["status"]].map(Value::as_str);
        statuses.sort_unstable();
        assert_eq!(statuses, [Some("insufficient-evidence"), Some("not-met")]);
        assert!(metric["class"].is_null(), "{metric}");
    }
}

/// A pack whose findings.csv has no names yet is compared as any other, and so is one with a byte order mark.
#[test]
fn packs_without_names_and_packs_with_a_mark_are_read() {
    let company = Company::empty()
        .with("limits.toml", LIMITS)
        .with("exports/hr/people.csv", PEOPLE)
        .with("exports/crm/accounts.csv", ACCOUNTS)
        .with("exports/crm/log.csv", EVENTS);
    pack(&company, "2026-Q3", "2026-09-30");
    let files = company.files("2026-Q3");
    let text = String::from_utf8(files["findings.csv"].clone()).expect("UTF-8");
    assert!(
        text.lines()
            .next()
            .expect("a header")
            .ends_with("person_name,department,manager,system_owner,metric_title,references")
    );
    assert!(text.lines().nth(1).expect("a finding").contains("Stays On"), "{text}");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let first = header.iter().position(|name| name == "person_name").expect("names");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(header).chain(reader.records().map(|row| row.expect("a row"))) {
        writer.write_record(row.iter().take(first)).expect("a row");
    }
    let before = String::from_utf8(writer.into_inner().expect("bytes")).expect("UTF-8");
    for (name, findings) in [("before", before.clone()), ("marked", format!("\u{FEFF}{before}"))] {
        let mut manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).expect("a manifest");
        for output in manifest.outputs.iter_mut().filter(|output| output.path == "findings.csv") {
            output.bytes = findings.len() as u64;
            output.sha256 = sha256_of(findings.as_bytes());
        }
        for (path, bytes) in &files {
            company.write(&format!("{name}/{path}"), bytes);
        }
        company.write(&format!("{name}/findings.csv"), &findings);
        company.write(&format!("{name}/manifest.json"), manifest.sealed().to_json());
        let ran = company.run(&["drift", name, "2026-Q3", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(json(&ran)["result"], "unchanged", "{}", ran.out);
    }
}
