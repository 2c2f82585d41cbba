//! A company's own formats, metrics, controls and limits, through one line of the project file.

use crate::support::company::{Company, verdicts};

pub(super) const SOURCE: &str = r#"
id = "badge"
title = "Badge system: users"
description = "The list of the gatehouse."
class = "application"
format = "csv"
zone = "project"
time = ["iso"]

[recognise]
all = ["Badge No", "Login", "State"]

[[rows]]
table = "accounts"

[rows.columns]
account_id = "Badge No"
username = "Login"
status = { path = "State", map = { "on" = "active", "off" = "disabled" } }
created_at = "Made"
last_seen = "Seen"
activity = { path = "Seen", presence = { present = "seen", empty = "never", absent = "unknown", all_empty = "unknown" } }
"#;

pub(super) const METRIC: &str = r#"/*---
id = "never-used"
order = 500
title = "Accounts that were never used"
question = "Which accounts were made and never used?"
group = "accounts"
shape = "duration"
unit = "account"
statistic = "none"
needs = ["accounts"]
definition = "Population: enabled accounts whose source knows of no use. The stay runs from creation to the export."
caveats = ["As good as the usage data."]

[reason]
open = "{subject} in {system} was made on {began} and never used"
closed = "{subject} in {system} was never used"
---*/
SELECT 'account' AS subject_kind, account_id AS subject, system, person_id, account_key,
  CAST(NULL AS VARCHAR) AS credential_key,
  created_at AS began_lo, created_at AS began_hi, CAST(NULL AS BIGINT) AS ended_lo, CAST(NULL AS BIGINT) AS ended_hi,
  observed_at AS seen_until, 'open' AS state, CAST(NULL AS VARCHAR) AS note,
  src_file AS began_file, src_row AS began_row, CAST(NULL AS INTEGER) AS ended_file, CAST(NULL AS INTEGER) AS ended_row
FROM accounts
WHERE activity = 'never' AND status = 'active'
"#;

pub(super) const FRAMEWORK: &str = r#"
id = "corp-controls"
title = "Corp control catalogue"
version = "3"
publisher = "Corp"
source = "intranet"
scope = "The access chapter."

[[reference]]
id = "CC-17"
title = "Leavers"
summary = "Access ends with the employment."

[[reference.edge]]
metric = "leaver-lag"
relation = "direct"
rationale = "It measures exactly that."

[[reference.edge]]
metric = "never-used"
relation = "supporting"
rationale = "What is not used may not be needed."

[[reference]]
id = "CC-18"
title = "Doors"
summary = "Doors are locked."
"#;

pub(super) const LIMITS: &str = r#"
title = "Limits of Corp"
extends = "none"

[metrics.leaver-lag]
limit = "24h"
severity = "high"
source_of_limit = "Access policy 4.2"

[[metrics.leaver-lag.override]]
system = "crm"
limit = "0s"
severity = "critical"
source_of_limit = "CRM addendum 7"

[metrics.never-used]
limit = "30d"
severity = "low"
source_of_limit = "House rule 3"
"#;

pub(super) const PROJECT: &str = r#"
organisation = "Corp"
period = "2026-Q3"
mappings = ["mappings"]
policy = "limits.toml"
frameworks = ["corp-controls", "nist-csf-2.0"]
"#;

/// The company with all of it; in the CRM an account was closed half a day after the leave.
pub(super) fn own() -> Company {
    let accounts = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00:00Z", "2026-08-15T12:00:00Z");
    Company::new().with_documents()
        .with("exports/crm/accounts.csv", accounts)
        .with("exports/badge/list.csv", "Badge No,Login,State,Made,Seen\nB1,ana,on,2026-09-20,\nB2,ana,on,2026-02-01,\nB3,ana,on,2026-02-01,2026-09-30\n")
        .with(
            "exports/extractions.csv",
            format!("{}badge/list.csv,2026-10-01T00:00:00Z\n", Company::text("exports/extractions.csv")),
        )
        .with("exports/overstay.toml", PROJECT)
        .with("exports/limits.toml", LIMITS)
        .with("exports/mappings/sources/badge.toml", SOURCE)
        .with("exports/mappings/metrics/never-used.sql", METRIC)
        .with("exports/mappings/frameworks/corp-controls.toml", FRAMEWORK)
}

#[test]
fn everything_of_the_companys_own_is_in_the_report() {
    let company = own();
    let ran = company.run(&["report", "exports", "--out", "pack"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "rule files among the exports are no exports");
    let report = company.json("pack");
    insta::assert_snapshot!(verdicts(&report, &["leaver-lag", "never-used", "orphan-accounts"]), @r#"
    leaver-lag: not-met (1 of 3 accounts exceeded their limit)
    orphan-accounts: not-assessed (the policy gives no limit for this metric)
    never-used: not-met (1 of 2 accounts exceeded 30 d)
    "#);
    let frameworks = report["frameworks"].as_array().expect("frameworks");
    let ids: Vec<&str> = frameworks.iter().map(|one| one["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["corp-controls", "nist-csf-2.0"]);
    let controls: Vec<String> = frameworks[0]["controls"]
        .as_array()
        .expect("controls")
        .iter()
        .map(|one| format!("{} {}", one["id"], one["state"]))
        .collect();
    insta::assert_snapshot!(controls.join("\n"), @r#"
    "CC-17" "exceptions-observed"
    "CC-18" "not-assessed"
    "#);
    let metric = report["metrics"]
        .as_array()
        .expect("metrics")
        .iter()
        .find(|one| one["id"] == "leaver-lag")
        .expect("leaver-lag");
    assert_eq!(metric["limit_source"], "Access policy 4.2");
    insta::assert_snapshot!(metric["limit_overrides"], @r#"
    [{"conditions":{"account_kinds":null,"privileged":null,"systems":["crm"],"worker_types":null},"limit":"0s","limit_seconds":0,"scope":"system crm","severity":"critical","source":"CRM addendum 7","system":"crm"}]
    "#);
    let html = std::fs::read_to_string(company.path("pack/report.html")).expect("a report");
    for words in ["CC-17", "Corp control catalogue", "CRM addendum 7", "House rule 3", "Accounts that were never used"]
    {
        assert!(html.contains(words), "{words}");
    }
    assert_eq!(std::fs::read_to_string(company.path("pack/metrics/never-used.sql")).expect("the SQL"), METRIC);
    // The pack gives itself again, with the rules at hand and without.
    for rules in [&[][..], &["--project", "exports/overstay.toml"]] {
        let ran = company.run(&[&["verify", "pack"], rules].concat());
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let waits = ran.out.contains("the SQL of never-used, which is the company's own and is not run");
        assert_eq!(waits, rules.is_empty(), "{}", ran.out);
    }
}

#[test]
fn the_two_findings_and_their_limits() {
    let company = own();
    let _ = company.run(&["report", "exports", "--out", "pack"]);
    let text = std::fs::read_to_string(company.path("pack/findings.csv")).expect("findings");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = ["metric", "severity", "subject", "limit_seconds", "over_seconds"];
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|one| one == name).expect("a column");
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| names.iter().map(|name| row.as_ref().expect("a row")[at(name)].to_owned()).collect())
        .collect();
    // From 18:00 to noon of the next day it is 18 h = 64,800 s. From 1 February to 1 October 2026 it is 242 days: 212 over 30.
    assert_eq!(
        rows,
        [
            ["leaver-lag", "critical", "cy", "0", "64800"].map(str::to_owned).to_vec(),
            ["never-used", "low", "B2", "2592000", &(212 * 86_400).to_string()].map(str::to_owned).to_vec(),
        ]
    );
}

#[test]
fn what_is_the_companys_own_can_be_explained_and_listed() {
    let company = own();
    let with = |args: &[&str]| company.run(&[args, &["--project", "exports/overstay.toml"]].concat());
    insta::assert_snapshot!(with(&["explain", "CC-17"]).all(), @r#"
    CC-17 Leavers (Corp control catalogue, version 3)

    Access ends with the employment.

    - leaver-lag (direct): It measures exactly that.
    - never-used (supporting): What is not used may not be needed.
    ---
    exit 0
    "#);
    insta::assert_snapshot!(with(&["explain", "badge"]).out.lines().take(5).collect::<Vec<_>>().join("\n"), @r#"
    ## badge

    **Badge system: users.** The list of the gatehouse.

    Known by: all of `Badge No`, `Login`, `State`.
    "#);
    let page = with(&["explain", "leaver-lag"]).out;
    let limits: Vec<&str> = page.lines().filter(|line| line.contains("severity")).collect();
    insta::assert_snapshot!(limits.join("\n"), @r#"
    Limit 24h, severity high (Access policy 4.2).
    Where system crm: 0s, severity critical (CRM addendum 7).
    "#);
    assert!(with(&["list", "metrics"]).out.contains("never-used"));
    assert!(with(&["list", "frameworks"]).out.contains("corp-controls"));
    assert!(with(&["list", "sources"]).out.contains("badge"));
}

#[test]
fn rule_files_beside_their_rooms_are_read_or_named() {
    let mapping = "id = \"tickets\"\ntitle = \"Tickets\"\nclass = \"application\"\nformat = \"csv\"\nsystem = \"tickets\"\n\
                   [recognise]\nall = [\"login\", \"on\"]\n[[rows]]\ntable = \"accounts\"\n[rows.columns]\n\
                   account_id = \"login\"\nstatus = { path = \"on\", map = { yes = \"active\" }, other = \"=disabled\" }\n";
    let company = Company::new()
        .with("rules/tickets.toml", mapping)
        .with("rules/house.sql", "SELECT 1\n")
        .with("rules/limits.toml", "[metrics.leaver-lag]\nlimit = \"24h\"\n")
        .with("exports/tickets/list.csv", "login,on\nana,yes\n");
    let ran = company.run(&["inspect", "exports/tickets/list.csv", "--mappings", "rules"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("list.csv: tickets"), "{}", ran.out);
    insta::assert_snapshot!(ran.err, @r"
    warning: rules/limits.toml: this rule file is not read where it lies
    hint: a file of limits is named by --policy, or by `policy` in overstay.toml
    warning: rules/house.sql: this rule file is not read where it lies
    hint: move it to metrics/house.sql in the same folder
    ");
}
