//! A comparison built by hand: two systems, two owners, five changed findings.

use std::path::Path;

use overstay::mail::{Config, Options, Plan};
use overstay::render::Templates;
use overstay::report::drift::{
    Class, ClassCount, ContextChange, ContextKind, ControlChange, Drift, DriftResult, ExceptionChange, Face,
    HeadlineChange, Item, MetricChange, MetricFace, PackFace, Reference, SystemChange,
};
use overstay::report::{
    AccessAfterLeaving, FindingResult, FormerStaff, FormerStaffKeys, Headline, PeriodView, ReferenceState, Stamp,
    Status, Tool,
};

use crate::support::at;

fn tool() -> Tool {
    Tool { name: "overstay".to_owned(), version: "0.1.0".to_owned() }
}

fn pack(label: &str, from: &str, to: &str, findings: u64) -> PackFace {
    PackFace {
        report_id: format!("report-{label}"),
        period: PeriodView { label: label.to_owned(), from: Stamp(at(from)), to: Stamp(at(to)) },
        as_of: Stamp(at(to)),
        tool_version: "0.1.0".to_owned(),
        status: Status::NotMet,
        sentence: "2 of 2 metrics assessed exceeded their limits, with 6 items".to_owned(),
        findings,
        inputs_sha256: "1".repeat(64),
        rules_sha256: "2".repeat(64),
        manifest_sha256: Some("3".repeat(64)),
    }
}

fn counts(list: &[(Class, u64, u64)], all: bool) -> Vec<ClassCount> {
    let of = |class: Class| list.iter().find(|(one, ..)| *one == class).copied().unwrap_or((class, 0, 0));
    let one = |class: &Class| ClassCount { class: *class, count: of(*class).1, waived: of(*class).2 };
    Class::ALL.iter().map(one).filter(|count| all || count.count > 0).collect()
}

fn metric(id: &str, title: &str, over: [u64; 2], classes: &[(Class, u64, u64)]) -> MetricChange {
    let face = |over: u64| MetricFace {
        status: Status::NotMet,
        population: 40,
        within: 40 - over,
        over,
        indeterminate: 0,
        unknown: 0,
        waived: 0,
        open: over,
        limit_seconds: Some(86_400),
        p50_seconds: None,
        p90_seconds: None,
        p95_seconds: None,
        overstay_seconds: 0,
        excluded: 0,
        max_seconds: None,
    };
    MetricChange {
        id: id.to_owned(),
        title: title.to_owned(),
        before: Some(face(over[0])),
        after: Some(face(over[1])),
        class: None,
        less_known: false,
        new_gap: false,
        rate: None,
        classes: counts(classes, false),
    }
}

fn item(class: Class, id: &str, metric: &str, severity: &str, system: &str, subject: &str) -> Item {
    let severity = overstay::report::Severity::from_word(severity).expect("a severity");
    let face = Face {
        began_at: Some(Stamp(at("2026-07-03"))),
        ended_at: None,
        open: true,
        length_seconds: 9 * 86_400,
        longest_seconds: Some(9 * 86_400),
        limit_seconds: 86_400,
        result: FindingResult::Over,
        severity,
        waived: false,
        privileged: None,
    };
    let gone = class == Class::Resolved;
    Item {
        class,
        finding_id: id.to_owned(),
        metric: metric.to_owned(),
        severity,
        system: (!system.is_empty()).then(|| system.to_owned()),
        subject_kind: "account".to_owned(),
        subject: subject.to_owned(),
        before: gone.then(|| face.clone()),
        after: (!gone).then_some(face),
        why: if gone { vec!["its stay ended".to_owned()] } else { Vec::new() },
        reason: format!("{subject} kept an active account 9 d after leaving"),
        source: Some("okta/users.json:7".to_owned()),
    }
}

fn system(name: &str, owner: &str, classes: &[(Class, u64, u64)]) -> SystemChange {
    SystemChange {
        system: name.to_owned(),
        owner: Some(owner.to_owned()),
        loaded: [true, true],
        classes: counts(classes, false),
    }
}

/// Reopened: two in okta (critical, high), one in payroll (medium); resolved: one in each. Three stand as before.
pub(crate) fn drift() -> Drift {
    use Class::{Reopened, Resolved, StillOpen, Unchanged};
    Drift {
        schema: overstay::report::drift::SCHEMA.to_owned(),
        tool: tool(),
        drift_id: "0123456789ab".to_owned(),
        organisation: "Acme Instruments".to_owned(),
        reference: Reference::Previous,
        baseline: pack("2026-W46", "2026-11-09", "2026-11-16", 5),
        current: pack("2026-W47", "2026-11-16", "2026-11-23", 6),
        result: DriftResult::Worse,
        sentence: "Findings: 3 reopened, 2 resolved; 3 as before.".to_owned(),
        points: vec![
            "1 system is newly loaded: crm.".to_owned(),
            "Of 5 exceptions that were open, 3 are still open.".to_owned(),
        ],
        subject: "overstay: worse (3 reopened, 2 resolved) — Acme Instruments 2026-W47".to_owned(),
        context: vec![
            ContextChange {
                kind: ContextKind::Limit,
                what: "limit of leaver-lag".to_owned(),
                before: Some("2 d".to_owned()),
                after: Some("1 d".to_owned()),
                metric: Some("leaver-lag".to_owned()),
                system: None,
                less: false,
            },
            ContextChange {
                kind: ContextKind::Source,
                what: "okta-users of okta".to_owned(),
                before: None,
                after: Some("read".to_owned()),
                metric: None,
                system: Some("okta".to_owned()),
                less: false,
            },
            ContextChange {
                kind: ContextKind::Population,
                what: "accounts".to_owned(),
                before: Some("39".to_owned()),
                after: Some("40".to_owned()),
                metric: None,
                system: None,
                less: false,
            },
        ],
        headline: HeadlineChange { before: headline(5, 20), after: headline(6, 30) },
        classes: counts(&[(Reopened, 3, 0), (Resolved, 2, 0), (StillOpen, 2, 0), (Unchanged, 1, 0)], true),
        exceptions: ExceptionChange::default(),
        metrics: vec![
            metric(
                "leaver-lag",
                "Access after leaving",
                [4, 5],
                &[(Reopened, 2, 0), (Resolved, 1, 0), (StillOpen, 2, 0)],
            ),
            metric("orphan-accounts", "Accounts without a person", [1, 1], &[(Reopened, 1, 0), (Resolved, 1, 0)]),
        ],
        controls: vec![ControlChange {
            framework: "nist-csf-2.0".to_owned(),
            id: "PR.AA-05".to_owned(),
            title: "Access permissions".to_owned(),
            before: Some(ReferenceState::NoneObserved),
            after: Some(ReferenceState::ExceptionsObserved),
            reason: "leaver-lag: 5 of 40 accounts exceeded 24 h".to_owned(),
        }],
        systems: vec![
            system("okta", "emre@acme.example", &[(Reopened, 2, 0), (Resolved, 1, 0), (StillOpen, 2, 0)]),
            system("payroll", "carla@acme.example", &[(Reopened, 1, 0), (Resolved, 1, 0), (Unchanged, 1, 0)]),
        ],
        items: vec![
            item(Reopened, "ovs-0000000000000001", "leaver-lag", "critical", "okta", "j.doe"),
            item(Reopened, "ovs-0000000000000002", "leaver-lag", "high", "okta", "m.roe"),
            item(Reopened, "ovs-0000000000000003", "orphan-accounts", "medium", "payroll", "svc-pay"),
            item(Resolved, "ovs-0000000000000004", "leaver-lag", "high", "okta", "a.poe"),
            item(Resolved, "ovs-0000000000000005", "orphan-accounts", "medium", "payroll", "svc-old"),
        ],
        restated: None,
        cap_per_class: 100,
    }
}

/// The same two packs with nothing changed.
pub(crate) fn unchanged() -> Drift {
    let mut drift = drift();
    drift.result = DriftResult::Unchanged;
    drift.sentence = "Nothing changed: 3 findings stand as before.".to_owned();
    drift.subject = "overstay: nothing changed — Acme Instruments 2026-W47".to_owned();
    drift.items.clear();
    drift.controls.clear();
    drift.context.clear();
    drift.classes = counts(&[(Class::StillOpen, 2, 0), (Class::Unchanged, 1, 0)], true);
    for metric in &mut drift.metrics {
        metric.classes.clear();
    }
    for system in &mut drift.systems {
        system.classes.clear();
    }
    drift
}

/// A mail file with the given rules.
pub(crate) fn config(rules: &str) -> Config {
    config_in("mail.toml", rules)
}

/// A mail file of another name.
pub(crate) fn config_in(file: &str, rules: &str) -> Config {
    let text = format!("from = \"overstay <overstay@acme.example>\"\n[server]\nhost = \"smtp.acme.example\"\n{rules}");
    match Config::load(file, &text, Path::new("/etc/overstay")) {
        Ok(config) => config,
        Err(said) => panic!("{said:?}"),
    }
}

/// The mails of a comparison.
pub(crate) fn plan(rules: &str, drift: &Drift) -> Plan {
    plan_of(&config(rules), drift)
}

/// The mails of a comparison, by a mail file.
pub(crate) fn plan_of(config: &Config, drift: &Drift) -> Plan {
    let templates = Templates::shipped().expect("shipped templates");
    let options = Options { pack: None, names: false, always: false, attach: &[], date: None, templates: &templates };
    Plan::make(config, drift, &options).expect("a plan")
}

/// So many people, each with an account, and so many days of access; no keys.
fn headline(people: u64, days: i64) -> Headline {
    let metrics = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    Headline {
        former_staff: FormerStaff {
            metrics: metrics(&["former-staff-access", "leaver-sign-in"]),
            status: Status::NotMet,
            people,
            accounts: people,
            used_since: 0,
            privileged: 0,
            possibly: 0,
            gaps: 0,
            waived: 0,
        },
        access_after_leaving: AccessAfterLeaving {
            metrics: metrics(&["leaver-lag", "former-staff-access"]),
            status: Status::NotMet,
            accounts: people,
            open: people,
            shortest_seconds: days * 86_400,
            longest_seconds: None,
            gaps: 0,
            waived: 0,
        },
        former_staff_keys: FormerStaffKeys {
            metrics: metrics(&["leaver-credentials"]),
            status: Status::NoPopulation,
            credentials: 0,
            people: 0,
            possibly: 0,
            gaps: 0,
            waived: 0,
        },
    }
}
