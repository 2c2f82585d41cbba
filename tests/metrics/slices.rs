//! Laws: slicing, and the order of input rows, change nothing.

use std::sync::LazyLock;

use overstay::dataset::{Frames, Table};
use overstay::metric::{Engine, Metric, Params, Register, Shape};
use polars::prelude::*;
use proptest::prelude::*;

use super::loader::cases;

/// All rows of a metric as text, in the order in which they are handed over.
fn rows(engine: &Engine, metric: &Metric) -> Vec<String> {
    let mut out = Vec::new();
    engine
        .run(metric, |stays| {
            for row in 0..stays.len() {
                out.push(format!(
                    "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                    stays.began_source(row),
                    stays.ended_source(row),
                    stays.subject.get(row),
                    stays.state[row].word(),
                    (stays.began_lo(row), stays.began_hi(row)),
                    (stays.ended_lo(row), stays.ended_hi(row)),
                    stays.seen_until(row),
                    stays.note.get(row)
                ));
            }
            Ok(())
        })
        .expect("the metric runs");
    out
}

/// Keys that tie rows together; in the world each case keeps its own.
const KEYS: [&str; 7] =
    ["person_id", "owner_person_id", "account_key", "account_id", "credential_key", "credential_id", "subject_text"];

/// One world from the cases of these metrics (none: of all): the tables of the same name stacked, keys and row numbers made unique.
fn world(of: &[&str]) -> (Frames, Params) {
    let mut frames = Frames::default();
    let mut params = None;
    let all = cases().into_iter().filter(|case| of.is_empty() || of.contains(&case.metric.as_str()));
    for (number, case) in all.enumerate() {
        params.get_or_insert(case.params);
        for (table, frame) in case.frames.iter() {
            let mut frame = frame.clone();
            for key in KEYS {
                let Ok(column) = frame.column(key) else { continue };
                let own = column.str().expect("text").apply_values(|value| format!("{value}@{number}").into());
                frame.with_column(own.into_column()).expect("a column");
            }
            let all = match frames.take(table) {
                Some(all) => all.vstack(&frame).expect("the same columns"),
                None => frame,
            };
            frames.insert(table, all);
        }
    }
    for table in Table::ALL {
        if let Some(mut frame) = frames.take(table) {
            let numbers: Vec<i32> = (1..=frame.height() as i32).collect();
            frame.with_column(Column::new("src_row".into(), numbers)).expect("row numbers");
            frames.insert(table, frame);
        }
    }
    (frames, params.expect("a case"))
}

#[test]
fn the_size_of_slices_changes_nothing() {
    let register = Register::load(&[]).expect("the register");
    let mut sliced = 0;
    for metric in register.metrics().iter().filter(|metric| metric.slice().is_some()) {
        let (frames, params) = world(&[metric.id()]);
        let whole = Engine::new(&frames, params, &register).expect("an engine");
        let mut expected = rows(&whole, metric);
        assert!(expected.len() > 8, "{} has too few rows to show anything", metric.id());
        expected.sort();
        for size in [1, 7] {
            let engine = Engine::new(&frames, params, &register).expect("an engine").with_slice_rows(size);
            let mut found = rows(&engine, metric);
            found.sort();
            assert_eq!(found, expected, "{} in slices of {size}", metric.id());
        }
        sliced += 1;
    }
    assert!(sliced > 3);
}

/// Tables that are sliced once per row give each of their rows exactly one result.
#[test]
fn each_row_of_the_population_gives_one_row() {
    let register = Register::load(&[]).expect("the register");
    let (frames, params) = world(&[]);
    let engine = Engine::new(&frames, params, &register).expect("an engine");
    for (id, table) in [
        ("orphan-accounts", Table::Accounts),
        ("dormant-accounts", Table::Accounts),
        ("unrotated-keys", Table::Credentials),
        ("unknown-age-credentials", Table::Credentials),
        ("source-conflicts", Table::Conflicts),
    ] {
        assert_eq!(rows(&engine, register.get(id).expect("a metric")).len(), frames.height(table), "{id}");
    }
}

fn shuffled(frames: &Frames, seed: u64) -> Frames {
    let mut out = Frames::default();
    for (table, frame) in frames.iter() {
        let mut order: Vec<IdxSize> = (0..frame.height() as IdxSize).collect();
        let mut state = seed | 1;
        for at in (1..order.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, (state >> 33) as usize % (at + 1));
        }
        out.insert(table, frame.take(&IdxCa::from_vec(PlSmallStr::EMPTY, order)).expect("rows"));
    }
    out
}

/// What every metric gives, as text.
fn all_rows(frames: &Frames, params: Params) -> Vec<(String, Vec<String>)> {
    let register = Register::load(&[]).expect("the register");
    let engine = Engine::new(frames, params, &register).expect("an engine");
    let of = |metric: &Metric| match metric.shape() {
        Shape::Duration => rows(&engine, metric),
        Shape::Indicator => {
            engine.indicator(metric).expect("values").iter().map(|value| format!("{value:?}")).collect()
        }
    };
    register.metrics().iter().map(|metric| (metric.id().to_owned(), of(metric))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_nothing(seed in any::<u64>()) {
        static STRAIGHT: LazyLock<(Frames, Params, Vec<(String, Vec<String>)>)> = LazyLock::new(|| {
            let (frames, params) = world(&[]);
            let rows = all_rows(&frames, params);
            (frames, params, rows)
        });
        let (frames, params, straight) = &*STRAIGHT;
        for (expected, found) in straight.iter().zip(all_rows(&shuffled(frames, seed), *params)) {
            prop_assert_eq!(expected, &found);
        }
    }
}
