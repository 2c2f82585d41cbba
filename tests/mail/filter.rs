//! The part of a comparison that concerns a rule, counted by hand.

use overstay::mail::filter;
use overstay::report::drift::{Class, ContextChange, DriftResult};

use super::fixture::{config, drift, plan, unchanged};

/// Result, new, resolved and sentence of the part that one rule gets.
fn part(limits: &str) -> (DriftResult, u64, u64, String) {
    let config = config(&format!("[[recipient]]\nto = \"a@acme.example\"\n{limits}\n"));
    let filtered = filter(&drift(), &config.rules[0]);
    let of = |class| filtered.drift.count(class);
    let sentence = filtered.part.map(|part| part.sentence).unwrap_or_default();
    (filtered.drift.result, of(Class::Reopened), of(Class::Resolved), sentence)
}

#[test]
fn without_limits_it_is_the_whole() {
    assert_eq!(part(""), (DriftResult::Worse, 3, 2, String::new()));
}

#[test]
fn by_system() {
    let said = "This is a part: of 5 changed findings, 2 concern the system payroll.".to_owned();
    assert_eq!(part("systems = \"payroll\""), (DriftResult::Worse, 1, 1, said));
    let said = "This is a part: of 5 changed findings, 5 concern the systems okta and pay*.".to_owned();
    assert_eq!(part("systems = [\"okta\", \"pay*\"]"), (DriftResult::Worse, 3, 2, said));
}

#[test]
fn by_owner() {
    let said = "This is a part: of 5 changed findings, 3 concern systems of Emre@acme.example.".to_owned();
    assert_eq!(part("owners = \"Emre@acme.example\""), (DriftResult::Worse, 2, 1, said));
}

#[test]
fn by_metric() {
    let said = "This is a part: of 5 changed findings, 2 concern the metric orphan-accounts.".to_owned();
    assert_eq!(part("metrics = \"orphan-accounts\""), (DriftResult::Worse, 1, 1, said));
}

#[test]
fn by_severity() {
    let said = "This is a part: of 5 changed findings, 3 concern severity high or above.".to_owned();
    assert_eq!(part("min_severity = \"high\""), (DriftResult::Worse, 2, 1, said));
    let said = "This is a part: of 5 changed findings, 1 concerns severity critical.".to_owned();
    assert_eq!(part("min_severity = \"critical\""), (DriftResult::Worse, 1, 0, said));
}

#[test]
fn limits_hold_together() {
    let (result, new, resolved, said) = part("systems = \"payroll\"\nmin_severity = \"high\"");
    assert_eq!((result, new, resolved), (DriftResult::Unchanged, 0, 0));
    assert_eq!(said, "This is a part: of 5 changed findings, 0 concern the system payroll, severity high or above.");
}

#[test]
fn counts_of_unlisted_findings_are_lower_bounds() {
    let mut drift = drift().listing(1);
    drift.cap_per_class = 1;
    let rules = config("[[recipient]]\nto = \"a@acme.example\"\nmin_severity = \"high\"\n");
    let said = filter(&drift, &rules.rules[0]).part.expect("a part").sentence;
    assert_eq!(
        said,
        "This is a part: of 5 changed findings, at least 2 concern severity high or above. The comparison lists 1 \
         finding of each class; the counts here are of those, and so lower bounds."
    );
    // A system is counted in full all the same.
    let rules = config("[[recipient]]\nto = \"a@acme.example\"\nsystems = \"okta\"\n");
    let filtered = filter(&drift, &rules.rules[0]);
    assert_eq!(filtered.drift.count(Class::Reopened), 2);
    assert!(!filtered.part.expect("a part").sentence.contains("at least"));
}

#[test]
fn a_part_of_systems_has_no_numbers_of_the_others() {
    let mut drift = drift();
    let limit = drift.context[0].clone();
    let of = |system: &str, is: &str| ContextChange {
        what: format!("limit of leaver-lag, system {system}"),
        after: Some(is.to_owned()),
        system: Some(system.to_owned()),
        ..limit.clone()
    };
    drift.context.extend([of("okta", "33 d"), of("payroll", "44 d")]);
    let plan = plan("[[recipient]]\nto = \"a@acme.example\"\nsystems = \"payroll\"\n", &drift);
    let text = &plan.mails[0].text;
    assert!(text.contains("limit of leaver-lag, system payroll: was 2 d, is 44 d"), "{text}");
    for other in ["okta", "33 d", "of 40", "former staff", "was 39", "PR.AA-05"] {
        assert!(!text.contains(other), "{other} in\n{text}");
    }
    assert!(text.contains("Verdict now, over all systems"), "{text}");
}

#[test]
fn a_system_that_is_gone_concerns_its_owner() {
    let mut drift = unchanged();
    drift.systems[1].loaded = [true, false];
    let mails = plan("[[recipient]]\nto = \"a@acme.example\"\nowners = \"carla@acme.example\"\n", &drift).mails;
    assert_eq!(
        mails[0].subject,
        "overstay: worse (1 system no longer loaded) — Acme Instruments 2026-W47 (systems of carla@acme.example)"
    );
    assert!(mails[0].text.starts_with("WORSE: "), "{}", mails[0].text);
    let other = plan("[[recipient]]\nto = \"a@acme.example\"\nowners = \"emre@acme.example\"\n", &drift);
    assert_eq!((other.mails.len(), other.silent.len()), (0, 1));
}

#[test]
fn one_mail_per_rule_and_none_where_nothing_concerns() {
    let rules = "[[recipient]]\nname = \"all\"\nto = \"a@acme.example\"\n\
                 [[recipient]]\nname = \"none\"\nto = \"b@acme.example\"\nsystems = \"lims\"\n\
                 [[recipient]]\nname = \"always\"\nto = \"c@acme.example\"\nsystems = \"lims\"\nalways = true\n";
    let changed = plan(rules, &drift());
    let labels: Vec<&str> = changed.mails.iter().map(|mail| mail.label.as_str()).collect();
    assert_eq!((labels, changed.silent), (vec!["all", "always"], vec!["none".to_owned()]));
    let same = plan(rules, &unchanged());
    let labels: Vec<&str> = same.mails.iter().map(|mail| mail.label.as_str()).collect();
    assert_eq!(labels, ["always"]);
    assert!(same.mails[0].text.starts_with("UNCHANGED: Nothing changed"), "{}", same.mails[0].text);
}

#[test]
fn a_misspelt_metric_is_said() {
    let plan = plan("[[recipient]]\nto = \"a@acme.example\"\nmetrics = \"leaver-lagg\"\n", &drift());
    let said: Vec<String> = plan.doubts.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["warning: mail.toml:6:11: no metric is called `leaver-lagg`\nhint: did you mean \"leaver-lag\"?"]
    );
}

/// A comparison in which nothing changed but that payroll is loaded, or is not any more.
fn only_loaded(loaded: [bool; 2]) -> overstay::report::drift::Drift {
    let mut drift = unchanged();
    drift.systems[1].loaded = loaded;
    drift
}

#[test]
fn a_system_that_is_new_is_no_reason_for_who_asked_for_something_else() {
    let come = only_loaded([false, true]);
    for limits in
        ["min_severity = \"critical\"", "metrics = \"leaver-lag\"", "systems = \"pay*\"\nmin_severity = \"high\""]
    {
        let rules = format!("[[recipient]]\nto = \"a@acme.example\"\n{limits}\n");
        assert_eq!(plan(&rules, &come).mails.len(), 0, "{limits}");
        assert_eq!(plan(&rules, &only_loaded([true, false])).mails.len(), 1, "out of sight: {limits}");
    }
    for limits in ["", "systems = \"payroll\"\n"] {
        let rules = format!("[[recipient]]\nto = \"a@acme.example\"\n{limits}");
        let mut come = come.clone();
        come.result = DriftResult::Better;
        assert_eq!(plan(&rules, &come).mails.len(), 1, "{limits}");
    }
}

/// What is said about rules when the pack knows four systems, of which one has no finding.
fn doubts(rule: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let systems =
        r#"[{"system": "okta", "owner": "emre@acme.example"}, {"system": "lims", "owner": "ivo@acme.example"}]"#;
    super::write(&folder.path().join("manifest.json"), super::message::manifest_of(0, "").to_json());
    super::write(&folder.path().join("report.json"), format!("{{\"systems\": {systems}, \"x\": [1]}}"));
    let templates = overstay::render::Templates::shipped().expect("shipped templates");
    let options = overstay::mail::Options {
        pack: Some(folder.path()),
        names: false,
        always: false,
        attach: &[],
        date: None,
        templates: &templates,
    };
    let config = config(&format!("[[recipient]]\nto = \"a@acme.example\"\n{rule}\n"));
    let plan = overstay::mail::Plan::make(&config, &drift(), &options).expect("a plan");
    plan.doubts.iter().map(ToString::to_string).collect()
}

#[test]
fn a_misspelt_system_or_owner_is_said() {
    assert_eq!(doubts("systems = [\"okta\", \"lims\", \"payroll\", \"pay*\"]"), Vec::<String>::new());
    assert_eq!(doubts("owners = [\"ivo@acme.example\", \"Carla@acme.example\"]"), Vec::<String>::new());
    assert_eq!(
        doubts("systems = \"oktaa\""),
        ["warning: mail.toml:6:11: no system is called `oktaa`\nhint: did you mean \"okta\"?"]
    );
    assert_eq!(
        doubts("owners = \"iwo@acme.example\""),
        ["warning: mail.toml:6:10: no system is owned by `iwo@acme.example`\nhint: did you mean \"ivo@acme.example\"?"]
    );
    // Without a pack nobody knows the systems in which nothing was found.
    let plan = plan("[[recipient]]\nto = \"a@acme.example\"\nsystems = \"lims\"\n", &drift());
    assert!(plan.doubts.is_empty());
}
