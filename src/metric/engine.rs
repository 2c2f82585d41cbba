//! Runs metrics: canonical tables and views in, typed rows out, never more of a long table than a slice at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polars::prelude::*;

use crate::dataset::{Frames, Table, Texts, empty_frame};
use crate::failure::{Failure, Outcome};
use crate::report::IndicatorValue;

use super::batch;
use super::definition::Metric;
use super::params::Params;
use super::register::Register;
use super::stays::Stays;
use super::views::View;

/// Rows of a sliced table that are worked on at a time.
pub const SLICE_ROWS: usize = 1_000_000;

/// The canonical tables of a run, ready for SQL. Views are computed when a metric first asks for them.
pub struct Engine {
    tables: BTreeMap<&'static str, DataFrame>,
    views: Arc<[View]>,
    params: Params,
    slice_rows: usize,
    computed: Mutex<BTreeMap<String, DataFrame>>,
}

impl Engine {
    /// Takes the tables; one that nothing feeds is empty, and a column that a frame lacks is null.
    ///
    /// # Errors
    /// A frame has a column of a type that cannot hold what the catalogue says.
    pub fn new(frames: &Frames, params: Params, register: &Register) -> Outcome<Self> {
        let empty = Self {
            tables: BTreeMap::new(),
            views: register.views().into(),
            params,
            slice_rows: SLICE_ROWS,
            computed: Mutex::default(),
        };
        empty.on(frames)
    }

    /// The same SELECTs on other tables: for another reading of the same evidence.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn on(&self, frames: &Frames) -> Outcome<Self> {
        let tables = Table::ALL.into_iter().map(|table| Ok((table.name(), complete(frames, table)?)));
        Ok(Self {
            tables: tables.collect::<Outcome<_>>()?,
            views: Arc::clone(&self.views),
            computed: Mutex::default(),
            ..*self
        })
    }

    /// Takes a table anew: one that is made of what metrics before gave.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn replace(&mut self, table: Table, frames: &Frames) -> Outcome<()> {
        self.tables.insert(table.name(), complete(frames, table)?);
        Ok(())
    }

    /// The same engine with another size of slices (at least 1).
    #[must_use]
    pub fn with_slice_rows(mut self, rows: usize) -> Self {
        self.slice_rows = rows.max(1);
        self
    }

    /// Runs a duration metric and hands over its rows in batches, each in an order that never depends on threads.
    ///
    /// A metric with `slice` runs on slices of that table, so that the whole population is never in memory; any other
    /// gives one batch. At least one batch is handed over, possibly empty.
    ///
    /// # Errors
    /// The SQL fails, the rows break the contract, or `each` fails.
    pub fn run(&self, metric: &Metric, mut each: impl FnMut(Stays) -> Outcome<()>) -> Outcome<()> {
        let empty = self.tables.iter().filter(|(_, frame)| frame.height() == 0).map(|(name, _)| (*name).to_owned());
        let empty = empty.collect();
        let mut one = |slice: Option<(&str, &DataFrame)>| -> Outcome<()> {
            let given = |name: &str| match slice {
                Some((sliced, part)) if sliced == name => Ok(Some(part.clone())),
                _ => self.given(name, self.views.len()),
            };
            let rows = metric.steps().rows_if_any(&self.params, &empty, &given);
            let rows = rows.map_err(|cause| cause.of(metric.id()))?;
            each(match rows {
                Some(frame) => Stays::from_frame(metric.id(), &batch::sorted(frame)?)?,
                None => Stays::none(metric.id())?,
            })
        };
        let Some((name, whole)) = metric.slice().and_then(|table| self.tables.get_key_value(table.name())) else {
            return one(None);
        };
        let mut from = 0;
        loop {
            one(Some((name, &whole.slice(from as i64, self.slice_rows))))?;
            from += self.slice_rows;
            if from >= whole.height() {
                return Ok(());
            }
        }
    }

    /// Runs an indicator: values by name in the order of the SELECT, of each name the overall value first, then systems.
    ///
    /// # Errors
    /// The SQL fails, or a row has no name or numerator.
    pub fn indicator(&self, metric: &Metric) -> Outcome<Vec<IndicatorValue>> {
        let rows = metric.steps().rows(&self.params, &|name| self.given(name, self.views.len()));
        let frame = rows.map_err(|cause| cause.of(metric.id()))?;
        let (names, systems) = (Texts::of(&frame, "name"), Texts::of(&frame, "system"));
        let numerators = whole_numbers(&frame, "numerator")?;
        let denominators = whole_numbers(&frame, "denominator")?;
        let mut order: Vec<&str> = Vec::new();
        let mut values = Vec::new();
        for row in 0..frame.height() {
            let broken = |what| Failure::run(format!("metric {}: row {row} has no {what}", metric.id()));
            let name = names.get(row).ok_or_else(|| broken("name"))?;
            let place = order.iter().position(|known| *known == name).unwrap_or_else(|| {
                order.push(name);
                order.len() - 1
            });
            let value = IndicatorValue {
                name: name.to_owned(),
                system: systems.get(row).map(str::to_owned),
                numerator: numerators.get(row).ok_or_else(|| broken("numerator"))?,
                denominator: denominators.get(row),
            };
            values.push((place, value));
        }
        values.sort_by(|(a, x), (b, y)| (a, &x.system).cmp(&(b, &y.system)));
        Ok(values.into_iter().map(|(_, value)| value).collect())
    }

    /// The rows of a view of the register; empty when there is none of this name.
    ///
    /// # Errors
    /// The SQL fails.
    pub fn view_rows(&self, name: &str) -> Outcome<DataFrame> {
        let place = self.views.iter().position(|view| view.name() == name);
        place.map_or_else(|| Ok(DataFrame::empty()), |place| self.view(place))
    }

    /// A table, or one of the first views, by name.
    fn given(&self, name: &str, views: usize) -> Result<Option<DataFrame>, Cause> {
        if let Some(place) = self.views[..views].iter().rposition(|view| view.name() == name) {
            return self.view(place).map(Some).map_err(Cause::View);
        }
        Ok(self.tables.get(name).cloned())
    }

    /// The rows of a view; it may read only views before it.
    fn view(&self, place: usize) -> Outcome<DataFrame> {
        let view = &self.views[place];
        if let Some(frame) = locked(&self.computed).get(view.name()) {
            return Ok(frame.clone());
        }
        let rows = view.steps().rows(&self.params, &|name| self.given(name, place));
        let frame = rows.map_err(|cause| cause.of(view.name()))?;
        locked(&self.computed).insert(view.name().to_owned(), frame.clone());
        Ok(frame)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a SELECT gave no rows.
enum Cause {
    /// A view that it reads gave none.
    View(Failure),
    Sql(PolarsError),
}

impl From<PolarsError> for Cause {
    fn from(cause: PolarsError) -> Self {
        Self::Sql(cause)
    }
}

impl Cause {
    /// The failure of what the SELECT is of.
    fn of(self, what: &str) -> Failure {
        match self {
            Self::View(failure) => failure,
            Self::Sql(cause) => Failure::run(format!("the SQL of {what} failed: {cause}")),
        }
    }
}

fn whole_numbers(frame: &DataFrame, name: &str) -> Outcome<Int64Chunked> {
    match frame.column(name) {
        Ok(column) => Ok(column.cast(&DataType::Int64)?.as_materialized_series().i64()?.rechunk().into_owned()),
        Err(_) => Ok(Int64Chunked::full_null(name.into(), frame.height())),
    }
}

/// The frame with every column of its table, in the types of the catalogue.
fn complete(frames: &Frames, table: Table) -> Outcome<DataFrame> {
    let model = empty_frame(table);
    let Some(frame) = frames.get(table) else {
        return Ok(model);
    };
    let mut columns = Vec::with_capacity(model.width());
    for wanted in model.columns() {
        let column = match frame.column(wanted.name()) {
            Ok(column) if column.dtype() == wanted.dtype() => column.clone(),
            Ok(column) => column.strict_cast(wanted.dtype()).map_err(|cause| {
                Failure::run(format!("table {}: column {} has the wrong type: {cause}", table.name(), wanted.name()))
            })?,
            Err(_) => Column::full_null(wanted.name().clone(), frame.height(), wanted.dtype()),
        };
        columns.push(column);
    }
    Ok(DataFrame::new(frame.height(), columns)?)
}
