//! The tables of a comparison: metrics with their rates, references, systems, and numbers that were computed again.

use super::digest::{Names, Table, TableKind};
use crate::render::text;
use crate::report::ReferenceState;
use crate::report::drift::{Drift, MetricFace, NumberChange, Rate};

/// Those that have a row.
pub(super) fn all(drift: &Drift, names: Names) -> Vec<Table> {
    let all = [restated(drift), metrics(drift), rates(drift), controls(drift), systems(drift, names)];
    all.into_iter().flatten().collect()
}

/// Numbers of a period that was computed again.
fn restated(drift: &Drift) -> Option<Table> {
    let rows = drift.restated.iter().flatten().map(|metric| {
        let numbers: Vec<String> = metric.numbers.iter().map(number).collect();
        let causes = metric.causes.as_ref().map_or_else(
            || "not looked into: one of the packs does not list the items".to_owned(),
            |causes| causes.iter().map(|one| one.cause.words(one.items)).collect::<Vec<_>>().join(", "),
        );
        vec![metric.title.clone(), numbers.join("; "), causes]
    });
    table(
        TableKind::Restated,
        "Numbers computed again",
        vec!["Metric", "Was and is", "Items that explain it"],
        rows.collect(),
    )
}

/// `over: was 11, is 12`.
fn number(change: &NumberChange) -> String {
    let value = |value: Option<i64>| match value {
        None => "none".to_owned(),
        Some(value) if change.number.is_length() => text::length(value),
        Some(value) => text::count(value.unsigned_abs()),
    };
    format!("{}: was {}, is {}", change.number.words(), value(change.before), value(change.after))
}

/// Metrics with any change but the calendar.
fn metrics(drift: &Drift) -> Option<Table> {
    let changed = drift.metrics.iter().filter(|metric| {
        let status = |face: &Option<MetricFace>| face.as_ref().map(|face| face.status);
        status(&metric.before) != status(&metric.after)
            || metric.sight().is_some()
            || metric.classes.iter().any(|count| count.class.is_change())
    });
    let side = |face: Option<&MetricFace>| {
        face.map_or_else(
            || "not there".to_owned(),
            |face| match face.population {
                0 => format!("{}, no items", face.status.words()),
                all => format!("{}, {} over", face.status.words(), text::of(face.over, all)),
            },
        )
    };
    let rows: Vec<Vec<String>> = changed
        .map(|metric| {
            let counts = metric.classes.iter().filter(|count| count.class.is_change());
            let counts: Vec<String> =
                counts.map(|count| format!("{} {}", text::count(count.count), count.class.words())).collect();
            let sight = metric.sight().map(str::to_owned);
            let all: Vec<String> = sight.into_iter().chain(counts).collect();
            vec![metric.title.clone(), side(metric.before.as_ref()), side(metric.after.as_ref()), all.join(", ")]
        })
        .collect();
    table(TableKind::Metrics, "Metrics", vec!["Metric", "Before", "Now", "Findings"], rows)
}

/// What was over its limit of what both packs looked at, where it is not the same.
fn rates(drift: &Drift) -> Option<Table> {
    let of = |rate: Option<Rate>| rate.map_or_else(|| "–".to_owned(), |rate| text::of(rate.over, rate.population));
    let both = drift.metrics.iter().filter_map(|metric| Some((metric, metric.rate.as_ref()?)));
    let rows = both
        .filter(|(_, rate)| rate.before != rate.after)
        .map(|(metric, rate)| vec![metric.title.clone(), of(rate.before), of(rate.after), rate.words()]);
    let title = "Rates: over the limit and not waived, of what both packs looked at";
    table(TableKind::Rates, title, vec!["Metric", "Before", "Now", "Which is higher"], rows.collect())
}

fn controls(drift: &Drift) -> Option<Table> {
    let word = |state: Option<ReferenceState>| state.map_or("not there", ReferenceState::words);
    let rows = drift.controls.iter().map(|control| {
        vec![
            format!("{} {}", control.id, control.title),
            word(control.before).to_owned(),
            word(control.after).to_owned(),
            control.reason.clone(),
        ]
    });
    table(
        TableKind::References,
        "References about which the evidence shows something else",
        vec!["Reference", "Before", "Now", "Why"],
        rows.collect(),
    )
}

fn systems(drift: &Drift, names: Names) -> Option<Table> {
    // Where names are withheld, the owners that stand there were asked for.
    let owners = names == Names::Shown || drift.systems.iter().any(|system| system.owner.is_some());
    let changed = drift.systems.iter().filter(|system| {
        system.loaded[0] != system.loaded[1] || system.classes.iter().any(|count| count.class.is_change())
    });
    let rows = changed.map(|system| {
        let counts = system.classes.iter().filter(|count| count.class.is_change());
        let mut words: Vec<String> =
            counts.map(|count| format!("{} {}", text::count(count.count), count.class.words())).collect();
        match system.loaded {
            [true, false] => words.insert(0, "nothing loaded any more".to_owned()),
            [false, true] => words.insert(0, "newly loaded".to_owned()),
            _ => {}
        }
        let name = if system.system.is_empty() { "no system".to_owned() } else { system.system.clone() };
        let owner = owners.then(|| system.owner.clone().unwrap_or_else(|| "not supplied".to_owned()));
        [Some(name), owner, Some(words.join(", "))].into_iter().flatten().collect()
    });
    let columns = if owners { vec!["System", "Owner", "Findings"] } else { vec!["System", "Findings"] };
    table(TableKind::Systems, "Systems", columns, rows.collect())
}

fn table(kind: TableKind, title: &str, columns: Vec<&'static str>, rows: Vec<Vec<String>>) -> Option<Table> {
    (!rows.is_empty()).then(|| Table { kind, title: title.to_owned(), columns, rows })
}
