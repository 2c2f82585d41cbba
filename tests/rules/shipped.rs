//! The rule files that ship.

use std::collections::BTreeSet;

use overstay::framework::{Found, load_frameworks, shipped_frameworks};
use overstay::policy::{DEFAULT_POLICY, Policy, Project, fresh_project};
use overstay::report::Relation;
use overstay::time::LeaveInstant;

use super::metrics;

fn known() -> BTreeSet<String> {
    metrics()
}

#[test]
fn the_policy_limits_every_metric() {
    let policy = Policy::shipped(&known()).expect("the shipped policy");
    assert_eq!(policy.metrics.keys().cloned().collect::<BTreeSet<_>>(), known());
    let limits = policy.metrics.iter().map(|(id, metric)| format!("{id} {}", metric.limit.length));
    insta::assert_snapshot!(limits.collect::<Vec<_>>().join("\n"), @r"
    agent-without-sponsor 0s
    break-glass-use 0s
    contractor-past-end 0s
    credential-after-leave 0s
    dormant-accounts 90d
    dormant-agents 30d
    duplicate-accounts 0s
    early-access 5d
    expired-present 30d
    former-staff-access 24h
    full-offboarding 24h
    hr-recording-lag 0s
    human-use-of-nhi 0s
    inactive-not-deleted 90d
    joiner-lag 24h
    leaver-credentials 24h
    leaver-lag 24h
    leaver-lag-notified 24h
    leaver-owned-nhi 30d
    leaver-residual-access 30d
    leaver-sign-in 0s
    local-accounts 0s
    log-gaps 24h
    long-lived-secrets 180d
    mover-lag 2d
    never-activated 30d
    on-leave-enabled 30d
    orphan-accounts 0s
    out-of-band-change 0s
    overdue-reviews 0s
    ownerless-nhi 0s
    provisioning-latency 1h
    reenabled-leaver 0s
    retained-entitlements 30d
    rotation-overlap 7d
    self-approved-waivers 0s
    self-reviews 0s
    shared-secret-after-leaver 30d
    shared-without-custodian 0s
    source-conflicts 0s
    stale-disabled 180d
    stale-guests 90d
    state-contradiction 0s
    sync-failed-leavers 1h
    sync-recovery 24h
    unexecuted-revocations 2d
    unexplained-account 0s
    unknown-age-credentials 0s
    unreviewed-nhi 92d
    unrotated-keys 90d
    unused-credentials 45d
    waiver-overrun 0s
    ");
    assert_eq!(policy.leave_instant, LeaveInstant::EndOfDay);
    assert!(policy.metrics.values().all(|metric| metric.limit.source.is_some()));
    assert!(policy.title.contains("starting point") && DEFAULT_POLICY.contains("STARTING POINT"));
}

#[test]
fn a_smaller_run_keeps_the_limits_that_it_needs() {
    let policy = Policy::shipped(&BTreeSet::from(["leaver-lag".to_owned()])).expect("the shipped policy");
    assert_eq!(policy.metrics.keys().collect::<Vec<_>>(), ["leaver-lag"]);
}

#[test]
fn frameworks_hold_what_they_promise() {
    let frameworks = load_frameworks(Vec::new(), shipped_frameworks(), &known()).expect("the shipped frameworks");
    let ids: Vec<(&str, usize)> =
        frameworks.iter().map(|framework| (framework.id.as_str(), framework.references.len())).collect();
    let expected = [
        ("nist-csf-2.0", 106),
        ("owasp-nhi-2025", 10),
        ("nist-csf-1.1", 108),
        ("nist-ai-rmf-1.0", 72),
        ("sp800-53-r5", 48),
        ("iso-27001-2022", 15),
        ("soc2-tsc-2017", 13),
        ("pci-dss-4.0.1", 24),
        ("cis-controls-8.1", 15),
        ("hipaa-security-rule", 9),
        ("sox-itgc-access", 11),
        ("dora-rts-2024-1774", 13),
        ("nis2-ir-2024-2690", 25),
        ("cisa-cpg-2.0", 6),
        ("csa-ccm-4.0", 6),
        ("sp800-171-r3", 16),
    ];
    assert_eq!(ids, expected);
    for id in ["PR.AA-01", "PR.AA-02", "PR.AA-03", "PR.AA-04", "PR.AA-05", "PR.AA-06"] {
        assert!(frameworks[0].reference(id).is_some(), "{id}");
    }
    let direct = |framework: usize, id: &str| -> Vec<&str> {
        let reference = frameworks[framework].reference(id).expect("a reference");
        let edges = reference.edges.iter().filter(|edge| edge.relation == Relation::Direct);
        edges.map(|edge| edge.metric.as_str()).collect()
    };
    assert_eq!(
        direct(0, "PR.AA-05"),
        [
            "former-staff-access",
            "leaver-lag",
            "leaver-lag-notified",
            "reenabled-leaver",
            "mover-lag",
            "retained-entitlements",
            "overdue-reviews",
            "unexecuted-revocations"
        ]
    );
    assert_eq!(
        direct(0, "PR.AA-01"),
        ["former-staff-access", "leaver-credentials", "orphan-accounts", "credential-after-leave"]
    );
    assert_eq!(
        direct(1, "NHI1:2025"),
        ["former-staff-access", "leaver-credentials", "ownerless-nhi", "leaver-owned-nhi", "agent-without-sponsor"]
    );
    assert_eq!(direct(1, "NHI7:2025"), ["unrotated-keys", "long-lived-secrets"]);
    // Every metric is evidence for something.
    let used: BTreeSet<&str> = frameworks
        .iter()
        .flat_map(|framework| &framework.references)
        .flat_map(|reference| &reference.edges)
        .map(|edge| edge.metric.as_str())
        .collect();
    assert_eq!(used, known().iter().map(String::as_str).collect());
}

/// The size of every function as the publisher's documents give it, in the publisher's order.
#[test]
fn lists_of_nist_are_complete() {
    let frameworks = load_frameworks(Vec::new(), shipped_frameworks(), &known()).expect("the shipped frameworks");
    let functions = |framework: usize, separator: char| {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for reference in &frameworks[framework].references {
            let function = reference.id.split(separator).next().expect("a function");
            match counts.last_mut() {
                Some((last, count)) if *last == function => *count += 1,
                _ => counts.push((function, 1)),
            }
        }
        counts
    };
    assert_eq!(functions(0, '.'), [("GV", 31), ("ID", 21), ("PR", 22), ("DE", 11), ("RS", 13), ("RC", 8)]);
    assert_eq!(functions(2, '.'), [("ID", 29), ("PR", 39), ("DE", 18), ("RS", 16), ("RC", 6)]);
    assert_eq!(functions(3, ' '), [("GOVERN", 19), ("MAP", 18), ("MEASURE", 22), ("MANAGE", 13)]);
    for reference in frameworks.iter().flat_map(|framework| &framework.references) {
        assert!(reference.summary.ends_with('.') && !reference.title.ends_with('.'), "{}", reference.id);
    }
    // A title is no text of a control: the publishers' own ones that are longer stand here.
    let long = frameworks.iter().flat_map(|framework| &framework.references);
    let long = long.filter(|reference| reference.title.split_whitespace().count() > 7);
    assert_eq!(long.map(|reference| reference.id.as_str()).collect::<Vec<_>>(), ["5.5", "6.6"]);
}

#[test]
fn aliases_lead_to_the_truth() {
    let frameworks = load_frameworks(Vec::new(), shipped_frameworks(), &known()).expect("the shipped frameworks");
    let found = |framework: usize, name: &str| match frameworks[framework].find(name) {
        Some(Found::Alias(_, references)) => references.iter().map(|reference| reference.id.clone()).collect(),
        Some(Found::Reference(reference)) => vec![format!("={}", reference.id)],
        None => Vec::new(),
    };
    assert_eq!(found(0, "pr.ac-4"), ["PR.AA-05", "PR.AA-01"]);
    assert_eq!(found(0, "PR.AC-04"), ["PR.AA-05", "PR.AA-01"]);
    assert_eq!(found(1, "NHI-03"), ["NHI1:2025", "NHI7:2025"]);
    assert_eq!(found(1, "NHI3:2025"), ["=NHI3:2025"]);
    assert_eq!(found(2, "PR.AC-4"), ["=PR.AC-4"]);
    assert_eq!(found(0, "NHI-03"), Vec::<String>::new());
}

#[test]
fn a_fresh_project_file_loads_and_its_examples_too() {
    let project = Project::load("overstay.toml", fresh_project()).expect("the fresh file");
    assert_eq!(project.zone.map(|zone| zone.to_string()), Some("UTC".to_owned()));
    // Every example line, with its `#` taken away, is valid as well.
    let is_example = |line: &str| {
        line.strip_prefix("# ")
            .is_some_and(|rest| rest.contains(" = ") || (rest.starts_with('[') && rest.ends_with(']')))
    };
    let opened: Vec<&str> =
        fresh_project().lines().map(|line| if is_example(line) { &line[2..] } else { line }).collect();
    let project = Project::load("overstay.toml", &opened.join("\n")).expect("the examples");
    assert_eq!(project.organisation.as_deref(), Some("Example Corporation"));
    assert_eq!(project.frameworks.as_deref().map(<[String]>::len), Some(2));
    assert!(project.leaves_out("sandbox-eu") && !project.leaves_out("okta"));
    assert_eq!(project.authority.status.len(), 2);
    assert!(project.sources[0].matches("hr/leavers-2026.csv") && !project.sources[0].matches("it/leavers-2026.csv"));
}

/// Words that a report must not use about a result. Official titles that contain one would be listed beside them.
const NEVER: [&str; 36] = [
    "certified",
    "certify",
    "certification",
    "compliant",
    "compliance",
    "audit-proof",
    "guarantee",
    "guaranteed",
    "guarantees",
    "effective",
    "effectively",
    "effectiveness",
    "attested",
    "attests",
    "attestation",
    "audited",
    "passes",
    "passed",
    "pass",
    "fails",
    "failed",
    "fail",
    "immediately",
    "promptly",
    "tamper-proof",
    "tamperproof",
    "opinion",
    "assurance",
    "approved by",
    "nist-approved",
    "owasp-approved",
    "official mapping",
    "material weakness",
    "significant deficiency",
    "undue delay",
    "verified by",
];

#[test]
fn words_that_are_never_used() {
    let mut texts: Vec<(String, String)> =
        shipped_frameworks().iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    texts.push(("default policy".to_owned(), DEFAULT_POLICY.to_owned()));
    texts.push(("fresh project".to_owned(), fresh_project().to_owned()));
    // The sentences of verdicts stand in these files as string literals.
    for (name, text) in [
        ("words.rs", include_str!("../../src/assess/words.rs")),
        ("verdict.rs", include_str!("../../src/assess/verdict.rs")),
        ("control.rs", include_str!("../../src/assess/control.rs")),
        ("judged.rs", include_str!("../../src/assess/judged.rs")),
        ("judge.rs", include_str!("../../src/assess/judge.rs")),
        ("length.rs", include_str!("../../src/assess/length.rs")),
        ("sentence.rs", include_str!("../../src/assess/sentence.rs")),
        ("measures.rs", include_str!("../../src/assess/measures.rs")),
    ] {
        texts.push((name.to_owned(), text.to_owned()));
    }
    let mut found = Vec::new();
    for (name, text) in &texts {
        for (number, line) in text.lines().enumerate() {
            let plain = format!(" {} ", line.to_lowercase().replace(|c: char| !c.is_alphanumeric() && c != '-', " "));
            for word in NEVER {
                if plain.contains(&format!(" {word} ")) {
                    found.push(format!("{name}:{}: {word}", number + 1));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
