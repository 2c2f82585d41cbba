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

use super::empty::{Empty, is_empty, learn};
use super::params::Params;

/// A SELECT with parameters by name, taken apart: the steps of its `WITH`, and itself as the last one.
#[derive(Debug)]
pub(super) struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    /// In lower case; the last one has none.
    name: String,
    sql: String,
    reads: BTreeSet<String>,
    /// As it was parsed, where it was.
    query: Option<Box<Query>>,
}

impl Steps {
    /// Takes a SELECT apart. One that the engine is to refuse, in its own words, is one step.
    pub(super) fn of(sql: &str) -> Self {
        let last = |sql: String, query: Option<Box<Query>>| {
            let reads = query.as_deref().map(reads).unwrap_or_default();
            Step { name: String::new(), sql, reads, query }
        };
        match parsed(sql) {
            Some(mut query) if has_plain_steps(&query) => {
                let with = query.with.take().map_or_else(Vec::new, |with| with.cte_tables);
                let steps = with.into_iter().map(|step| Step {
                    name: step.alias.name.value.to_lowercase(),
                    sql: step.query.to_string(),
                    reads: reads(&step.query),
                    query: Some(step.query),
                });
                Self(steps.chain([last(query.to_string(), Some(Box::new(query)))]).collect())
            }
            query => Self(vec![last(sql.to_owned(), query.map(Box::new))]),
        }
    }

    /// The rows. `table` gives a table or a view by its name, in lower case, when a step first reads it.
    pub(super) fn rows<E: From<PolarsError> + Send>(
        &self,
        params: &Params,
        table: Given<'_, E>,
    ) -> Result<DataFrame, E> {
        Ok(self.run(params, None, table)?.unwrap_or_default())
    }

    /// The rows, or none as soon as it is clear that there are none; `empty` are the tables and views without rows.
    pub(super) fn rows_if_any<E: From<PolarsError> + Send>(
        &self,
        params: &Params,
        empty: &Empty,
        table: Given<'_, E>,
    ) -> Result<Option<DataFrame>, E> {
        if nothing_comes_of(&self.0, empty.clone()) { Ok(None) } else { self.run(params, Some(empty.clone()), table) }
    }

    fn run<E: From<PolarsError> + Send>(
        &self,
        params: &Params,
        mut empty: Option<Empty>,
        table: Given<'_, E>,
    ) -> Result<Option<DataFrame>, E> {
        // On a thread of the engine's own: from any other, each small piece of work would wake one of them and wait for it.
        RAYON.install(|| {
            let mut done: BTreeMap<&str, DataFrame> = BTreeMap::new();
            for (place, step) in self.0.iter().enumerate() {
                let given = |name: &str| done.get(name).cloned().map_or_else(|| table(name), |rows| Ok(Some(rows)));
                let rows = step.rows(params, given)?;
                let later = &self.0[place + 1..];
                if later.is_empty() {
                    return Ok(Some(rows));
                }
                if let Some(empty) = &mut empty {
                    learn(empty, step.name.clone(), rows.height() == 0);
                    if rows.height() == 0 && nothing_comes_of(later, empty.clone()) {
                        return Ok(None);
                    }
                }
                // What no later step reads is let go.
                done.insert(&step.name, rows);
                done.retain(|name, _| later.iter().any(|later| later.reads.contains(*name)));
            }
            Ok(None)
        })
    }
}

/// Tables and views by name.
type Given<'a, E> = &'a (dyn Fn(&str) -> Result<Option<DataFrame>, E> + Sync);

/// Whether the last of these steps has no rows.
fn nothing_comes_of(steps: &[Step], mut empty: Empty) -> bool {
    let mut last = false;
    for step in steps {
        last = step.query.as_ref().is_some_and(|query| is_empty(query, &empty));
        learn(&mut empty, step.name.clone(), last);
    }
    last
}

impl Step {
    /// In a context of its own: an alias that one SELECT gives to a table stays in the context.
    fn rows<E: From<PolarsError>>(
        &self,
        params: &Params,
        table: impl Fn(&str) -> Result<Option<DataFrame>, E>,
    ) -> Result<DataFrame, E> {
        let mut context = SQLContext::new();
        for name in &self.reads {
            if let Some(frame) = table(name)? {
                context.register(name, frame.lazy());
            }
        }
        // The engine panics at some SELECTs that it cannot run.
        let ran = crate::failure::caught(|| context.execute(&params.substitute(&self.sql))?.collect());
        Ok(ran.unwrap_or_else(|_| Err(polars_err!(ComputeError: "the engine cannot run it")))?)
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

    const PARAMS: Params = Params { as_of: 3, period_from: 1, period_to: 2 };

    fn rows(sql: &str) -> DataFrame {
        let given = |name: &str| Ok((name == "t").then(|| df!("x" => [1_i64, 2, 3]).expect("a frame")));
        Steps::of(sql).rows::<PolarsError>(&PARAMS, &given).expect("rows")
    }

    #[test]
    fn steps_are_computed_once_and_give_the_same() {
        let found = rows(
            "WITH a AS (SELECT x + 1 AS x FROM t), b AS (SELECT l.x AS x, r.x AS y FROM a AS l \
             INNER JOIN a AS r ON r.x = l.x), c AS (SELECT x + y AS z FROM b) SELECT SUM(z) AS z FROM c",
        );
        assert_eq!(found.column("z").expect("z").i64().expect("numbers").get(0), Some(18));
        // A chain that doubles at each step: planned as one SELECT it would take for ever.
        let steps: Vec<String> = (1..40)
            .map(|n| format!("s{n} AS (SELECT l.x AS x FROM s{0} AS l INNER JOIN s{0} AS r ON r.x = l.x)", n - 1))
            .collect();
        let found = rows(&format!("WITH s0 AS (SELECT x FROM t), {} SELECT COUNT(*) AS n FROM s39", steps.join(", ")));
        assert_eq!(found.column("n").expect("n").get(0).expect("one").extract::<u32>(), Some(3));
    }

    /// What is read later is not asked for once it is clear that nothing comes of it.
    #[test]
    fn a_select_ends_where_nothing_can_come_of_it() {
        let asked = std::sync::Mutex::new(Vec::new());
        let given = |name: &str| {
            asked.lock().expect("no panic").push(name.to_owned());
            Ok(matches!(name, "t" | "u").then(|| df!("x" => [1_i64, 2, 3]).expect("a frame")))
        };
        let steps = Steps::of(
            "WITH a AS (SELECT x FROM t WHERE x > 5), b AS (SELECT u.x FROM u INNER JOIN a ON a.x = u.x) SELECT x FROM b",
        );
        assert!(steps.rows_if_any::<PolarsError>(&PARAMS, &Empty::new(), &given).expect("no mistake").is_none());
        assert_eq!(*asked.lock().expect("no panic"), ["t"]);
        assert_eq!(steps.rows::<PolarsError>(&PARAMS, &given).expect("no mistake").shape(), (0, 1));
        assert_eq!(*asked.lock().expect("no panic"), ["t", "t", "u"]);
    }
}
