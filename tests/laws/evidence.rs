//! The first law: whatever is garbled, cut or lost, no verdict becomes met, and none says that there was nothing to measure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::chance::Chance;
use super::change::{Change, Kind, Subject};
use super::company::{Fault, company};
use super::folder::{Copy, Folder};
use super::run::{assess, better, rules, verdicts};
use super::{Effort, holds};

/// The three quarters of the sample company.
const SAMPLES: [&str; 3] = ["acme-2026-Q1", "acme-2026-Q2", "acme"];

/// Violations by what was done and what came of it, with the places.
type Violations = BTreeMap<String, Vec<String>>;

fn sample(name: &str) -> Subject {
    let folder = Folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name));
    Subject::new(folder.with_totals())
}

/// All that is tried on one company: which changes, by what `choose` leaves of them.
fn tried(subject: &Subject, changes: &[Change]) -> Violations {
    let found = Mutex::new(Violations::new());
    let next = AtomicUsize::new(0);
    let mut copy = Copy::new();
    let place = copy.show(&subject.folder);
    let rules = rules(place);
    let before = verdicts(&assess(place, &rules).expect("the unchanged folder can be assessed"));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(changes.len()) {
            scope.spawn(|| {
                let mut copy = Copy::new();
                while let Some(change) = changes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let folder = subject.with(change);
                    let place = copy.show(&folder);
                    let run = AssertUnwindSafe(|| assess(place, &rules).map(|report| verdicts(&report)));
                    let lines = match catch_unwind(run) {
                        Ok(after) => better(&before, &after.unwrap_or_default()),
                        Err(_) => vec!["panicked".to_owned()],
                    };
                    let mut found = found.lock().expect("no panic holds it");
                    for line in lines {
                        let column =
                            if change.column.is_empty() { String::new() } else { format!(" {}", change.column) };
                        let what = format!("{}: {}{column} | {line}", change.kind.words(), change.path);
                        found.entry(what).or_default().push(subject.place(change));
                    }
                }
            });
        }
    });
    found.into_inner().expect("no panic holds it")
}

/// Adds the violations of one company to those of all.
fn merge(all: &mut Violations, more: Violations) {
    for (what, places) in more {
        all.entry(what).or_default().extend(places);
    }
}

/// One line per violation with how often it was seen.
fn table(found: &Violations) -> String {
    let mut out = String::new();
    for (what, places) in found {
        writeln!(out, "{:>4} × {what}", places.len()).expect("memory");
    }
    out
}

/// The changes that are tried on an invented company: all that lose something, and some of the cells.
fn chosen(subject: &Subject, cells: usize, chance: &mut Chance) -> Vec<Change> {
    let (cell, lost): (Vec<Change>, Vec<Change>) = subject
        .changes()
        .into_iter()
        .filter(|change| change.kind != Kind::Empty)
        .partition(|change| matches!(change.kind, Kind::Garble | Kind::Truncate));
    let rows: Vec<Change> = chance.some(lost, cells.div_ceil(4));
    chance.some(cell, cells).into_iter().chain(rows).collect()
}

/// Each company is what it says: a fault makes its own metrics not met, or the law would have nothing to find, and what else
/// it changes stands here. What the company without a fault is told first: what it has nothing of is neither met nor not met.
#[test]
fn the_invented_companies_are_well_but_for_their_fault() {
    let told = |fault: Fault| -> BTreeMap<String, String> {
        let subject = Subject::new(company(7, fault));
        let mut copy = Copy::new();
        let place = copy.show(&subject.folder);
        let verdicts = verdicts(&assess(place, &rules(place)).expect("a report"));
        let of_metrics =
            verdicts.into_iter().filter_map(|(what, status)| Some((what.strip_prefix("metric ")?.to_owned(), status)));
        of_metrics.collect()
    };
    let well = told(Fault::None);
    let mut said = String::new();
    for status in ["not-met", "insufficient-evidence", "no-population", "not-assessed", "met"] {
        let ids: Vec<&str> = well.iter().filter(|(_, one)| *one == status).map(|(id, _)| id.as_str()).collect();
        writeln!(said, "{status}: {}", ids.join(", ")).expect("memory");
    }
    for fault in Fault::ALL.into_iter().filter(|fault| *fault != Fault::None) {
        let verdicts = told(fault);
        for metric in fault.metrics() {
            assert_eq!(verdicts[*metric], "not-met", "{fault:?}: {metric}");
        }
        let others =
            verdicts.iter().filter(|(id, status)| well[*id] != **status && !fault.metrics().contains(&id.as_str()));
        let others: Vec<String> = others.map(|(id, status)| format!("{id} {status}")).collect();
        writeln!(said, "{fault:?}: {}", others.join(", ")).expect("memory");
    }
    insta::assert_snapshot!(said, @r"
    not-met: expired-present, stale-disabled
    insufficient-evidence: human-use-of-nhi, inactive-not-deleted, local-accounts
    no-population: agent-without-sponsor, break-glass-use, contractor-past-end, dormant-agents, early-access, joiner-lag, on-leave-enabled, provisioning-latency, shared-secret-after-leaver, shared-without-custodian, source-conflicts, stale-guests, sync-failed-leavers, unexplained-account
    not-assessed: leaver-residual-access, mover-lag, overdue-reviews, retained-entitlements, self-approved-waivers, self-reviews, unexecuted-revocations, unreviewed-nhi, waiver-overrun
    met: credential-after-leave, dormant-accounts, duplicate-accounts, former-staff-access, full-offboarding, hr-recording-lag, leaver-credentials, leaver-lag, leaver-lag-notified, leaver-owned-nhi, leaver-sign-in, log-gaps, long-lived-secrets, never-activated, orphan-accounts, out-of-band-change, ownerless-nhi, reenabled-leaver, rotation-overlap, state-contradiction, sync-recovery, unknown-age-credentials, unrotated-keys, unused-credentials
    LateLeaver: full-offboarding not-met
    OpenLeaver: full-offboarding not-met
    FormerOpen: 
    UsedAfter: 
    Orphan: local-accounts not-met
    WaivedOrphan: local-accounts not-met, orphan-accounts met-with-waivers, self-approved-waivers insufficient-evidence, waiver-overrun met
    Dormant: 
    OldKey: long-lived-secrets not-met
    AgelessKey: long-lived-secrets insufficient-evidence, unrotated-keys insufficient-evidence
    LeaverKey: leaver-owned-nhi not-met
    Ownerless: 
    Unrepaired: 
    Reenabled: full-offboarding not-met
    RecordedLate: 
    Conflict:
    ");
}

/// The number of companies times faults, and the samples, share what is tried.
#[test]
fn what_is_lost_never_makes_a_pass() {
    let effort = Effort::asked();
    let seeds = effort.of(1, usize::MAX, 3) as u64;
    let mut found = Violations::new();
    let (mut count, mut places) = (0, 0);
    for seed in 0..seeds {
        for (number, fault) in Fault::ALL.into_iter().enumerate() {
            let mut chance = Chance::new(100 + seed * 100 + number as u64);
            let subject = Subject::new(company(seed + 1, fault));
            places += subject.changes().len();
            let changes = chosen(&subject, effort.of(1, 40, 400), &mut chance);
            count += changes.len();
            merge(&mut found, tried(&subject, &changes));
        }
    }
    for name in SAMPLES {
        let subject = sample(name);
        let changes: Vec<Change> = subject.changes().into_iter().filter(|change| change.kind != Kind::Empty).collect();
        places += changes.len();
        let changes = Chance::new(5).some(changes, effort.of(1, 60, usize::MAX));
        count += changes.len();
        merge(&mut found, tried(&subject, &changes));
    }
    println!("{count} changes tried of {places} places; OVERSTAY_LAWS=all tries all of the samples");
    for (what, places) in &found {
        println!("{what}\n    {}", places.join("\n    "));
    }
    holds(&table(&found));
}
