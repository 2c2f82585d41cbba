//! Broken rule files: one run names every mistake with file, line and column, and what was expected.

use crate::support::company::Company;

use super::own_rules::{FRAMEWORK, LIMITS, METRIC, PROJECT, SOURCE, own};

#[test]
fn all_mistakes_of_all_files_at_once() {
    let company = own()
        .with(
            "exports/overstay.toml",
            PROJECT.replace("organisation", "organization").replace("nist-csf-2.0", "nist-csf-2"),
        )
        .with(
            "exports/limits.toml",
            LIMITS.replace("30d", "30 moons").replace("never-used", "never-usd").replace("\"high\"", "\"hihg\""),
        )
        .with("exports/mappings/sources/badge.toml", SOURCE.replace("account_id", "acount_id"))
        .with("exports/mappings/metrics/never-used.sql", METRIC.replace("activity =", "activty ="))
        .with(
            "exports/mappings/frameworks/corp-controls.toml",
            FRAMEWORK.replace("\"leaver-lag\"", "\"leaver-lagg\"").replace("supporting", "suporting"),
        );
    let args = ["check", "exports", "--as", "own-peple", "x.csv", "--mappings", "nowhere"];
    insta::assert_snapshot!(company.run(&args).messages(), @r#"
    error: exports/overstay.toml:2:1: unknown field `organization`
    hint: did you mean "organisation"?
    error: nowhere: the mappings folder does not exist
    hint: it may hold sources/, metrics/, frameworks/ and policies/
    error: exports/mappings/sources/badge.toml:14:9: the required column `account_id` of `accounts` gets no rule
    hint: Id of the account in its system.
    error: exports/mappings/sources/badge.toml:17:1: the table `accounts` has no column `acount_id`
    hint: did you mean "account_id"?
    error: exports/mappings/metrics/never-used.sql:24:7: the SELECT does not run: unable to find column "activty"
    error: exports/limits.toml:7:12: `severity` is none of the known words
    hint: did you mean "high"?
    error: exports/limits.toml:16:10: unknown metric `never-usd`
    hint: did you mean "never-used"?
    error: exports/limits.toml:17:9: `limit` is not a length of time: expected a whole number and a unit, such as "24h" or "90d" (units: s, m, h, d, w)
    error: exports/mappings/frameworks/corp-controls.toml:15:10: unknown metric `leaver-lagg`
    hint: did you mean "leaver-lag"?
    error: exports/mappings/frameworks/corp-controls.toml:21:12: `relation` is none of the known words
    hint: did you mean "supporting"?
    error: there is no source `own-peple`
    hint: did you mean "own-people"?
    error: exports/overstay.toml:6:32: unknown framework `nist-csf-2`
    hint: did you mean "nist-csf-2.0"?
    exit 2
    "#);
}

#[test]
fn a_broken_metric_does_not_make_its_id_unknown() {
    let company = own().with("exports/mappings/metrics/never-used.sql", METRIC.replace("activity =", "activty ="));
    insta::assert_snapshot!(company.run(&["check", "exports"]).messages(), @r#"
    error: own/never-used.sql: the metric never-used is left out: its file has mistakes
    hint: the rest of the report is made without it; a reference that it is evidence for is not assessed by it
    error: own/never-used.sql:24:7: the SELECT does not run: unable to find column "activty"
    exit 3
    "#);
}

#[test]
fn files_that_are_not_even_toml_or_sql() {
    let company = own()
        .with("exports/overstay.toml", "organisation = \"Corp\nperiod = 3")
        .with("own/sources/badge.toml", "id = badge\n")
        .with("own/metrics/never-used.sql", "SELECT 1")
        .with("own/frameworks/corp-controls.toml", "[[reference]\n")
        .with("limits.toml", "title = ");
    insta::assert_snapshot!(company.run(&["check", "exports", "--mappings", "own", "--policy", "limits.toml"]).messages(), @r#"
    error: exports/overstay.toml:1:21: not valid TOML: invalid basic string, expected `"`
    error: own/sources/badge.toml:1:6: not valid TOML: string values must be quoted, expected literal string
    error: own/metrics/never-used.sql:1:1: the file does not begin with a header
    hint: begin with `/*---`, TOML lines, and `---*/`; see docs/metrics for an example
    error: limits.toml:1:9: not valid TOML: string values must be quoted, expected literal string
    error: own/frameworks/corp-controls.toml:1:13: not valid TOML: unclosed array table, expected `]`
    exit 2
    "#);
}

#[test]
fn files_that_are_not_there() {
    let company = Company::new();
    let args = ["check", "exports", "--project", "none.toml", "--policy", "limits.toml", "--mappings", "own"];
    insta::assert_snapshot!(company.run(&args).messages(), @r#"
    error: none.toml: the project file cannot be read: No such file or directory (os error 2)
    error: own: the mappings folder does not exist
    hint: it may hold sources/, metrics/, frameworks/ and policies/
    error: limits.toml: the limits file cannot be read: No such file or directory (os error 2)
    exit 2
    "#);
}

#[test]
fn an_old_pack_and_the_exports_stay_as_they_are() {
    let company = own();
    let _ = company.run(&["report", "exports", "--out", "pack"]);
    let before = (company.files("pack"), company.files("exports"));
    company.write("exports/limits.toml", LIMITS.replace("30d", "30 moons"));
    assert_eq!(company.run(&["report", "exports", "--out", "pack"]).code, 2);
    company.write("exports/limits.toml", LIMITS);
    assert_eq!((company.files("pack"), company.files("exports")), before);
}

#[test]
fn no_threads_at_all() {
    let company = Company::new();
    let run = |threads: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_overstay"));
        command.args(["check", "exports", "--period", "2026-Q3"]).env_clear().env("POLARS_MAX_THREADS", threads);
        let output = command.current_dir(company.path(".")).output().expect("the command runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (code, err) = run("0");
    insta::assert_snapshot!(err, @r#"
    error: the environment variable POLARS_MAX_THREADS is 0: without a thread nothing can be computed
    hint: set it to 1 or more, or unset it: then all cores are used
    "#);
    assert_eq!((code, run("1").0), (Some(2), Some(4)));
}
