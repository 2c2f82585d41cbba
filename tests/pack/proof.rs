//! What finds a forgery: packs whose hashes were all made anew, and the part of `verify` that notices.

use std::path::Path;

use overstay::pack::RuleEntry;
use overstay::pipeline::{Alone, AtHand, Silent, Verified, VerifyOptions, verify};
use overstay::report::Status;
use polars::prelude::*;

use super::bytes::{packed, packed_bare, rich};
use super::forge::{Forge, put};
use crate::support::company::Company;

fn looked(pack: &Path, options: VerifyOptions) -> Verified {
    let at_hand = AtHand { scratch: std::env::temp_dir(), ..options.at_hand };
    verify(pack, &VerifyOptions { at_hand, ..options }, &Silent).expect("it can be compared")
}

/// The parts of `verify` that name something, with the paths that they name.
pub(super) fn found(pack: &Path) -> Vec<String> {
    let verified = looked(pack, VerifyOptions::default());
    let mut found = Vec::new();
    let mut part = |name: &str, paths: Vec<&str>| {
        if !paths.is_empty() {
            found.push(format!("{name}: {}", paths.join(" ")));
        }
    };
    let paths = |list: &'_ [overstay::pack::Difference]| list.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
    let hashes = paths(&verified.check.differences);
    part("hashes", hashes.iter().map(String::as_str).collect());
    part("chain", verified.forged().map(|link| link.by.as_str()).collect());
    if let Alone::Computed(again) = &verified.alone {
        let again = again.as_ref().unwrap_or_else(|failure| panic!("{failure}"));
        for (name, part_of) in ["rules", "tables", "report", "documents"].into_iter().zip(again.parts()) {
            let named = paths(&part_of.differences);
            part(name, named.iter().map(String::as_str).collect());
        }
    }
    assert_eq!(verified.agrees(), found.is_empty());
    found
}

/// Takes the first line of a file that contains a text out.
fn without_line(forge: &mut Forge, file: &str, text: &str) {
    let all = String::from_utf8(forge.files[file].clone()).expect("UTF-8");
    let gone = all.lines().find(|line| line.contains(text)).expect("such a line");
    forge.edit(file, &format!("{gone}\n"), "");
}

fn change_leaver_lag(forge: &mut Forge, change: impl FnOnce(&mut overstay::report::MetricReport)) {
    change(forge.report.metrics.iter_mut().find(|metric| metric.id == "leaver-lag").expect("the metric"));
}

/// Takes a finding out, wherever it is counted or listed as one.
fn without_finding(forge: &mut Forge) {
    without_line(forge, "findings.csv", ",leaver-lag,");
    forge.report.findings.total -= 1;
    let at = forge.report.findings.items.iter().position(|finding| finding.metric == "leaver-lag");
    forge.report.findings.items.remove(at.expect("a finding"));
}

/// The documents of a forged pack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Documents {
    /// Rendered anew from the forged report.
    Anew,
    /// As the forgery leaves them.
    Left,
    /// The pack was made without: nothing but the data tells.
    None,
}

use Documents::{Anew, Left};

type Forgery = (&'static str, fn(&mut Forge), Documents, &'static [&'static str]);

/// What is forged, how, what becomes of the documents, and what finds it.
const FORGERIES: [Forgery; 16] = [
    ("nothing", |_| (), Anew, &[]),
    (
        "a number in report.json",
        |forge| {
            change_leaver_lag(forge, |metric| {
                metric.over -= 1;
                metric.within += 1;
            });
        },
        Anew,
        &["report: report.json"],
    ),
    (
        "a verdict",
        |forge| {
            change_leaver_lag(forge, |metric| metric.status = Status::Met);
            forge.report.verdict.status = Status::Met;
            forge.report.verdict.sentence = "0 of 5 metrics assessed exceeded their limits".to_owned();
        },
        Documents::None,
        &["report: report.json"],
    ),
    (
        "the headline",
        |forge| forge.report.headline.former_staff.accounts += 1,
        Documents::None,
        &["report: report.json"],
    ),
    (
        "a number in report.html",
        |forge| forge.edit("report.html", "2026-Q3", "2026-Q4"),
        Left,
        &["documents: report.html"],
    ),
    (
        "another report.pdf",
        |forge| {
            let pages = forge.files["report.pdf"].clone();
            forge.files.insert("report.pdf".to_owned(), pages[..pages.len() / 2].to_vec());
        },
        Left,
        &["documents: report.pdf"],
    ),
    (
        "the short edition in the place of the full one",
        |forge| {
            let pages = forge.files["report.pdf"].clone();
            forge.files.insert("report-full.pdf".to_owned(), pages);
        },
        Left,
        &["documents: report-full.pdf"],
    ),
    (
        "another report.xlsx",
        |forge| {
            let pdf = forge.files["report.pdf"].clone();
            forge.files.insert("report.xlsx".to_owned(), pdf);
        },
        Left,
        &["documents: report.xlsx"],
    ),
    (
        "a row gone from findings.csv",
        without_finding,
        Documents::None,
        &["tables: findings.csv", "report: report.json"],
    ),
    (
        "a row gone from the evidence and from the counts",
        |forge| {
            without_line(forge, "evidence/leaver-lag.csv", ",within,");
            change_leaver_lag(forge, |metric| {
                metric.within -= 1;
                metric.population -= 1;
            });
        },
        Documents::None,
        &["tables: evidence/leaver-lag.csv", "report: report.json"],
    ),
    (
        "a row of a canonical table",
        |forge| {
            forge.table("canonical/accounts.parquet", |frame| {
                let gone = vec![None::<i64>; frame.height()];
                frame.with_column(Column::new("created_at".into(), gone)).expect("a column");
            });
        },
        Anew,
        &[
            "tables: actions.csv evidence/dormant-accounts.csv evidence/never-activated.csv evidence/orphan-accounts.csv \
             evidence/unexplained-account.csv findings.csv populations/accounts.csv",
            "report: report.json",
            "documents: owners/_no-owner.csv owners/_no-owner.html report.xlsx",
        ],
    ),
    (
        "the SQL of a metric",
        |forge| {
            forge.edit("metrics/leaver-lag.sql", "SELECT", "select");
            let text = String::from_utf8(forge.files["metrics/leaver-lag.sql"].clone()).expect("UTF-8");
            let path = "mappings/metrics/leaver-lag.sql";
            let rule = forge.manifest.rules.iter_mut().find(|rule| rule.path == path).expect("the rule");
            *rule = RuleEntry::of(path, &text);
            let (_, sql) = text.split_once("---*/").expect("a header");
            let sql = sql.trim().to_owned();
            change_leaver_lag(forge, |metric| metric.sql = sql);
        },
        Documents::None,
        &["rules: mappings/metrics/leaver-lag.sql", "report: report.json"],
    ),
    (
        "a limit",
        |forge| {
            change_leaver_lag(forge, |metric| {
                metric.limit = Some("30d".to_owned());
                metric.limit_seconds = Some(30 * 86_400);
            });
        },
        Documents::None,
        &["report: report.json"],
    ),
    (
        "a line of rejects.csv",
        |forge| without_line(forge, "rejects.csv", ",yes,"),
        Documents::None,
        &["report: report.json"],
    ),
    (
        "a file that no pack has",
        |forge| {
            forge.files.insert("evidence/approval.csv".to_owned(), b"approved,yes\n".to_vec());
        },
        Documents::None,
        &["tables: evidence/approval.csv"],
    ),
    // What only the exports can show passes: it is named as not compared.
    (
        "the completeness of a source",
        |forge| forge.report.sources[0].completeness = overstay::report::Completeness::Whole,
        Anew,
        &[],
    ),
];

#[test]
fn each_forgery_with_a_manifest_made_anew_is_found_by_its_part() {
    let (company, bare) = (packed(), packed_bare());
    let folder = company.path("forged");
    let mut told = Vec::new();
    for (name, forge_it, documents, expected) in FORGERIES {
        let mut forge = Forge::open(if documents == Documents::None { &bare } else { &company }, "pack");
        forge_it(&mut forge);
        if documents == Left {
            forge.seal(&folder);
        } else {
            forge.seal_rendered(&folder);
        }
        let found = found(&folder);
        if found != expected {
            told.push(format!("{name}: {found:?}"));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Everything forged consistently: a pack of other exports that says it is made of the true ones. Nothing in it shows
/// that; the exports, a noted hash and a signature do.
#[test]
fn a_consistent_forgery_is_found_from_outside_only() {
    let company = packed();
    let noted = looked(&company.path("pack"), VerifyOptions::default()).check.sha256;
    let truth = Forge::open(&company, "pack");
    let exports = company.path("exports").join("crm/accounts.csv");
    let accounts = std::fs::read_to_string(&exports).expect("the accounts");
    put(&company.path("lies/crm/accounts.csv"), accounts.replace("2026-08-24T18", "2026-08-14T18").as_bytes());
    for (path, bytes) in company.files("exports") {
        if path != "crm/accounts.csv" {
            put(&company.path("lies").join(path), &bytes);
        }
    }
    let ran = company.run(&["report", "lies", "--period", "2026-Q3", "--out", "lied"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut forge = Forge::open(&company, "lied");
    forge.manifest.inputs = truth.manifest.inputs;
    forge.report.sources = truth.report.sources;
    forge.seal_rendered(&company.path("forged"));
    let forged = company.path("forged");
    assert_eq!(found(&forged), Vec::<String>::new(), "by itself it agrees");
    let options = VerifyOptions { manifest_sha256: Some(noted), ..VerifyOptions::default() };
    assert!(looked(&forged, options.clone()).has_other_manifest());
    assert!(looked(&company.path("pack"), options).agrees());
    let options = VerifyOptions { exports: Some(company.path("exports")), ..VerifyOptions::default() };
    assert!(looked(&forged, options).differs());
}

fn not_compared(pack: &Path) -> Vec<String> {
    match looked(pack, VerifyOptions::default()).alone {
        Alone::Computed(Ok(again)) => again.not_compared,
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_canonical_tables_the_evidence_is_judged_again() {
    let company = rich().with_documents();
    let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--out", "pack", "--no-canonical"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let pack = company.path("pack");
    assert_eq!(found(&pack), Vec::<String>::new());
    assert!(not_compared(&pack)[1].starts_with("the tables: the pack was made without canonical tables"));
    // The counts alone, a result with its counts, and a row that is gone with its counts.
    let folder = company.path("forged");
    let forged = |change: &dyn Fn(&mut Forge)| {
        let mut forge = Forge::open(&company, "pack");
        change(&mut forge);
        forge.seal_rendered(&folder);
        found(&folder)
    };
    let counts = |forge: &mut Forge| {
        change_leaver_lag(forge, |metric| {
            metric.over -= 1;
            metric.within += 1;
        });
    };
    assert_eq!(forged(&counts), ["report: report.json"]);
    let result = |forge: &mut Forge| {
        counts(forge);
        forge.edit("evidence/leaver-lag.csv", ",over,", ",within,");
    };
    assert_eq!(forged(&result), ["tables: evidence/leaver-lag.csv", "report: report.json"]);
    let headline = |forge: &mut Forge| forge.report.headline.access_after_leaving.accounts += 1;
    assert_eq!(forged(&headline), ["report: report.json"]);
    assert_eq!(forged(&without_finding), ["tables: findings.csv", "report: report.json"]);
}

#[test]
fn what_is_the_companys_own_is_used_or_named() {
    let company = Company::new().with_documents();
    let limits = "title = \"Own\"\n[metrics.leaver-lag]\nlimit = \"1h\"\nseverity = \"high\"\n[[metrics.leaver-lag.override]]\nsystem = \"crm\"\nlimit = \"2h\"\nseverity = \"low\"\n";
    company.write("rules/limits.toml", limits);
    let sql = include_str!("../../mappings/metrics/leaver-lag.sql").replace("id = \"leaver-lag\"", "id = \"own-lag\"");
    company.write("rules/metrics/own-lag.sql", sql);
    company.write("looks/report/style.css", "td { padding: 4px }\n");
    let own = ["--mappings", "rules", "--policy", "rules/limits.toml", "--templates", "looks"];
    let ran = company.run(&[&["report", "exports", "--period", "2026-Q3", "--out", "pack"], &own[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let pack = company.path("pack");
    assert_eq!(found(&pack), Vec::<String>::new());
    insta::assert_snapshot!(not_compared(&pack)[1..].join("\n"), @r"
    the SQL of own-lag, which is the company's own and is not run out of a pack unasked: the evidence was taken as it stands and judged again; --mappings gives it, --run-pack-metrics runs the SQL of the pack
    report.html and owners/: made with a look of the company's own (look/report/style.css); --templates names the folder
    ");
    let ran = company.run(&[&["verify", "pack"], &own[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(!ran.out.contains("which is the company's own"), "{}", ran.out);
    // Others than those of the pack.
    company.write("rules/limits.toml", limits.replace("2h", "3h"));
    company.write("looks/report/style.css", "td { padding: 5px }\n");
    let ran = company.run(&[&["verify", "pack"], &own[..]].concat());
    assert_eq!(ran.code, 3);
    let told = ran.out.replace(&company.path(".").display().to_string(), "");
    let (_, told) = told.split_once("\nThe rules differ from those").expect("a list");
    let named = |path: &str| told.contains(&format!("changed  {path}: "));
    assert!(named("limits.toml") && named("look/report/style.css") && named("report.html"), "{told}");
}

#[test]
fn another_version_is_not_computed_again() {
    let company = packed_bare();
    let mut forge = Forge::open(&company, "pack");
    forge.manifest.tool.version = "0.0.9".to_owned();
    forge.seal(&company.path("pack"));
    let ran = company.run(&["verify", "pack"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("computed   not computed again: made by overstay 0.0.9, which may"), "{}", ran.out);
    assert!(ran.out.contains("whether its parts belong together was not computed"), "{}", ran.out);
}

/// Tables that no tool of ours wrote, under a manifest that says that they are right.
#[test]
fn hostile_tables_end_well() {
    let company = packed_bare();
    let whole = Forge::open(&company, "pack").files["canonical/accounts.parquet"].clone();
    let folder = company.path("forged");
    let last = whole.len();
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("half", whole[..last / 2].to_vec()),
        ("text", b"PAR1 nothing PAR1".to_vec()),
        ("footer", [&whole[..last - 60], &[0xff; 30][..], &whole[last - 30..]].concat()),
    ] {
        let mut forge = Forge::open(&company, "pack");
        forge.files.insert("canonical/accounts.parquet".to_owned(), bytes);
        forge.seal(&folder);
        let verified = looked(&folder, VerifyOptions::default());
        assert!(!verified.agrees(), "{what}");
    }
}
