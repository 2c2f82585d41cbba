//! Every mistake of a file is reported at once, with its place.

use std::collections::BTreeSet;

use overstay::diag::Diagnostic;
use overstay::framework::{load_framework, load_frameworks, shipped_frameworks};
use overstay::policy::{Policy, Project};
use proptest::prelude::*;

fn known() -> BTreeSet<String> {
    super::metrics()
}

fn shown(said: &[Diagnostic]) -> String {
    said.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn in_a_policy() {
    let text = r#"
leave_instant = "noon"
titel = "typo"

[metrics.leaver_lag]
limit = "24h"
severity = "high"

[metrics.dormant-accounts]
limit = "90"
severity = "urgent"
sevrity = "low"

[metrics.unrotated-keys]
severity = 3

[[metrics.unrotated-keys.override]]
limit = "30d"

[[metrics.unrotated-keys.override]]
account_kind = "servce"
system = "aws-["
privileged = "yes"
limit = "30d"
"#;
    insta::assert_snapshot!(shown(&Policy::load("policy.toml", text, &known()).expect_err("mistakes")));
}

#[test]
fn in_a_project_file() {
    let text = r#"
organization = "Example"
zone = "Mars/Olympus"
period = "2026-Q5"
as_of = "2026-10-01"
frameworks = ["nist-csf-2.0", "nist-csf-2.0"]
mappings = []
[scope]
systems = "okta"
exclude = ["x"]
[authority]
status = ["workday", 7]
[sources]
"hr/[.csv" = "people"
"ok.csv" = ""
"#;
    insta::assert_snapshot!(shown(&Project::load("overstay.toml", text).expect_err("mistakes")));
}

#[test]
fn ids_in_a_project_file() {
    let text = "frameworks = [\"nist-csf-2\"]\n[authority]\nstatus = [\"workdy\"]\n[sources]\n\"a.csv\" = \"people\"\n";
    let project = Project::load("overstay.toml", text).expect("a project");
    let sources = BTreeSet::from(["workday".to_owned(), "people".to_owned()]);
    let frameworks = BTreeSet::from(["nist-csf-2.0".to_owned()]);
    insta::assert_snapshot!(shown(&project.unknown_ids(&sources, &frameworks)));
}

#[test]
fn in_a_framework() {
    let text = r#"
id = "other"
title = "T"
version = 1
publisher = "P"
source = "S"

[[alias]]
requested = "X"
text = "means something else"
resolves = ["R-2"]

[[reference]]
id = "R-1"
title = "T"

[[reference.edge]]
metric = "leaver-leg"
relation = "direkt"
requires = { limit = ">= 90d" }

[[reference.edge]]
metric = "leaver-lag"
relation = "direct"
rationale = "because"
requires = { limit = "<= soon" }

[[reference.edge]]
metric = "leaver-lag"
relation = "direct"
rationale = "twice"

[[reference]]
id = "R-1"
title = "T"
summary = "S"
url = "no"
"#;
    insta::assert_snapshot!(shown(&load_framework("own/f.toml", text, &known()).expect_err("mistakes")));
}

#[test]
fn of_syntax() {
    insta::assert_snapshot!(shown(
        &Policy::load("policy.toml", "title = \"a\nb = = 3\n[metrics", &known()).expect_err("mistakes")
    ));
}

#[test]
fn a_file_with_the_same_id_replaces_the_shipped_one() {
    let own = "id = \"owasp-nhi-2025\"\ntitle = \"Own\"\nversion = \"1\"\npublisher = \"P\"\nsource = \"S\"\nscope = \"s\"\n\
               [[reference]]\nid = \"R\"\ntitle = \"T\"\nsummary = \"S\"\n";
    let files = shipped_frameworks().into_iter().chain([("own/owasp-nhi-2025.toml", own)]);
    let frameworks = load_frameworks(Vec::new(), files, &known()).expect("frameworks");
    let titles: Vec<&str> = frameworks.iter().map(|framework| framework.title.as_str()).collect();
    assert_eq!((titles.len(), titles[1]), (shipped_frameworks().len(), "Own"));
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "[a-z\\[\\]\"=\\.{}\n #0-9-]{0,200}") {
        let _ = Policy::load("p.toml", &text, &known());
        let _ = Project::load("p.toml", &text);
        let _ = load_framework("p.toml", &text, &known());
    }
}
