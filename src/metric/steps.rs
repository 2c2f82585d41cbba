//! Runs a SELECT step by step: every step of its `WITH` is computed, once.
//!
//! The engine would put the plan of a step into every place that reads it, so that a SELECT of ten steps that each read
//! the one before twice would be planned a thousand times over, and one deep plan takes longer to make than many flat ones.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use polars::prelude::*;
use polars::sql::SQLContext;
use polars_core::runtime::RAYON;
use sqlparser::ast::{ObjectName, Query, Statement, Visit, Visitor, With};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// A SELECT, taken apart: the steps of its `WITH`, and itself as the last one.
#[derive(Debug)]
pub(super) struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    /// In lower case; the last one has none.
    name: String,
    sql: String,
    reads: BTreeSet<String>,
}

impl Steps {
    /// Takes a SELECT apart. One that the engine is to refuse, in its own words, is one step.
    pub(super) fn of(sql: &str) -> Self {
        let last = |sql: String, reads| Step { name: String::new(), sql, reads };
        match parsed(sql) {
            Some(mut query) if has_plain_steps(&query) => {
                let with = query.with.take().map_or_else(Vec::new, |with| with.cte_tables);
                let steps = with.iter().map(|step| Step {
                    name: step.alias.name.value.to_lowercase(),
                    sql: step.query.to_string(),
                    reads: reads(&step.query),
                });
                Self(steps.chain([last(query.to_string(), reads(&query))]).collect())
            }
            Some(query) => Self(vec![last(sql.to_owned(), reads(&query))]),
            None => Self(vec![last(sql.to_owned(), BTreeSet::new())]),
        }
    }

    /// Whether it reads a table or a view of this name, in lower case.
    pub(super) fn reads(&self, name: &str) -> bool {
        self.0.iter().any(|step| step.reads.contains(name))
    }
}

/// Tables, views and steps by name.
#[derive(Clone, Default)]
pub(super) struct Tables(BTreeMap<String, LazyFrame>);

impl Tables {
    /// Adds a table, or replaces it.
    pub(super) fn insert(&mut self, name: &str, table: LazyFrame) {
        self.0.insert(name.to_owned(), table);
    }

    /// The rows of a SELECT.
    pub(super) fn select(&self, select: &Steps) -> PolarsResult<DataFrame> {
        // On a thread of the engine's own: from any other, each small piece of work would wake one of them and wait for it.
        RAYON.install(|| {
            let mut tables = self.clone();
            let mut rows = DataFrame::empty();
            for (place, step) in select.0.iter().enumerate() {
                rows = tables.execute(step)?;
                // What no later step reads is let go.
                let later = &select.0[place + 1..];
                tables.0.retain(|name, _| later.iter().any(|later| later.reads.contains(name)));
                tables.insert(&step.name, rows.clone().lazy());
            }
            Ok(rows)
        })
    }

    /// A context of its own for each SELECT: an alias that one SELECT gives to a table stays in the context.
    fn execute(&self, step: &Step) -> PolarsResult<DataFrame> {
        let mut context = SQLContext::new();
        for (name, table) in self.0.iter().filter(|(name, _)| step.reads.contains(*name)) {
            context.register(name, table.clone());
        }
        // The engine panics at some SELECTs that it cannot run.
        let ran = crate::failure::caught(|| context.execute(&step.sql)?.collect());
        ran.unwrap_or_else(|_| Err(polars_err!(ComputeError: "the engine cannot run it")))
    }
}

fn parsed(sql: &str) -> Option<Query> {
    let mut statements = Parser::parse_sql(&GenericDialect, sql).ok()?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) => Some(*query),
        _ => None,
    }
}

/// Whether each step is a SELECT with a name and nothing else.
fn has_plain_steps(query: &Query) -> bool {
    let plain = |with: &With| !with.recursive && with.cte_tables.iter().all(|step| step.alias.columns.is_empty());
    query.with.as_ref().is_none_or(plain)
}

/// The tables that a query reads, at any depth.
fn reads(query: &Query) -> BTreeSet<String> {
    struct Reads(BTreeSet<String>);
    impl Visitor for Reads {
        type Break = ();

        fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
            self.0.extend(name.0.last().and_then(|part| part.as_ident()).map(|name| name.value.to_lowercase()));
            ControlFlow::Continue(())
        }
    }
    let mut found = Reads(BTreeSet::new());
    let _ = query.visit(&mut found);
    found.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_computed_once_and_give_the_same() {
        let mut tables = Tables::default();
        tables.insert("t", df!("x" => [1_i64, 2, 3]).expect("a frame").lazy());
        let sql = "WITH a AS (SELECT x + 1 AS x FROM t), b AS (SELECT l.x AS x, r.x AS y FROM a AS l \
                   INNER JOIN a AS r ON r.x = l.x), c AS (SELECT x + y AS z FROM b) SELECT SUM(z) AS z FROM c";
        let found = tables.select(&Steps::of(sql)).expect("rows");
        assert_eq!(found.column("z").expect("z").i64().expect("numbers").get(0), Some(18));
        // A chain that doubles at each step: planned as one SELECT it would take for ever.
        let steps: Vec<String> = (1..40)
            .map(|n| format!("s{n} AS (SELECT l.x AS x FROM s{0} AS l INNER JOIN s{0} AS r ON r.x = l.x)", n - 1))
            .collect();
        let sql = format!("WITH s0 AS (SELECT x FROM t), {} SELECT COUNT(*) AS n FROM s39", steps.join(", "));
        assert_eq!(
            tables
                .select(&Steps::of(&sql))
                .expect("rows")
                .column("n")
                .expect("n")
                .get(0)
                .expect("one")
                .extract::<u32>(),
            Some(3)
        );
    }
}
