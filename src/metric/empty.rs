//! Whether a SELECT has no rows whatever else its tables hold, because some of them have none: asked of its parsed tree.
//!
//! A company feeds a part of the tables. What most metrics say about the others is nothing, and planning a SELECT takes
//! longer than running it on nothing. In doubt a SELECT may have rows.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, JoinOperator, ObjectName, Query, Select, SetExpr, SetOperator, TableFactor,
    TableWithJoins, Visit, Visitor,
};

/// Functions of one row. Any other may be one of a group of rows, and without GROUP BY no rows at all are a group.
const OF_ONE_ROW: [&str; 6] = ["coalesce", "greatest", "least", "lower", "nullif", "upper"];

/// Names of tables, views and steps in lower case, of which nothing is in any.
pub(super) type Empty = BTreeSet<String>;

/// Whether a query has no rows.
pub(super) fn is_empty(query: &Query, empty: &Empty) -> bool {
    let mut empty = empty.clone();
    for step in query.with.iter().flat_map(|with| &with.cte_tables) {
        let without = is_empty(&step.query, &empty);
        learn(&mut empty, step.alias.name.value.to_lowercase(), without);
    }
    body(&query.body, &empty)
}

/// A name stands for something new from here on.
pub(super) fn learn(empty: &mut Empty, name: String, is_empty: bool) {
    if is_empty {
        empty.insert(name);
    } else {
        empty.remove(&name);
    }
}

fn body(body: &SetExpr, empty: &Empty) -> bool {
    let both = |left, right| (self::body(left, empty), self::body(right, empty));
    match body {
        SetExpr::Select(one) => select(one, empty),
        SetExpr::Query(query) => is_empty(query, empty),
        SetExpr::SetOperation { op, left, right, .. } => match (op, both(left, right)) {
            (SetOperator::Union, (left, right)) => left && right,
            (SetOperator::Intersect, (left, right)) => left || right,
            (_, (left, _)) => left,
        },
        _ => false,
    }
}

fn select(select: &Select, empty: &Empty) -> bool {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => false,
        GroupByExpr::Expressions(list, modifiers) => {
            let sets = |key: &Expr| matches!(key, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_));
            !list.is_empty() && modifiers.is_empty() && !list.iter().any(sets)
        }
    };
    let one_group = !grouped && (select.having.is_some() || has_groups(select));
    let nothing = select.from.iter().any(|from| joined(from, empty));
    !one_group && (nothing || select.selection.as_ref().is_some_and(|condition| never(condition, empty)))
}

/// Whether a table with what is joined to it has no rows.
fn joined(from: &TableWithJoins, empty: &Empty) -> bool {
    from.joins.iter().fold(factor(&from.relation, empty), |before, join| {
        let here = factor(&join.relation, empty);
        match &join.join_operator {
            JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_) => before || here,
            JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => before,
            JoinOperator::Right(_) | JoinOperator::RightOuter(_) => here,
            JoinOperator::FullOuter(_) => before && here,
            _ => false,
        }
    })
}

fn factor(factor: &TableFactor, empty: &Empty) -> bool {
    match factor {
        TableFactor::Table { name, args: None, .. } => named(name).is_some_and(|name| empty.contains(&name)),
        TableFactor::Derived { subquery, .. } => is_empty(subquery, empty),
        TableFactor::NestedJoin { table_with_joins, .. } => joined(table_with_joins, empty),
        _ => false,
    }
}

fn named(name: &ObjectName) -> Option<String> {
    match name.0.as_slice() {
        [part] => part.as_ident().map(|name| name.value.to_lowercase()),
        _ => None,
    }
}

/// Whether a condition holds of no row.
fn never(condition: &Expr, empty: &Empty) -> bool {
    match condition {
        Expr::Nested(inner) => never(inner, empty),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => never(left, empty) || never(right, empty),
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => never(left, empty) && never(right, empty),
        Expr::Exists { subquery, negated: false } | Expr::InSubquery { subquery, negated: false, .. } => {
            is_empty(subquery, empty)
        }
        _ => false,
    }
}

/// Whether a SELECT itself, and not a query within it, may compute something of all of its rows.
fn has_groups(select: &Select) -> bool {
    struct Groups(usize);
    impl Visitor for Groups {
        type Break = ();

        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }

        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.0 -= 1;
            ControlFlow::Continue(())
        }

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Function(call) if self.0 == 0 && call.over.is_none() => {
                    let name = call.name.to_string().to_lowercase();
                    if OF_ONE_ROW.contains(&name.as_str()) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                }
                _ => ControlFlow::Continue(()),
            }
        }
    }
    select.visit(&mut Groups(0)).is_break()
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;
    use sqlparser::ast::Statement;
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::super::params::Params;
    use super::super::steps::Steps;
    use super::*;

    /// What is said of a SELECT, and how many rows the engine gives it. Nothing is in `t` and `v`; two rows are in `u`.
    fn said(sql: &str) -> (bool, usize) {
        let statements = Parser::parse_sql(&GenericDialect, sql).expect("SQL");
        let [Statement::Query(query)] = statements.as_slice() else { panic!("{sql}") };
        let empty = ["t", "v"].map(str::to_owned).into();
        let given = |name: &str| {
            let values = if name == "u" { vec![1_i64, 2] } else { Vec::new() };
            Ok(Some(df!("a" => values)?))
        };
        let params = Params { as_of: 0, period_from: 0, period_to: 0 };
        let rows = Steps::of(sql).rows::<PolarsError>(&params, &given).unwrap_or_else(|cause| panic!("{sql}: {cause}"));
        (is_empty(query, &empty), rows.height())
    }

    #[test]
    fn what_has_no_rows_is_known() {
        for sql in [
            "SELECT a FROM t",
            "SELECT DISTINCT a FROM t ORDER BY a",
            "SELECT t.a FROM t LEFT JOIN u ON u.a = t.a",
            "SELECT u.a FROM u INNER JOIN t ON u.a = t.a",
            "SELECT u.a FROM t RIGHT JOIN v ON v.a = t.a CROSS JOIN u",
            "SELECT a, COUNT(*) AS n FROM t GROUP BY a",
            "SELECT a, ROW_NUMBER() OVER (ORDER BY a) AS n, COALESCE(a, 1) AS b FROM t",
            "SELECT a FROM u WHERE EXISTS (SELECT a FROM t WHERE t.a = u.a)",
            "SELECT a FROM u WHERE a > 0 AND (a IN (SELECT a FROM t))",
            "SELECT a FROM t UNION ALL SELECT a FROM v",
            "WITH s AS (SELECT a FROM t), u AS (SELECT a FROM s) SELECT a FROM u",
            "SELECT a FROM (SELECT a FROM t) AS d",
        ] {
            assert_eq!(said(sql), (true, 0), "{sql}");
        }
    }

    #[test]
    fn what_may_have_rows_is_run() {
        for (sql, rows) in [
            ("SELECT COUNT(*) AS n FROM t", 1),
            ("SELECT COALESCE(MAX(a), 1) AS n FROM t", 1),
            ("SELECT u.a FROM u LEFT JOIN t ON u.a = t.a", 2),
            ("SELECT u.a FROM t RIGHT JOIN u ON u.a = t.a", 2),
            ("SELECT a FROM t UNION ALL SELECT a FROM u", 2),
            ("SELECT a FROM u WHERE NOT EXISTS (SELECT a FROM t WHERE t.a = u.a)", 2),
            ("SELECT a FROM u WHERE a NOT IN (SELECT a FROM t)", 2),
            ("SELECT a FROM u WHERE a IN (SELECT a FROM t) OR a > 0", 2),
            ("WITH t AS (SELECT a FROM u) SELECT a FROM t", 2),
            ("WITH s AS (SELECT COUNT(*) AS n FROM t) SELECT n FROM s", 1),
        ] {
            assert_eq!(said(sql), (false, rows), "{sql}");
        }
    }
}
