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
use super::steps::{Steps, Tables};
use super::views::View;

/// Rows of a sliced table that are worked on at a time.
pub const SLICE_ROWS: usize = 1_000_000;

/// The canonical tables of a run, ready for SQL. Views are computed when a metric first asks for them.
pub struct Engine {
    tables: BTreeMap<&'static str, DataFrame>,
    selects: Arc<Selects>,
    slice_rows: usize,
    computed: Mutex<BTreeMap<String, DataFrame>>,
}

/// The SELECTs of a run, each taken apart when it is first run.
struct Selects {
    views: Vec<View>,
    params: Params,
    steps: Mutex<BTreeMap<String, Arc<Steps>>>,
}

impl Selects {
    fn steps(&self, sql: &str) -> Arc<Steps> {
        let mut known = locked(&self.steps);
        if let Some(steps) = known.get(sql) {
            return Arc::clone(steps);
        }
        let steps = Arc::new(Steps::of(&self.params.substitute(sql)));
        known.insert(sql.to_owned(), Arc::clone(&steps));
        steps
    }
}

impl Engine {
    /// Takes the tables; one that nothing feeds is empty, and a column that a frame lacks is null.
    ///
    /// # Errors
    /// A frame has a column of a type that cannot hold what the catalogue says.
    pub fn new(frames: &Frames, params: Params, register: &Register) -> Outcome<Self> {
        let selects = Selects { views: register.views().to_vec(), params, steps: Mutex::default() };
        let empty = Self {
            tables: BTreeMap::new(),
            selects: Arc::new(selects),
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
            selects: Arc::clone(&self.selects),
            slice_rows: self.slice_rows,
            computed: Mutex::default(),
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
        let select = self.selects.steps(metric.sql());
        let mut tables = self.tables_for(&select, self.selects.views.len())?;
        let mut one = |tables: &Tables| -> Outcome<()> {
            let frame = execute(tables, metric.id(), &select)?;
            each(Stays::from_frame(metric.id(), &batch::sorted(frame)?)?)
        };
        let Some((name, whole)) = metric.slice().and_then(|table| self.tables.get_key_value(table.name())) else {
            return one(&tables);
        };
        let mut from = 0;
        loop {
            tables.insert(name, whole.slice(from as i64, self.slice_rows).lazy());
            one(&tables)?;
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
        let select = self.selects.steps(metric.sql());
        let tables = self.tables_for(&select, self.selects.views.len())?;
        let frame = execute(&tables, metric.id(), &select)?;
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
        let place = self.selects.views.iter().position(|view| view.name() == name);
        place.map_or_else(|| Ok(DataFrame::empty()), |place| self.view(place))
    }

    /// The tables that a SELECT reads, and those of the first views.
    fn tables_for(&self, select: &Steps, views: usize) -> Outcome<Tables> {
        let mut tables = Tables::default();
        for (name, frame) in self.tables.iter().filter(|(name, _)| select.reads(name)) {
            tables.insert(name, frame.clone().lazy());
        }
        for (place, view) in self.selects.views[..views].iter().enumerate() {
            if select.reads(view.name()) {
                tables.insert(view.name(), self.view(place)?.lazy());
            }
        }
        Ok(tables)
    }

    /// The rows of a view; it may read only views before it.
    fn view(&self, place: usize) -> Outcome<DataFrame> {
        let view = &self.selects.views[place];
        if let Some(frame) = locked(&self.computed).get(view.name()) {
            return Ok(frame.clone());
        }
        let select = self.selects.steps(view.sql());
        let frame = execute(&self.tables_for(&select, place)?, view.name(), &select)?;
        locked(&self.computed).insert(view.name().to_owned(), frame.clone());
        Ok(frame)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn execute(tables: &Tables, what: &str, select: &Steps) -> Outcome<DataFrame> {
    tables.select(select).map_err(|cause| Failure::run(format!("the SQL of {what} failed: {cause}")))
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
