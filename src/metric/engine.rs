//! Runs metrics: canonical tables and views in, typed rows out, never more of a long table than a slice at a time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use polars::prelude::*;

use crate::dataset::{Frames, Table, Texts, empty_frame};
use crate::failure::{Failure, Outcome};
use crate::report::IndicatorValue;

use super::definition::Metric;
use super::params::Params;
use super::register::Register;
use super::stays::Stays;
use super::steps::Tables;
use super::views::View;
use super::{batch, statement};

/// Rows of a sliced table that are worked on at a time.
pub const SLICE_ROWS: usize = 1_000_000;

/// The canonical tables of a run, ready for SQL. Views are computed when a metric first asks for them.
pub struct Engine {
    tables: BTreeMap<&'static str, DataFrame>,
    views: Vec<View>,
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
        let mut tables = BTreeMap::new();
        for table in Table::ALL {
            tables.insert(table.name(), complete(frames, table)?);
        }
        Ok(Self {
            tables,
            views: register.views().to_vec(),
            params,
            slice_rows: SLICE_ROWS,
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
        let sql = self.params.substitute(metric.sql());
        let mut tables = self.tables_for(metric.sql(), self.views.len())?;
        let mut one = |tables: &Tables| -> Outcome<()> {
            let frame = execute(tables, metric.id(), &sql)?;
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
        let tables = self.tables_for(metric.sql(), self.views.len())?;
        let frame = execute(&tables, metric.id(), &self.params.substitute(metric.sql()))?;
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

    /// All tables, and those of the first views that a SELECT mentions.
    fn tables_for(&self, sql: &str, views: usize) -> Outcome<Tables> {
        let mut tables = Tables::default();
        for (name, frame) in &self.tables {
            tables.insert(name, frame.clone().lazy());
        }
        let names = statement::names(sql);
        for (place, view) in self.views[..views].iter().enumerate() {
            if names.contains(view.name()) {
                tables.insert(view.name(), self.view(place)?.lazy());
            }
        }
        Ok(tables)
    }

    /// The rows of a view; it may read only views before it.
    fn view(&self, place: usize) -> Outcome<DataFrame> {
        let view = &self.views[place];
        if let Some(frame) = self.computed.lock().unwrap_or_else(PoisonError::into_inner).get(view.name()) {
            return Ok(frame.clone());
        }
        let tables = self.tables_for(view.sql(), place)?;
        let frame = execute(&tables, view.name(), &self.params.substitute(view.sql()))?;
        self.computed.lock().unwrap_or_else(PoisonError::into_inner).insert(view.name().to_owned(), frame.clone());
        Ok(frame)
    }
}

fn execute(tables: &Tables, what: &str, sql: &str) -> Outcome<DataFrame> {
    tables.select(sql).map_err(|cause| Failure::run(format!("the SQL of {what} failed: {cause}")))
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
