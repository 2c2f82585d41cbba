//! The first law in comparisons: what was lost resolves nothing.

use std::fmt::Write as _;

use overstay::pipeline::{DriftOptions, Silent, drift};
use overstay::report::drift::Class;

use super::chance::Chance;
use super::change::{Change, Kind, Subject};
use super::company::{Fault, company};
use super::folder::Copy;
use super::run::options;

#[test]
fn what_is_lost_resolves_nothing() {
    let effort = super::Effort::asked();
    let wanted = effort.of(1, 100, 60);
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let mut said = std::collections::BTreeMap::<String, usize>::new();
    let mut count = 0;
    for (number, fault) in Fault::ALL.into_iter().enumerate().filter(|(_, fault)| *fault != Fault::None) {
        let subject = Subject::new(company(29, fault));
        let (mut before, mut after) = (Copy::new(), Copy::new());
        let changes = subject.changes().into_iter().filter(|change| change.kind != Kind::Empty).collect();
        let changes: Vec<Change> = Chance::new(31 + number as u64).some(changes, wanted);
        for change in changes {
            count += 1;
            let compared = DriftOptions {
                baseline: options(before.show(&subject.folder)),
                current: options(after.show(&subject.with(&change))),
                restate: false,
                accepted: None,
                cap: 1000,
                scratch: scratch.path().to_owned(),
            };
            // A run that is refused resolves nothing.
            let Ok(drifts) = drift(&compared, &Silent) else {
                continue;
            };
            let items = drifts.deciding().items.iter().filter(|item| item.class == Class::Resolved);
            for item in items {
                let words = change.kind.words();
                let line = format!("{words}: {} {} | {} resolved", change.path, change.column, item.metric);
                println!("{line} ({}): {:?}", subject.place(&change), item.why);
                *said.entry(line).or_default() += 1;
            }
        }
    }
    println!("{count} comparisons tried");
    let mut text = String::new();
    for (line, times) in said {
        writeln!(text, "{times:>4} × {line}").expect("memory");
    }
    super::holds(&text);
}
