//! Puts the rows of a batch in an order that does not depend on threads.

use std::cmp::Ordering;

use polars::prelude::*;

use crate::dataset::Texts;
use crate::failure::Outcome;

use super::stays::LINEAGE;

const TEXTS: [&str; 4] = ["subject", "person_id", "account_key", "state"];
const TIMES: [&str; 3] = ["began_lo", "began_hi", "ended_hi"];

/// The frame sorted by lineage, then by subject, person and what else tells rows apart. Missing values come first.
///
/// The whole numbers decide almost always, so the texts are looked at for ties only; a sorted batch is left as it is.
pub(super) fn sorted(frame: DataFrame) -> Outcome<DataFrame> {
    let lineage = LINEAGE.map(|name| numbers(&frame, name));
    let keys: Vec<[i64; 4]> = (0..frame.height())
        .map(|row| [0, 1, 2, 3].map(|at| lineage[at].as_ref().and_then(|column| column.get(row)).unwrap_or(i64::MIN)))
        .collect();
    let texts = TEXTS.map(|name| Texts::of(&frame, name));
    let times = TIMES.map(|name| numbers(&frame, name));
    let by = |a: usize, b: usize| -> Ordering {
        keys[a].cmp(&keys[b]).then_with(|| {
            let texts = texts.iter().map(|column| column.get(a).cmp(&column.get(b)));
            let times = times.iter().flatten().map(|column| column.get(a).cmp(&column.get(b)));
            texts.chain(times).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        })
    };
    if (1..frame.height()).all(|row| by(row - 1, row).is_le()) {
        return Ok(frame);
    }
    let mut order: Vec<IdxSize> = (0..frame.height() as IdxSize).collect();
    order.sort_unstable_by(|a, b| by(*a as usize, *b as usize));
    Ok(frame.take(&IdxCa::from_vec(PlSmallStr::EMPTY, order))?)
}

fn numbers(frame: &DataFrame, name: &str) -> Option<Int64Chunked> {
    let column = frame.column(name).ok()?.cast(&DataType::Int64).ok()?;
    column.as_materialized_series().i64().ok().map(|values| values.rechunk().into_owned())
}
