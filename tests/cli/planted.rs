//! A company in which all is well passes the gate; the same with a gap planted in its evidence does not.

use std::fmt::Write as _;

use crate::support::company::{Company, Ran};

/// Who left in the quarter: person, last day.
const LEAVERS: [(u32, &str); 3] = [(23, "2026-07-31"), (24, "2026-08-14"), (25, "2026-09-10")];

/// The systems with an account list and a log each.
const SYSTEMS: [&str; 2] = ["crm", "erp"];

const TAKEN: &str = "2026-10-01T00:00:00Z";

fn people() -> String {
    let mut text = "person_id,name,email,worker_type,status,started_on,ended_on,end_recorded_at\n".to_owned();
    for id in 1..=25 {
        let left = LEAVERS.iter().find(|(leaver, _)| *leaver == id).map(|(_, day)| *day);
        let status = if left.is_some() { "terminated" } else { "active" };
        let (day, told) = (left.unwrap_or_default(), if left.is_some() { "2026-07-10T09:00:00Z" } else { "" });
        let _ = writeln!(text, "P{id},Worker {id},w{id}@co.example,employee,{status},2020-03-01,{day},{told}");
    }
    text
}

fn accounts(system: &str) -> String {
    let mut text =
        "system,account_id,username,email,person_id,kind,privileged,status,created_at,disabled_at,last_seen_at,owner,managed_by\n"
            .to_owned();
    for id in 1..=25 {
        let left = LEAVERS.iter().find(|(leaver, _)| *leaver == id).map(|(_, day)| *day);
        let (status, off) = left.map_or(("active", String::new()), |day| ("disabled", format!("{day}T17:00:00Z")));
        let seen = left.map_or("2026-09-30T09:00:00Z".to_owned(), |day| format!("{day}T09:00:00Z"));
        let _ = writeln!(
            text,
            "{system},{system}-{id},w{id},w{id}@co.example,P{id},human,no,{status},2020-03-02T08:00:00Z,{off},{seen},,sync"
        );
    }
    let _ = writeln!(
        text,
        "{system},{system}-backup,backup,,,service,no,active,2024-01-02T08:00:00Z,,2026-09-30T03:00:00Z,w1@co.example,sync"
    );
    text
}

fn events(system: &str) -> String {
    let mut text = "occurred_at,event_id,system,action,outcome,account_id,actor_kind,attribute\n".to_owned();
    for (id, day) in LEAVERS {
        let _ = writeln!(text, "{day}T17:00:00Z,{system}-off-{id},{system},disable,success,{system}-{id},sync,");
    }
    for (n, (hour, outcome)) in [("09", "failure"), ("10", "success")].into_iter().enumerate() {
        let _ =
            writeln!(text, "2026-08-03T{hour}:00:00Z,{system}-up-{n},{system},update,{outcome},{system}-2,sync,title");
    }
    for day in 1..=30 {
        let _ =
            writeln!(text, "2026-09-{day:02}T08:00:00Z,{system}-in-{day},{system},sign_in,success,{system}-3,self,");
    }
    text
}

fn credentials(system: &str) -> String {
    format!(
        "system,credential_id,kind,account_id,owner,status,created_at,rotated_at,last_used_at,expires_at\n\
         {system},{system}-key,api_key,{system}-backup,w1@co.example,active,2026-08-01T08:00:00Z,,2026-09-30T03:00:00Z,2026-12-01\n"
    )
}

/// A file with the lines that extractions.csv has about it: rows, and the window of a log.
fn files() -> Vec<(String, String, Option<(&'static str, &'static str)>)> {
    let mut files = vec![("hr/people.csv".to_owned(), people(), None)];
    for system in SYSTEMS {
        files.push((format!("{system}/accounts.csv"), accounts(system), None));
        files.push((format!("{system}/events.csv"), events(system), Some(("2026-07-01T00:00:00Z", TAKEN))));
        files.push((format!("{system}/credentials.csv"), credentials(system), None));
    }
    files
}

fn extractions() -> String {
    let mut text = "path,extracted_at,extracted_by,method,expected_rows,covers_from,covers_to\n".to_owned();
    for (path, content, window) in files() {
        let (from, to) = window.unwrap_or_default();
        let _ = writeln!(text, "{path},{TAKEN},Ida,export,{},{from},{to}", content.lines().count() - 1);
    }
    text
}

const REGISTER: &str = "system,title,owner,in_scope,synchronised,telemetry\n\
    hr,People,w1@co.example,yes,no,no\n\
    crm,Customers,w1@co.example,yes,yes,yes\n\
    erp,Orders,w1@co.example,yes,yes,yes\n";

/// Twenty-five people, two applications, nothing late.
fn co() -> Company {
    let company = files()
        .iter()
        .fold(Company::empty(), |company, (path, text, _)| company.with(&format!("exports/{path}"), text));
    company.with("exports/extractions.csv", extractions()).with("exports/systems.csv", REGISTER)
}

/// The same with an account that was closed twelve days late: the gate says no.
fn late() -> Company {
    co().edit("crm/accounts.csv", "2026-08-14T17:00:00Z,2026-08-14T09", "2026-08-26T17:00:00Z,2026-08-14T09").edit(
        "crm/events.csv",
        "2026-08-14T17",
        "2026-08-26T17",
    )
}

/// Changes of the folder of exports.
impl Company {
    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(&format!("exports/{path}"))).expect("a file of the company")
    }

    fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.with(&format!("exports/{path}"), text.replace(from, to))
    }

    fn without(self, path: &str) -> Self {
        std::fs::remove_file(self.path(&format!("exports/{path}"))).expect("a file of the company");
        self
    }

    fn renamed(self, from: &str, to: &str) -> Self {
        let text = self.read(from);
        self.without(from).with(&format!("exports/{to}"), text)
    }

    /// Without the lines of a file that hold a text.
    fn less(self, path: &str, lines: &str) -> Self {
        let text = self.read(path);
        let kept: String = text.split_inclusive('\n').filter(|line| !line.contains(lines)).collect();
        assert_ne!(kept, text, "{path} has no line with {lines}");
        self.with(&format!("exports/{path}"), kept)
    }

    fn plus(self, path: &str, line: &str) -> Self {
        let text = format!("{}{line}\n", self.read(path));
        self.with(&format!("exports/{path}"), text)
    }

    /// With another time at which one export was taken.
    fn taken(self, path: &str, at: &str) -> Self {
        self.edit("extractions.csv", &format!("{path},{TAKEN}"), &format!("{path},{at}"))
    }
}

fn check(company: &Company) -> Ran {
    company.run(&["check", "exports", "--period", "2026-Q3"])
}

#[test]
fn a_company_in_which_all_is_well_passes() {
    let ran = check(&co());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert_eq!(check(&late()).code, 3);
}

#[test]
fn no_planted_gap_passes() {
    type Plant = fn(Company) -> Company;
    let planted: [(&str, Plant); 19] = [
        ("a system of the register without any export", |co| co.plus("systems.csv", "badge,Doors,,yes,no,no")),
        ("the same, named by a line of another system's log", |co| {
            co.plus("systems.csv", "badge,Doors,,yes,no,no")
                .plus("crm/events.csv", "2026-09-30T08:00:00Z,b1,badge,sign_in,success,b-1,self,")
        }),
        ("an account list that is gone", |co| co.without("crm/accounts.csv")),
        ("an account list that is gone, and its line of extractions.csv", |co| {
            co.without("crm/accounts.csv").less("extractions.csv", "crm/accounts.csv")
        }),
        ("an account list that is hidden", |co| {
            co.renamed("crm/accounts.csv", "crm/.accounts.csv").less("extractions.csv", "crm/accounts.csv")
        }),
        ("a file that extractions.csv names", |co| {
            co.plus("extractions.csv", "crm/accounts-2.csv,2026-10-01T00:00:00Z,Ida,export,,,")
        }),
        ("an account list without its status", |co| co.edit("crm/accounts.csv", ",status,", ",state,")),
        ("an export of HR from before the quarter", |co| co.taken("hr/people.csv", "2026-01-15T00:00:00Z")),
        ("an export of HR from within the quarter", |co| co.taken("hr/people.csv", "2026-08-31T00:00:00Z")),
        ("an export of HR that does not say when it was taken", |co| co.less("extractions.csv", "hr/people.csv")),
        ("an account list that claims to be older than its rows", |co| {
            co.taken("crm/accounts.csv", "2026-01-15T00:00:00Z")
        }),
        ("credentials from within the quarter", |co| {
            co.taken("crm/credentials.csv", "2026-08-31T00:00:00Z").edit(
                "crm/credentials.csv",
                "2026-09-30T03",
                "2026-08-30T03",
            )
        }),
        ("a log with a hole between two windows", |co| {
            let text = co.read("crm/events.csv");
            let line = "crm/events-2.csv,2026-10-01T00:00:00Z,Ida,export,,2026-09-22T00:00:00Z,2026-10-01T00:00:00Z";
            let header = text.lines().next().expect("a header").to_owned();
            let late = "2026-09-30T21:00:00Z,late-1,crm,sign_in,success,crm-3,self,";
            co.less("extractions.csv", "crm/events.csv")
                .plus(
                    "extractions.csv",
                    "crm/events.csv,2026-10-01T00:00:00Z,Ida,export,,2026-07-01T00:00:00Z,2026-07-08T00:00:00Z",
                )
                .plus("extractions.csv", line)
                .with("exports/crm/events-2.csv", format!("{header}\n{late}\n"))
        }),
        ("a log of one day beside another system's log of the quarter", |co| {
            co.less("extractions.csv", "erp/events.csv").plus(
                "extractions.csv",
                "erp/events.csv,2026-10-01T00:00:00Z,Ida,export,,2026-09-30T00:00:00Z,2026-10-01T00:00:00Z",
            )
        }),
        ("HR that lists only who works here today", |co| {
            let company = co.less("hr/people.csv", "terminated");
            company.edit(
                "extractions.csv",
                "hr/people.csv,2026-10-01T00:00:00Z,Ida,export,25",
                "hr/people.csv,2026-10-01T00:00:00Z,Ida,export,22",
            )
        }),
        ("a page that announces another one", |co| {
            let page = r#"{"@odata.nextLink":"https://graph.example/next","value":[{"id":"e1","userPrincipalName":"w1@co.example","mail":"w1@co.example","accountEnabled":true,"createdDateTime":"2020-03-02T08:00:00Z","employeeId":"P1"}]}"#;
            co.with("exports/entra/users.json", page)
                .plus("extractions.csv", "entra/users.json,2026-10-01T00:00:00Z,Ida,Graph,,,")
        }),
        ("fewer rows than the source held", |co| co.less("crm/accounts.csv", "crm-7,")),
        ("a leaver's account that is not in the list", |co| {
            let company = co.less("crm/accounts.csv", "crm-24,").less("crm/events.csv", "crm-24,");
            company
                .less("extractions.csv", "crm/accounts.csv")
                .less("extractions.csv", "crm/events.csv")
                .plus("extractions.csv", "crm/accounts.csv,2026-10-01T00:00:00Z,Ida,export,,,")
                .plus(
                    "extractions.csv",
                    "crm/events.csv,2026-10-01T00:00:00Z,Ida,export,,2026-07-01T00:00:00Z,2026-10-01T00:00:00Z",
                )
        }),
        ("a row that was not understood", |co| co.plus("crm/accounts.csv", "crm,,nobody,,,human,no,active,,,,")),
    ];
    let passed: Vec<&str> = planted
        .iter()
        .filter(|(_, plant)| ![3, 4].contains(&check(&plant(co())).code))
        .map(|(what, _)| *what)
        .collect();
    assert_eq!(passed, Vec::<&str>::new());
}

#[test]
fn what_only_looks_like_a_note_or_an_output_is_read() {
    let note = co().renamed("crm/accounts.csv", "crm/README-accounts.csv").less("extractions.csv", "crm/accounts.csv");
    let output = co().with("exports/erp/manifest.json", r#"{"schema":"overstay.","outputs":[]}"#);
    for company in [note, output] {
        let report = company.run(&["check", "exports", "--period", "2026-Q3", "--json"]).json();
        assert_eq!(report["populations"]["accounts"], 52, "those of both systems");
    }
}

#[test]
fn nothing_planted_turns_a_finding_into_a_pass() {
    type Plant = fn(Company) -> Company;
    let planted: [(&str, Plant); 7] = [
        ("an account whose person and names are garbled", |co| {
            co.edit("crm/accounts.csv", "crm-24,w24,w24@co.example,P24", "crm-24,x?,,")
        }),
        ("a leaver who is not in HR", |co| {
            let company = co.less("hr/people.csv", "P24,");
            company.edit("extractions.csv", "Ida,export,25", "Ida,export,24")
        }),
        ("a manual link", |co| co.with("exports/wiki/x.csv", "system,account_id,person_id\ncrm,crm-24,P1\n")),
        ("a waiver", |co| {
            let header = "waiver_id,metric,subject,system,reason,approver,expires_on";
            co.with("exports/wiki/x.csv", format!("{header}\nW-1,leaver-lag,*,crm,because,nobody,2027-12-31\n"))
        }),
        ("an event", |co| {
            let header = "occurred_at,event_id,system,action,outcome,account_id";
            co.with("exports/wiki/x.csv", format!("{header}\n2026-08-14T17:00:00Z,x1,crm,disable,success,crm-24\n"))
        }),
        ("a person", |co| {
            let header = "person_id,name,email,worker_type,status,started_on,ended_on,end_recorded_at";
            co.with("exports/a/x.csv", format!("{header}\nP24,Worker 24,w24@co.example,employee,active,2020-03-01,,\n"))
        }),
        ("a link out of the folder", |co| {
            let outside = co.path("outside.csv");
            co.write(
                "outside.csv",
                "system,account_id,username,person_id,kind,status\ncrm,crm-24,w24,P24,human,disabled\n",
            );
            std::os::unix::fs::symlink(outside, co.path("exports/crm/l.csv")).expect("a link");
            co
        }),
    ];
    let passed: Vec<&str> =
        planted.iter().filter(|(_, plant)| check(&plant(late())).code == 0).map(|(what, _)| *what).collect();
    assert_eq!(passed, Vec::<&str>::new());
}

#[test]
fn exports_of_one_quarter_say_nothing_of_a_later_one() {
    let ran = co().run(&["check", "exports", "--period", "2027-Q2"]);
    // That no log covers the quarter is a finding of its own; nothing else is measured.
    assert!(ran.code == 3 && ran.out.contains("1 of 1 metric assessed exceeded its limit"), "{}", ran.out);
    assert!(ran.out.contains("Times that no log covers"), "{}", ran.out);
}

/// A project file with a scope.
fn scoped(company: Company, scope: &str) -> Company {
    company.with("exports/overstay.toml", format!("[scope]\n{scope}\n"))
}

#[test]
fn a_scope_leaves_systems_out_of_every_number() {
    for scope in ["exclude_systems = [\"crm\"]", "exclude_systems = [\"c*\"]", "systems = [\"erp\"]"] {
        let company = scoped(late(), scope);
        let ran = company.run(&["check", "exports", "--period", "2026-Q3", "--json"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{scope}: {}", ran.out);
        let report = ran.json();
        assert_eq!(report["populations"]["accounts"], 26, "those of erp");
        assert_eq!(report["populations"]["people"], 25, "people stay");
        let crm = report["systems"].as_array().expect("systems").iter().find(|one| one["system"] == "crm");
        let crm = crm.expect("it is named");
        assert_eq!((&crm["left_out"], &crm["in_scope"], &crm["accounts"]), (&true.into(), &false.into(), &26.into()));
        let said = report["messages"].as_array().expect("messages").iter().find(|one| one["code"] == "left-out");
        assert_eq!(
            said.expect("a message")["message"],
            "left out by scope: crm (26 accounts, 35 events, 1 credential)"
        );
    }
}

#[test]
fn lines_without_an_effect_are_said_with_their_place() {
    let project = "policy = \"../limits.toml\"\n[scope]\nexclude_systems = [\"sandbox-*\", \"jira\"]\n\
                   [authority]\nstatus = [\"own-people\", \"entra-users\"]\n[sources]\n\"hr/old-*.csv\" = \"own-people\"\n";
    let limits = "title = \"Ours\"\n[metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
                  [[metrics.leaver-lag.override]]\nworker_type = \"intern\"\nlimit = \"1h\"\n\
                  [[metrics.leaver-lag.override]]\nworker_type = \"EMPLOYEE\"\nlimit = \"2d\"\n";
    let waivers = "waiver_id,metric,subject,reason,approver,expires_on\nW-9,orphan-accounts,nobody,r,a,2027-01-01\n";
    let company = co()
        .edit("hr/people.csv", ",employee,", ",Employee,")
        .with("exports/overstay.toml", project)
        .with("limits.toml", limits)
        .with("exports/waivers.csv", waivers);
    let ran = check(&company);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let told: Vec<&str> = ran.err.lines().filter(|line| !line.starts_with("hint")).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    warning: overstay.toml:7:18: no file is `hr/old-*.csv`, which was to be read as `own-people`
    warning: overstay.toml:5:25: no file gave people as `entra-users`: it decides nothing in [authority]
    warning: overstay.toml:3:20: no system is `sandbox-*`: this line of the scope has no effect
    warning: overstay.toml:3:33: no system is `jira`: this line of the scope has no effect
    warning: limits.toml:5:1: no item of leaver-lag is of worker type intern: this limit applies to nothing
    warning: waivers.csv:2: the waiver W-9 is in force and covers nothing: no finding matches it
    ");
}

#[test]
fn the_age_that_an_export_may_have_is_the_policys() {
    let limits = "title = \"Ours\"\nfreshness = { people = \"40d\" }\n";
    let company = co().taken("hr/people.csv", "2026-08-31T00:00:00Z").with("limits.toml", limits);
    assert_eq!(check(&company).code, 4);
    assert_eq!(company.run(&["check", "exports", "--period", "2026-Q3", "--policy", "limits.toml"]).code, 0);
}
