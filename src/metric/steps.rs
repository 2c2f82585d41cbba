//! Runs a SELECT step by step: a step of its `WITH` that is read more than once is computed once.
//!
//! The engine puts the plan of such a step into every place that reads it, so that a SELECT of ten steps that each read
//! the one before twice would be planned a thousand times over.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use polars::prelude::*;
use polars::sql::SQLContext;
use sqlparser::ast::{Cte, ObjectName, Query, Statement, Visit, Visitor};
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
        // What does not parse here is refused by the engine, in its own words.
        match parsed(sql) {
            Some(query) if query.with.is_some() => self.stepwise(query),
            _ => self.execute(sql),
        }
    }

    fn stepwise(&self, mut query: Query) -> PolarsResult<DataFrame> {
        let Some(with) = query.with.take() else {
            return self.execute(&query.to_string());
        };
        let mut tables = self.clone();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for cte in &with.cte_tables {
            count(cte.query.as_ref(), &mut counts);
        }
        count(&query, &mut counts);
        // Steps that are read once stay in the place that reads them.
        let mut pending: Vec<Cte> = Vec::new();
        for cte in with.cte_tables {
            let name = cte.alias.name.value.to_lowercase();
            if counts.get(&name).copied().unwrap_or_default() < 2 {
                pending.push(cte);
                continue;
            }
            let frame = tables.execute(&with_steps(*cte.query, &pending).to_string())?;
            pending.retain(|known| known.alias.name.value.to_lowercase() != name);
            tables.insert(&name, frame.lazy());
        }
        tables.execute(&with_steps(query, &pending).to_string())
    }

    /// A context of its own for each SELECT: an alias that one SELECT gives to a table stays in the context.
    fn execute(&self, sql: &str) -> PolarsResult<DataFrame> {
        let mut context = SQLContext::new();
        let names = super::statement::names(sql);
        for (name, table) in self.0.iter().filter(|(name, _)| names.contains(name.as_str())) {
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

/// The query with those of the steps before it that it reads, directly or through others.
fn with_steps(mut query: Query, steps: &[Cte]) -> Query {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut counts = BTreeMap::new();
    count(&query, &mut counts);
    for step in steps.iter().rev() {
        let name = step.alias.name.value.to_lowercase();
        if counts.contains_key(&name) {
            count(step.query.as_ref(), &mut counts);
            needed.insert(name);
        }
    }
    let of_query = |cte: &&Cte| needed.contains(&cte.alias.name.value.to_lowercase());
    let before: Vec<Cte> = steps.iter().filter(of_query).cloned().collect();
    if before.is_empty() {
        return query;
    }
    if let Some(with) = &mut query.with {
        with.cte_tables.splice(0..0, before);
    } else {
        let with_token = sqlparser::ast::helpers::attached_token::AttachedToken::empty();
        query.with = Some(sqlparser::ast::With { with_token, recursive: false, cte_tables: before });
    }
    query
}

/// Counts how often a query reads each table.
fn count(query: &Query, counts: &mut BTreeMap<String, usize>) {
    struct Reads<'a>(&'a mut BTreeMap<String, usize>);
    impl Visitor for Reads<'_> {
        type Break = ();

        fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
            *self.0.entry(name.to_string().to_lowercase()).or_default() += 1;
            ControlFlow::Continue(())
        }
    }
    let _ = query.visit(&mut Reads(counts));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_are_read_twice_are_computed_once_and_give_the_same() {
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
