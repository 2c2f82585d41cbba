//! `drift`, `accept` and `history` as a user runs them.

use serde_json::Value;

use super::{CRM, pack, week};
use crate::support::company::Company;
use crate::support::schema::misfits;

/// Two packs in a folder of packs; in the second there is one orphan more, and another one is privileged.
fn two() -> Company {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "packs/w37");
    company.write(
        "exports/crm/accounts.csv",
        CRM.replace("crm,promoted,promoted,,human,false", "crm,promoted,promoted,,human,true")
            + "crm,arrived,arrived,,human,false,active,2026-09-10T08:00:00Z,\n",
    );
    pack(&company, "2026-09-14", "packs/w38");
    company
}

/// Everything before the last paragraph, whose ids change with every rule file.
fn before_ids(text: &str) -> &str {
    text.split_once("Baseline report").expect("the paragraph of ids").0.trim_end()
}

#[test]
fn the_text_says_the_result_first() {
    let company = two();
    let ran = company.run(&["drift", "packs/w37", "packs/w38"]);
    insta::assert_snapshot!(format!("{}\nexit {}", before_ids(&ran.out), ran.code), @r"
    organisation not named, 2026-Q3 compared with 2026-Q3
    against an earlier pack

    worse: Findings: 1 worse, 1 newly found; 11 as before.
    Verdict now: limits exceeded: 2 of 2 metrics assessed exceeded their limits, with 13 items
    - At least 38.0 days of access after leaving, on 4 accounts (was at least 38.0, on 4 accounts);
      Access after leaving: 4 of 4, now 4 of 4, the same
    - Of 7 exceptions that were open, 7 are still open.
    Exceptions (each with all its findings): 1 worse, 1 newly found; 11 as before.

    What explains numbers
    - accounts: was 13, is 14
    - accounts matched to nobody: was 8, is 9

    Changed findings

    1 worse: longer than the time between explains, certain now, more severe, or newly privileged
    medium  Accounts without a person, crm: promoted
            What changed, and what happened: the account is privileged now; promoted can sign in to crm
              and matches no person (nobody matches); it may have had none since between 2026-08-01
              08:00 UTC and 2026-09-13 23:59 UTC, last observed on 2026-09-14 00:00 UTC
            Id and row: ovs-ca6b8186bee03023, crm/accounts.csv line 10

    1 newly found: it had begun by then, and the earlier pack does not have it
    medium  Accounts without a person, crm: arrived
            What changed, and what happened: the account, there since 2026-09-10 08:00 UTC, was in no
              export before; arrived can sign in to crm and matches no person (nobody matches); it may
              have had none since between 2026-09-10 08:00 UTC and 2026-09-13 23:59 UTC, last observed
              on 2026-09-14 00:00 UTC
            Id and row: ovs-5d89e9badb1f6c05, crm/accounts.csv line 14

    As before
    - 7 still open
    - 4 unchanged

    Metrics
    Metric                    Before                    Now                       Findings
    Accounts without a        over its limit, 8 of 9    over its limit, 9 of 10   1 worse, 1 newly found
    person                    over                      over

    Rates: over the limit and not waived, of what both packs looked at
    Metric                     Before  Now      Which is higher
    Accounts without a person  7 of 9  8 of 10  higher, but one exception decides

    Systems
    System  Owner         Findings
    crm     not supplied  1 worse, 1 newly found
    exit 5
    ");
}

#[test]
fn markdown_goes_to_a_file() {
    let company = two();
    let ran =
        company.run(&["drift", "packs/w37", "packs/w38", "--format", "markdown", "--no-names", "--out", "drift.md"]);
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    let text = std::fs::read_to_string(company.path("drift.md")).expect("the file");
    assert!(!text.contains("arrived"), "{text}");
    insta::assert_snapshot!(before_ids(&text), @r"
    # organisation not named, 2026-Q3 compared with 2026-Q3

    against an earlier pack

    **worse: Findings: 1 worse, 1 newly found; 11 as before.**

    **Verdict now:** limits exceeded: 2 of 2 metrics assessed exceeded their limits, with 13 items

    - At least 38.0 days of access after leaving, on 4 accounts (was at least 38.0, on 4 accounts); Access after leaving: 4 of 4, now 4 of 4, the same
    - Of 7 exceptions that were open, 7 are still open.

    Exceptions (each with all its findings): 1 worse, 1 newly found; 11 as before.

    ## What explains numbers

    - accounts: was 13, is 14
    - accounts matched to nobody: was 8, is 9

    ## Changed findings

    **1 worse**: longer than the time between explains, certain now, more severe, or newly privileged

    - **medium** **Accounts without a person, crm: an account**
      - What changed, and what happened: the account is privileged now; at most 43 d 16 h with a limit of 0 s, open
      - Id and row: `ovs-ca6b8186bee03023` no row given

    **1 newly found**: it had begun by then, and the earlier pack does not have it

    - **medium** **Accounts without a person, crm: an account**
      - What changed, and what happened: the account, there since 2026-09-10 08:00 UTC, was in no export before; at most 3 d 16 h with a limit of 0 s, open
      - Id and row: `ovs-5d89e9badb1f6c05` no row given

    ## As before

    - 7 still open
    - 4 unchanged

    ## Metrics

    | Metric | Before | Now | Findings |
    |---|---|---|---|
    | Accounts without a person | over its limit, 8 of 9 over | over its limit, 9 of 10 over | 1 worse, 1 newly found |

    ## Rates: over the limit and not waived, of what both packs looked at

    | Metric | Before | Now | Which is higher |
    |---|---|---|---|
    | Accounts without a person | 7 of 9 | 8 of 10 | higher, but one exception decides |

    ## Systems

    | System | Findings |
    |---|---|
    | crm | 1 worse, 1 newly found |
    ");
}

#[test]
fn a_bad_run_does_not_become_the_baseline() {
    let company = two();
    let accept =
        ["accept", "packs/w37", "--by", "R. Lead", "--reason", "state after clean-up", "--on", "2026-09-15T09:00:00Z"];
    let ran = company.run(&accept);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Against the bad run itself nothing changed; against what was accepted, it is worse.
    assert_eq!(company.run(&["drift", "packs/w38", "packs/w38"]).code, 0);
    assert_eq!(company.run(&["drift", "packs", "packs/w38"]).code, 5);
    assert_eq!(company.run(&["drift", "packs/w38", "packs/w38", "--accepted", "packs"]).code, 5);
    let text = company.run(&["drift", "packs", "packs/w38"]).out;
    assert!(text.contains("against the baseline accepted by R. Lead on 2026-09-15: state after clean-up"), "{text}");
}

#[test]
fn an_accepted_pack_that_was_replaced_is_refused() {
    let company = two();
    let ran = company.run(&["accept", "packs/w37", "--by", "R. Lead", "--reason", "x", "--on", "2026-09-15T09:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Not by a run: that asks for --replace.
    std::fs::remove_dir_all(company.path("packs/w37")).expect("removed");
    pack(&company, "2026-09-16", "packs/w37");
    insta::assert_snapshot!(company.run(&["drift", "packs", "packs/w38"]).messages(), @r"
    error: packs/accepted.json: the pack w37 is not the one that was accepted: its manifest has another SHA-256
    hint: restore the accepted pack, or accept the one that is there
    exit 2
    ");
}

#[test]
fn what_cannot_be_compared() {
    let company = two();
    insta::assert_snapshot!(company.run(&["drift", "packs", "packs/w38"]).messages(), @r"
    error: packs: this folder holds evidence packs, not exports
    hint: name one of its packs; as the baseline, the folder stands for the pack that `overstay accept` recorded
    exit 2
    ");
    insta::assert_snapshot!(company.run(&["drift", "nothing", "packs/w38"]).messages(), @r"
    error: nothing: cannot be opened: No such file or directory (os error 2)
    hint: give the folder that holds the exports
    exit 2
    ");
    insta::assert_snapshot!(company.run(&["drift", "packs/w37", "limits.toml"]).messages(), @r"
    error: limits.toml: this is not a folder
    hint: give the folder that holds the exports
    exit 2
    ");
    insta::assert_snapshot!(company.run(&["accept", "exports", "--by", "a", "--reason", "b"]).messages(), @r"
    error: exports: not an evidence pack: manifest.json cannot be read (No such file or directory (os error 2))
    hint: name a folder that `overstay report --out` has written
    exit 2
    ");
    insta::assert_snapshot!(company.run(&["accept", "packs/w37", "--by", " ", "--reason", "b"]).messages(), @r"
    error: --by is empty: an acceptance needs a name and a reason
    exit 2
    ");
}

/// The numbers of an earlier format were counted by other rules.
#[test]
#[expect(clippy::disallowed_methods, reason = "a pack of an earlier build, not an output")]
fn a_pack_of_an_earlier_format_is_to_be_made_again() {
    let company = two();
    let path = company.path("packs/w37/report.json");
    let text = std::fs::read_to_string(&path).expect("a report").replace("overstay.report/2", "overstay.report/1");
    std::fs::write(&path, text).expect("written");
    for args in [&["drift", "packs/w37", "packs/w38"][..], &["history", "packs"]] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(company.run(args).messages(), @r"
            error: packs/w37/report.json: the report has the format `overstay.report/1`, and this version compares `overstay.report/2` only
            hint: make the pack again from its exports: `overstay report EXPORTS --period LABEL --out PACK`
            exit 2
            ");
        }
    }
}

/// Nothing is refused, but the reader is told first.
#[test]
fn another_organisation_and_the_wrong_order() {
    let company = two();
    company.write("exports/overstay.toml", "organisation = \"Acme\"\n");
    super::pack(&company, "2026-09-21", "named");
    let drift = super::drift(&company, "named", "packs/w38").1;
    assert_eq!(
        super::context(&drift)[..2],
        [
            "organisation: Acme -> organisation not named".to_owned(),
            "as-of time, earlier than that of the baseline: 2026-09-21 00:00 UTC -> 2026-09-14 00:00 UTC".to_owned()
        ]
    );
    let ran = company.run(&["drift", "named", "packs/w38"]);
    assert_eq!(ran.out.lines().nth(1), Some("against a pack of a later moment"));
}

#[test]
fn gates_of_the_current_pack() {
    let company = two();
    let gate = |baseline: &str, more: &[&str]| company.run(&[&["drift", baseline, "packs/w38"], more].concat()).code;
    assert_eq!(gate("packs/w38", &["--fail-on", "not-met"]), 3);
    assert_eq!(gate("packs/w37", &["--fail-on", "not-met"]), 5);
    assert_eq!(gate("packs/w38", &["--fail-on", "insufficient-evidence"]), 0);
}

#[test]
fn exports_are_assessed_first() {
    let company = two();
    let ran = company.run(&[
        "drift",
        "packs/w37",
        "exports",
        "--period",
        "2026-Q3",
        "--as-of",
        "2026-09-14T00:00:00Z",
        "--policy",
        "limits.toml",
    ]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.out.contains("1 newly found"), "{}", ran.out);
}

#[test]
fn the_history_of_a_folder() {
    let company = two();
    let accept = ["accept", "packs/w37", "--by", "R. Lead", "--reason", "x", "--on", "2026-09-15T09:00:00Z"];
    assert_eq!(company.run(&accept).code, 0);
    insta::assert_snapshot!(company.run(&["history", "packs"]).all(), @r"
    The three numbers of each pack
    Period   As of              Result, of       Findings  Former        Days of  Keys  Note
    and                         metrics                     staff         access
    pack                        assessed
    2026-Q3  2026-09-14 00:00   limits exceeded        12       –  at least 38.0     –  accepted
    w37      UTC                2 of 2                                                  baseline
    2026-Q3  2026-09-14 00:00   limits exceeded        13       –  at least 38.0     –
    w38      UTC                2 of 2

    Items over the limit, of those measured, in the latest packs
    Metric                         2026-Q3  2026-Q3
    Access after leaving            4 of 4   4 of 4
    Accounts without a person       8 of 9  9 of 10
    Keys past their rotation date   0 of 0   0 of 0
    ---
    exit 0
    ");
    assert_eq!(company.run(&["history", "packs", "--json"]).json()["packs"][1]["findings"], 13);
    insta::assert_snapshot!(company.run(&["history", "exports"]).all(), @r"
    No pack stands directly in this folder.
    ---
    exit 0
    ");
}

#[test]
fn one_page_without_a_script() {
    let company = two();
    let page = company.run(&["drift", "packs/w37", "packs/w38", "--format", "html"]);
    assert_eq!(page.code, 5, "{}", page.err);
    let text = page.out;
    assert!(text.starts_with("<!doctype html>") && text.contains("default-src 'none'"), "{text}");
    assert!(!text.contains("<script") && text.contains("Findings: 1 worse, 1 newly found; 11 as before."), "{text}");
    // Every class that changed has its table, and every finding of it its id.
    assert!(text.contains("<strong>1 newly found</strong>") && text.contains("crm: arrived</bdi>"), "{text}");
    // Names in the data are only text.
    let hostile = "crm,h1,<script>alert(1)</script>{{ 7*7 }}\u{202E},,human,false,active,2026-09-10T08:00:00Z,\n";
    company.write("exports/crm/accounts.csv", CRM.to_owned() + hostile);
    pack(&company, "2026-09-14", "packs/w39");
    for format in ["html", "markdown", "text"] {
        let out = company.run(&["drift", "packs/w37", "packs/w39", "--format", format]).out;
        assert!(!out.contains('\u{202E}') && out.contains("U+202E"), "{format}: {out}");
        assert!(format == "text" || !out.contains("<script"), "{format}: {out}");
        assert!(out.contains("7*7") || out.contains("7\\*7"), "{format}: {out}");
    }
}

/// What is printed as JSON is what the schemas in docs/ describe.
#[test]
fn json_fits_its_schema() {
    let company = two();
    assert_eq!(company.run(&["accept", "packs/w37", "--by", "R. Lead", "--reason", "clean-up"]).code, 0);
    let drift = company.run(&["drift", "packs", "packs/w38", "--format", "json", "--limit", "100"]).json();
    assert_eq!(drift["reference"]["kind"], "accepted");
    assert_eq!(misfits("drift.schema.json", &drift), [] as [String; 0]);
    let history = company.run(&["history", "packs", "--json"]).json();
    assert_eq!(misfits("history.schema.json", &history), [] as [String; 0]);
    for (pointer, wrong) in [
        ("/schema", Value::from("overstay.drift/1")),
        ("/result", Value::from("fine")),
        ("/items/0/class", Value::from("gone")),
        ("/classes/0/count", Value::from(-1)),
        ("/reference/kind", Value::from("another")),
    ] {
        let mut other = drift.clone();
        *other.pointer_mut(pointer).expect(pointer) = wrong;
        assert!(!misfits("drift.schema.json", &other).is_empty(), "{pointer}");
    }
    let mut other = history.clone();
    *other.pointer_mut("/packs/0/not_met").expect("counts") = Value::from(2);
    assert!(!misfits("history.schema.json", &other).is_empty());
}
