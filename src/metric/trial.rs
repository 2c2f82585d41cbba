//! Tries SQL on empty tables: does it parse and bind, and does it return what its shape promises?

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dataset::{Table, empty_frame};
use crate::diag::{Diagnostic, Place};

use super::definition::Metric;
use super::header::Shape;
use super::params::{Params, blanked};
use super::statement;
use super::stays::{LINEAGE, REQUIRED, TEXTS, TIMES};
use super::steps::Steps;
use super::views::View;
use crate::rules::did_you_mean;

/// Their parameters have no meaning on empty tables.
const AT_ZERO: Params = Params { as_of: 0, period_from: 0, period_to: 0 };

/// Empty tables and views to try metrics on, by name.
pub(super) struct Trial(BTreeMap<String, DataFrame>);

impl Trial {
    /// Tries the views, each after those before it; gives the mistakes as well.
    pub(super) fn new(views: &[View]) -> (Self, Vec<Diagnostic>) {
        let mut wrong = Vec::new();
        let tables = Table::ALL.into_iter().map(|table| (table.name().to_owned(), empty_frame(table)));
        let mut trial = Self(tables.collect());
        for view in views {
            match trial.rows(view.sql()) {
                Ok(frame) => _ = trial.0.insert(view.name().to_owned(), frame),
                Err(cause) => {
                    let (message, at) = unbound(view.sql(), &cause);
                    wrong.push(Diagnostic::error("metric-sql", message).at(view.place(at)));
                }
            }
        }
        (trial, wrong)
    }

    fn rows(&self, sql: &str) -> PolarsResult<DataFrame> {
        Steps::of(&blanked(sql)).rows(&AT_ZERO, &|name| Ok(self.0.get(name).cloned()))
    }

    /// Mistakes in a metric.
    pub(super) fn metric(&self, metric: &Metric) -> Vec<Diagnostic> {
        let sql = &metric.text[metric.body..];
        match self.rows(sql) {
            Ok(frame) => contract(metric, &frame),
            Err(cause) => {
                let (message, at) = unbound(sql, &cause);
                vec![Diagnostic::error("metric-sql", message).at(Place::offset(
                    &*metric.path,
                    &metric.text,
                    metric.body + at,
                ))]
            }
        }
    }
}

/// The message, and the byte of the SQL that it is about.
fn unbound(sql: &str, cause: &PolarsError) -> (String, usize) {
    let said = cause.to_string();
    let first = said.lines().next().unwrap_or("").trim().trim_end_matches('.').to_owned();
    // What follows is a position, which the message has a place for, or a long list of all columns.
    let end = [" at Line: ", "; valid columns: "].iter().filter_map(|mark| first.find(mark)).min();
    let message = first[..end.unwrap_or(first.len())].trim_start_matches("not found: ");
    let at = parser_offset(sql, &said).or_else(|| named(&said).and_then(|name| statement::position(sql, &name)));
    let lead = sql.len() - sql.trim_start().len();
    (format!("the SELECT does not run: {message}"), at.unwrap_or(lead))
}

/// The offset that the parser names as `at Line: 3, Column: 7`.
fn parser_offset(sql: &str, said: &str) -> Option<usize> {
    let (_, after) = said.split_once(" at Line: ")?;
    let (line, after) = after.split_once(", Column: ")?;
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    statement::offset_of(sql, line.parse().ok()?, after[..digits].parse().ok()?)
}

/// The name in quotes that the binder complains about.
fn named(said: &str) -> Option<String> {
    let quote = said.find(['\'', '"', '`'])?;
    let mark = said[quote..].chars().next()?;
    let inner = &said[quote + 1..];
    let name = &inner[..inner.find(mark)?];
    Some(name.rsplit('.').next().unwrap_or(name).to_owned())
}

fn contract(metric: &Metric, frame: &DataFrame) -> Vec<Diagnostic> {
    let (texts, numbers, required): (Vec<&str>, Vec<&str>, &[&str]) = match metric.shape() {
        Shape::Duration => (TEXTS.to_vec(), [TIMES.as_slice(), LINEAGE.as_slice()].concat(), &REQUIRED),
        Shape::Indicator => (vec!["name", "system"], vec!["numerator", "denominator"], &["name", "numerator"]),
    };
    let sql = &metric.text[metric.body..];
    let lead = sql.len() - sql.trim_start().len();
    let error = |name: &str, message: String| {
        let at = statement::position(sql, name).unwrap_or(lead);
        Diagnostic::error("metric-contract", message).at(Place::offset(&*metric.path, &metric.text, metric.body + at))
    };
    let mut wrong = Vec::new();
    for name in required {
        if frame.column(name).is_err() {
            wrong.push(error(name, format!("the SELECT returns no column `{name}`")));
        }
    }
    for column in frame.columns() {
        let name = column.name().as_str();
        let dtype = column.dtype();
        if texts.contains(&name) {
            if !matches!(dtype, DataType::String | DataType::Null) {
                wrong.push(error(name, format!("the column `{name}` must be text, not {dtype}")));
            }
        } else if numbers.contains(&name) {
            if !dtype.is_integer() && *dtype != DataType::Null {
                wrong.push(error(name, format!("the column `{name}` must hold whole numbers, not {dtype}")));
            }
        } else {
            let known = texts.iter().chain(&numbers).copied();
            let hint = did_you_mean(name, known.clone())
                .unwrap_or_else(|| format!("the columns are {}", known.collect::<Vec<_>>().join(", ")));
            wrong.push(error(name, format!("the SELECT returns a column `{name}` that nobody reads")).hint(hint));
        }
    }
    wrong
}
