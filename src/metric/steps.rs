//! Runs a SELECT step by step: every step of its `WITH` is computed, once.
//!
//! The engine would put the plan of a step into every place that reads it, so that a SELECT of ten steps that each read
//! the one before twice would be planned a thousand times over, and one deep plan takes longer to make than many flat ones.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use polars::prelude::*;
use polars::sql::SQLContext;
use sqlparser::ast::{ObjectName, Query, Statement, Visit, Visitor, With};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// Tables, views and steps by name.
#[derive(Clone, Default)]
pub(super) struct Tables(BTreeMap<String, LazyFrame>);

impl Tables {
    /// Adds a table, or replaces it.
    pub(super) fn insert(&mut self, name: &str, table: LazyFrame) {
        self.0.insert(name.to_owned(), table);
    }

    /// The rows of a SELECT.
    pub(super) fn select(&self, sql: &str) -> PolarsResult<DataFrame> {
        match parsed(sql) {
            Some(query) if has_plain_steps(&query) => self.stepwise(query),
            Some(query) => self.execute(sql, &reads(&query)),
            // The engine refuses it, in its own words.
            None => self.execute(sql, &BTreeSet::new()),
        }
    }

    fn stepwise(&self, mut query: Query) -> PolarsResult<DataFrame> {
        let steps = query.with.take().map_or_else(Vec::new, |with| with.cte_tables);
        let mut left: Vec<BTreeSet<String>> = steps.iter().map(|step| reads(&step.query)).collect();
        left.push(reads(&query));
        left.reverse();
        let mut tables = self.clone();
        for step in steps {
            let read = left.pop().unwrap_or_default();
            let rows = tables.execute(&step.query.to_string(), &read)?;
            // What no later step reads is let go.
            tables.0.retain(|name, _| left.iter().any(|later| later.contains(name)));
            tables.insert(&step.alias.name.value.to_lowercase(), rows.lazy());
        }
        tables.execute(&query.to_string(), &left.pop().unwrap_or_default())
    }

    /// A context of its own for each SELECT: an alias that one SELECT gives to a table stays in the context.
    fn execute(&self, sql: &str, read: &BTreeSet<String>) -> PolarsResult<DataFrame> {
        let mut context = SQLContext::new();
        for (name, table) in self.0.iter().filter(|(name, _)| read.contains(*name)) {
            context.register(name, table.clone());
        }
        // The engine panics at some SELECTs that it cannot run.
        let ran = crate::failure::caught(|| context.execute(sql)?.collect());
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
        let found = tables.select(sql).expect("rows");
        assert_eq!(found.column("z").expect("z").i64().expect("numbers").get(0), Some(18));
        // A chain that doubles at each step: planned as one SELECT it would take for ever.
        let steps: Vec<String> = (1..40)
            .map(|n| format!("s{n} AS (SELECT l.x AS x FROM s{0} AS l INNER JOIN s{0} AS r ON r.x = l.x)", n - 1))
            .collect();
        let sql = format!("WITH s0 AS (SELECT x FROM t), {} SELECT COUNT(*) AS n FROM s39", steps.join(", "));
        assert_eq!(
            tables.select(&sql).expect("rows").column("n").expect("n").get(0).expect("one").extract::<u32>(),
            Some(3)
        );
    }
}
