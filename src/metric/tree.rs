//! Whether a SELECT may run on slices of a table: asked of its parsed tree.
//!
//! A SELECT reads slices when each of its rows comes from one row of the sliced table. That holds as long as the table
//! is read once, and what is read from it is only chosen from, computed on row by row, and joined to other tables.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Cte, Expr, Function, GroupByExpr, JoinOperator, LimitClause, ObjectName, Query, Select, SetExpr, Spanned,
    Statement, TableFactor, Visit, Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Span;

use super::params::blanked;
use super::statement::offset_of;

/// Functions of a group of rows.
const AGGREGATES: &[&str] = &[
    "any_value",
    "approx_count_distinct",
    "approx_distinct",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "count",
    "every",
    "first",
    "group_concat",
    "implode",
    "last",
    "list",
    "listagg",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var",
    "var_pop",
    "var_samp",
    "variance",
];

/// What stands in the way, and where.
struct Hazard(Span, String);

/// Why running a SELECT on slices of a table could change its rows, if it could: offset and reason. Text that does not
/// parse has no answer here; the trial says so.
pub(super) fn slice_hazard(sql: &str, table: &str) -> Option<(usize, String)> {
    let statements = Parser::parse_sql(&GenericDialect, &blanked(sql)).ok()?;
    let Some(Statement::Query(query)) = statements.first() else { return None };
    match (Sliced { table }).query(query, &BTreeSet::new()) {
        Ok(true) => None,
        Ok(false) => Some((0, format!("`{table}` is not read"))),
        Err(Hazard(span, why)) => {
            Some((offset_of(sql, span.start.line as usize, span.start.column as usize).unwrap_or(0), why))
        }
    }
}

struct Sliced<'a> {
    table: &'a str,
}

type Names = BTreeSet<String>;

impl Sliced<'_> {
    /// Whether the rows of a query come from the table; `known` are the names of steps whose rows do.
    fn query(&self, query: &Query, known: &Names) -> Result<bool, Hazard> {
        let mut known = known.clone();
        for Cte { alias, query, .. } in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = alias.name.value.to_lowercase();
            if self.query(query, &known)? {
                known.insert(name);
            } else {
                known.remove(&name);
            }
        }
        let reads = self.body(&query.body, &known)?;
        if reads {
            let whole = |span| Err(Hazard(span, "`LIMIT` needs the whole table".to_owned()));
            match (&query.limit_clause, &query.fetch) {
                (Some(LimitClause::LimitOffset { limit: Some(limit), .. }), _) => return whole(limit.span()),
                (Some(limit), _) => return whole(limit.span()),
                (None, Some(fetch)) => return whole(fetch.span()),
                (None, None) => {}
            }
        }
        Ok(reads)
    }

    fn body(&self, body: &SetExpr, known: &Names) -> Result<bool, Hazard> {
        match body {
            SetExpr::Select(select) => self.select(select, known),
            SetExpr::Query(query) => self.query(query, known),
            SetExpr::SetOperation { op, left, right, .. } => {
                let reads = self.body(left, known)? | self.body(right, known)?;
                if reads {
                    return Err(Hazard(right.span(), format!("`{op}` needs the whole table")));
                }
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    fn select(&self, select: &Select, known: &Names) -> Result<bool, Hazard> {
        let mut reads = false;
        for from in &select.from {
            reads |= self.factor(&from.relation, known, reads)?;
            for join in &from.joins {
                let before = reads;
                let here = self.factor(&join.relation, known, before)?;
                reads |= here;
                // Rows of the other side that have no partner would come back with every slice.
                let repeats = match &join.join_operator {
                    JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => here,
                    JoinOperator::Right(_) | JoinOperator::RightOuter(_) => before,
                    JoinOperator::FullOuter(_) => here || before,
                    _ => false,
                };
                if repeats {
                    let why = format!("an outer join keeps rows that have no partner in `{}`", self.table);
                    return Err(Hazard(join.relation.span(), why));
                }
            }
        }
        self.inside(select, known)?;
        if !reads {
            return Ok(false);
        }
        let whole = |span, what: &str| Err(Hazard(span, format!("`{what}` needs the whole table")));
        if select.distinct.is_some() {
            return whole(select.span(), "DISTINCT");
        }
        let grouped = match &select.group_by {
            GroupByExpr::All(_) => true,
            GroupByExpr::Expressions(list, _) => !list.is_empty(),
        };
        let mut aggregates = Rows::default();
        let _ = select.visit(&mut aggregates);
        if let Some((span, name)) = aggregates.found {
            return whole(span, &name);
        }
        if grouped {
            return whole(select.group_by.span(), "GROUP BY");
        }
        if let Some(having) = select.having.as_ref().or(select.qualify.as_ref()) {
            return whole(having.span(), "HAVING");
        }
        Ok(true)
    }

    /// Whether a table in FROM is the table, or a step that reads it; `already` when one before it is.
    fn factor(&self, factor: &TableFactor, known: &Names, already: bool) -> Result<bool, Hazard> {
        let reads = match factor {
            TableFactor::Table { name, .. } => self.names(name, known),
            TableFactor::Derived { subquery, .. } => self.query(subquery, known)?,
            TableFactor::NestedJoin { table_with_joins, .. } => {
                let mut reads = self.factor(&table_with_joins.relation, known, already)?;
                for join in &table_with_joins.joins {
                    reads |= self.factor(&join.relation, known, already || reads)?;
                }
                return Ok(reads);
            }
            _ => false,
        };
        if reads && already {
            return Err(Hazard(factor.span(), format!("`{}` is read twice", self.table)));
        }
        Ok(reads)
    }

    /// The table may not be read inside an expression: each row would see its slice only.
    fn inside(&self, select: &Select, known: &Names) -> Result<(), Hazard> {
        let mut mentions = Mentions { sliced: self, known, found: None };
        let expressions = select.projection.iter().map(|item| item.visit(&mut mentions));
        let clauses = [&select.selection, &select.having, &select.qualify];
        let _ = expressions.last();
        for clause in clauses.into_iter().flatten() {
            let _ = clause.visit(&mut mentions);
        }
        for join in select.from.iter().flat_map(|from| &from.joins) {
            let _ = join.join_operator.visit(&mut mentions);
        }
        match mentions.found {
            Some(span) => Err(Hazard(span, format!("`{}` is read inside an expression", self.table))),
            None => Ok(()),
        }
    }

    fn names(&self, name: &ObjectName, known: &Names) -> bool {
        let [part] = name.0.as_slice() else { return false };
        part.as_ident().is_some_and(|ident| {
            let name = ident.value.to_lowercase();
            name == self.table || known.contains(&name)
        })
    }
}

/// Looks for the table among the relations of subqueries.
struct Mentions<'a> {
    sliced: &'a Sliced<'a>,
    known: &'a Names,
    found: Option<Span>,
}

impl Visitor for Mentions<'_> {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if self.sliced.names(relation, self.known) {
            self.found = Some(relation.span());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// Looks for functions of several rows, in the SELECT itself and not in queries within it.
#[derive(Default)]
struct Rows {
    depth: usize,
    found: Option<(Span, String)>,
}

impl Visitor for Rows {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        if let Expr::Function(function @ Function { name, over, .. }) = expr {
            let word = name.to_string();
            if over.is_some() || AGGREGATES.contains(&word.to_lowercase().as_str()) {
                let shown = if over.is_some() { format!("{word} OVER") } else { word };
                self.found = Some((function.span(), shown));
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sql: &str) -> Option<String> {
        slice_hazard(sql, "t").map(|(_, why)| why)
    }

    #[test]
    fn what_each_row_gives_by_itself_may_be_sliced() {
        for sql in [
            "SELECT a, GREATEST(a, b) AS c FROM t WHERE a < :as_of",
            "SELECT a FROM t AS x LEFT JOIN u ON u.a = x.a WHERE x.b IN (SELECT MAX(b) FROM u GROUP BY a)",
            "WITH s AS (SELECT a FROM t), o AS (SELECT a, COUNT(*) AS n FROM u GROUP BY a) SELECT s.a FROM s INNER JOIN o ON o.a = s.a",
            "SELECT a FROM (SELECT DISTINCT a FROM u) AS o INNER JOIN t ON t.a = o.a",
        ] {
            assert_eq!(said(sql), None, "{sql}");
        }
    }

    #[test]
    fn what_needs_more_rows_is_refused() {
        for (sql, why) in [
            ("SELECT MIN(a) AS a FROM t", "`MIN` needs the whole table"),
            ("SELECT 1 + count(*) AS a FROM t", "`count` needs the whole table"),
            ("SELECT DISTINCT a FROM t", "`DISTINCT` needs the whole table"),
            ("SELECT a FROM t GROUP BY a", "`GROUP BY` needs the whole table"),
            ("WITH s AS (SELECT a FROM t) SELECT a FROM s LIMIT 3", "`LIMIT` needs the whole table"),
            ("SELECT ROW_NUMBER() OVER (ORDER BY a) AS a FROM t", "`ROW_NUMBER OVER` needs the whole table"),
            ("SELECT a FROM t UNION ALL SELECT a FROM u", "`UNION` needs the whole table"),
            ("SELECT x.a FROM t AS x INNER JOIN t AS y ON x.a = y.a", "`t` is read twice"),
            ("WITH s AS (SELECT a FROM t) SELECT x.a FROM s AS x, s AS y", "`t` is read twice"),
            ("SELECT a FROM t WHERE a = (SELECT MAX(a) FROM t)", "`t` is read inside an expression"),
            ("SELECT u.a FROM u LEFT JOIN t ON t.a = u.a", "an outer join keeps rows that have no partner in `t`"),
            ("SELECT a FROM u", "`t` is not read"),
        ] {
            assert_eq!(said(sql).as_deref(), Some(why), "{sql}");
        }
    }

    #[test]
    fn it_says_where() {
        let sql = "SELECT a,\n  MIN(b) AS b FROM t";
        assert_eq!(slice_hazard(sql, "t").map(|(at, _)| at), sql.find("MIN"));
    }
}
