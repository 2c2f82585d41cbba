//! Exit codes.

use crate::support::company::Company;

/// The company with one account that was closed ten days late.
fn late() -> Company {
    let text = Company::text("exports/crm/accounts.csv");
    Company::new().with("exports/crm/accounts.csv", text.replace("2026-08-14T18:00:00Z", "2026-08-24T18:00:00Z"))
}

/// The company with limits for the metrics that its exports feed in full.
fn measured() -> Company {
    let limits = "title = \"Two limits\"\nextends = \"none\"\n\
                  [metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
                  [metrics.hr-recording-lag]\nlimit = \"0s\"\nseverity = \"low\"\n";
    Company::new().with("limits.toml", limits)
}

const CHECK: [&str; 4] = ["check", "exports", "--period", "2026-Q3"];

fn code(company: &Company, command: &[&str], more: &[&str]) -> i32 {
    let ran = company.run(&[command, more].concat());
    assert_eq!(ran.err, "");
    ran.code
}

#[test]
fn check_is_a_gate() {
    assert_eq!(code(&late(), &CHECK, &[]), 3);
    assert_eq!(code(&Company::new(), &CHECK, &[]), 4);
    assert_eq!(code(&measured(), &CHECK, &["--policy", "limits.toml"]), 0);
}

#[test]
fn a_gate_looks_at_what_it_is_told_to() {
    assert_eq!(code(&late(), &CHECK, &["--fail-on", "not-met"]), 3);
    assert_eq!(code(&late(), &CHECK, &["--fail-on", "insufficient-evidence"]), 0);
    assert_eq!(code(&late(), &CHECK, &["--fail-on", "insufficient-evidence", "--fail-on", "not-met"]), 3);
    assert_eq!(code(&Company::new(), &CHECK, &["--fail-on", "not-met"]), 0);
    assert_eq!(code(&Company::new(), &CHECK, &["--fail-on", "insufficient-evidence"]), 4);
}

#[test]
fn a_run_that_measured_nothing_does_not_pass_a_gate() {
    let company = measured();
    // Nobody left in the second quarter of 2021.
    let ran = company.run(&["check", "exports", "--period", "2021-Q2", "--policy", "limits.toml", "--json"]);
    assert_eq!(ran.json()["verdict"]["status"], "no-population");
    assert_eq!(ran.code, 4);
    let only = ["check", "exports", "--period", "2021-Q2", "--policy", "limits.toml", "--fail-on", "not-met"];
    assert_eq!(company.run(&only).code, 0);
}

#[test]
fn report_is_no_gate_unless_asked() {
    const REPORT: [&str; 4] = ["report", "exports", "--period", "2026-Q3"];
    assert_eq!(code(&late(), &REPORT, &[]), 0);
    let company = late();
    assert_eq!(code(&company, &REPORT, &["--fail-on", "not-met,insufficient-evidence"]), 3);
    assert!(company.path("evidence/report.json").is_file(), "the pack stands whatever the gate says");
    assert_eq!(code(&Company::new(), &REPORT, &["--fail-on", "not-met,insufficient-evidence"]), 4);
    assert_eq!(code(&Company::new(), &REPORT, &["--fail-on", "not-met"]), 0);
}

#[test]
fn a_disk_that_refuses_is_not_the_users_mistake() {
    // A file stands where the parent folder of the pack would have to be.
    let company = Company::new().with("taken", "a file");
    let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--out", "taken/pack"]);
    insta::assert_snapshot!(ran.messages(), @r#"
    error: cannot create the folder taken: not a directory
    exit 1
    "#);
}
