//! The part of SQL that runs unchanged on Polars, DuckDB, DataFusion and Spark, asked of the parsed tree: an allow-list of
//! functions and types, and what at least one of these engines does not know, each with the portable spelling.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, JoinOperator, ObjectName, Query, Select, SetExpr, Spanned, TableFactor,
    Visit, Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Span;

use super::params::blanked;
use super::statement::offset_of;

/// Functions that all of these engines have, with the same meaning.
const FUNCTIONS: &[&str] = &[
    "avg",
    "coalesce",
    "count",
    "greatest",
    "lag",
    "lead",
    "least",
    "lower",
    "max",
    "min",
    "nullif",
    "row_number",
    "sum",
    "upper",
];

/// Functions that some of them have, and how to say the same to all.
const SPELLINGS: &[(&[&str], &str)] = &[
    (&["ifnull", "nvl", "isnull", "zeroifnull"], "write COALESCE(x, y)"),
    (&["if", "iff", "iif", "decode", "nvl2"], "write CASE WHEN … THEN … ELSE … END"),
    (&["concat", "concat_ws"], "write a || b"),
    (&["now", "current_timestamp", "current_date", "getdate", "today"], "write :as_of"),
    (
        &["date_diff", "datediff", "date_add", "date_sub", "age", "timestampdiff", "epoch", "unix_timestamp"],
        "times are microseconds: subtract them, and add 86400000000 for a day",
    ),
    (&["date_trunc", "date_part", "year", "month", "day"], "compare microseconds with :period_from and :period_to"),
    (&["first", "any_value", "arbitrary", "mode"], "write MIN(x) or MAX(x)"),
    (&["rank", "dense_rank", "ntile"], "write ROW_NUMBER() with every column that decides the order"),
    (&["round", "floor", "ceil", "trunc", "mod"], "stay with whole numbers: compare products instead of quotients"),
];

/// Something that another engine would not run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// Where it stands in the text.
    pub(super) at: usize,
    /// The piece itself.
    pub(super) piece: String,
    /// How to say it to every engine, where there is a way.
    pub(super) instead: Option<&'static str>,
}

/// What in a SELECT is outside the common part, in the order of the text. Text that does not parse has no answer here; the
/// trial says so.
pub(super) fn outside(sql: &str) -> Vec<Foreign> {
    let Ok(statements) = Parser::parse_sql(&GenericDialect, &blanked(sql)) else { return Vec::new() };
    let mut looked = Look { sql, found: Vec::new() };
    let _ = statements.visit(&mut looked);
    looked.found.sort_by_key(|foreign| foreign.at);
    looked.found
}

struct Look<'a> {
    sql: &'a str,
    found: Vec<Foreign>,
}

impl Look<'_> {
    fn say(&mut self, span: Span, piece: impl Into<String>, instead: Option<&'static str>) {
        let piece = piece.into();
        let near = offset_of(self.sql, span.start.line as usize, span.start.column as usize).unwrap_or(0);
        // Some spans begin before the piece, and some are not known.
        let rest = self.sql.get(near..).unwrap_or_default();
        let at = rest.to_lowercase().find(&piece.to_lowercase()).map_or(near, |more| near + more);
        self.found.push(Foreign { at, piece, instead });
    }

    fn function(&mut self, name: &ObjectName) {
        let text = name.to_string();
        let lower = text.to_lowercase();
        if !FUNCTIONS.contains(&lower.as_str()) {
            let instead = SPELLINGS.iter().find(|(names, _)| names.contains(&lower.as_str())).map(|(_, how)| *how);
            self.say(name.span(), text, instead);
        }
    }
}

impl Visitor for Look<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let SetExpr::Select(select) = query.body.as_ref() {
            self.select(select);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { name, args: Some(_), .. } => self.say(name.span(), name.to_string(), None),
            TableFactor::Table { .. } | TableFactor::Derived { .. } | TableFactor::NestedJoin { .. } => {}
            other => self.say(other.span(), first_word(&other.to_string()), None),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => self.function(&function.name),
            Expr::Cast { kind: CastKind::DoubleColon, expr, .. } => {
                self.say(expr.span(), "::", Some("write CAST(x AS BIGINT)"));
            }
            Expr::Cast { data_type, expr, .. } if !is_common(data_type) => {
                let how = "the common types are BIGINT, INTEGER, DOUBLE, BOOLEAN and STRING";
                self.say(expr.span(), data_type.to_string(), Some(how));
            }
            Expr::BinaryOp { left, op, .. } => {
                let how = match op {
                    BinaryOperator::Divide | BinaryOperator::Modulo => "multiply the other side instead",
                    BinaryOperator::And
                    | BinaryOperator::Or
                    | BinaryOperator::Eq
                    | BinaryOperator::NotEq
                    | BinaryOperator::Lt
                    | BinaryOperator::LtEq
                    | BinaryOperator::Gt
                    | BinaryOperator::GtEq
                    | BinaryOperator::Plus
                    | BinaryOperator::Minus
                    | BinaryOperator::Multiply
                    | BinaryOperator::StringConcat => return ControlFlow::Continue(()),
                    _ => "use AND, OR, comparisons, +, -, * and ||",
                };
                self.say(left.span(), op.to_string(), Some(how));
            }
            Expr::ILike { expr, .. } => self.say(expr.span(), "ILIKE", Some("write LOWER(x) LIKE 'pattern'")),
            Expr::RLike { expr, .. } | Expr::SimilarTo { expr, .. } => {
                self.say(expr.span(), first_word("RLIKE"), Some("write LIKE"));
            }
            Expr::Interval(_) => {
                self.say(expr.span(), "INTERVAL", Some("times are microseconds: a day is 86400000000"));
            }
            Expr::Extract { expr, .. } => self.say(expr.span(), "EXTRACT", Some("compare microseconds instead")),
            Expr::TypedString(_) => {
                self.say(expr.span(), first_word(&expr.to_string()), Some("times are microseconds"));
            }
            Expr::CompoundFieldAccess { .. } | Expr::Array(_) | Expr::Lambda(_) | Expr::Struct { .. } => {
                self.say(expr.span(), expr.to_string(), None);
            }
            Expr::Ceil { .. } | Expr::Floor { .. } | Expr::Substring { .. } | Expr::Position { .. } => {
                self.say(expr.span(), first_word(&expr.to_string()), None);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Look<'_> {
    fn select(&mut self, select: &Select) {
        if let Some(qualify) = &select.qualify {
            let how = "number the rows in a step of its own, and choose in the next with WHERE";
            self.say(qualify.span(), "QUALIFY", Some(how));
        }
        for join in select.from.iter().flat_map(|from| &from.joins) {
            let foreign = matches!(
                join.join_operator,
                JoinOperator::Anti(_)
                    | JoinOperator::Semi(_)
                    | JoinOperator::LeftAnti(_)
                    | JoinOperator::LeftSemi(_)
                    | JoinOperator::RightAnti(_)
                    | JoinOperator::RightSemi(_)
                    | JoinOperator::AsOf { .. }
                    | JoinOperator::CrossApply
                    | JoinOperator::OuterApply
            );
            if foreign {
                let how = "write LEFT JOIN and ask in WHERE whether something was found";
                self.say(join.relation.span(), join.relation.to_string(), Some(how));
            }
        }
    }
}

fn is_common(data_type: &DataType) -> bool {
    let text = data_type.to_string().to_uppercase();
    ["BIGINT", "INT", "INTEGER", "DOUBLE", "BOOLEAN", "STRING", "VARCHAR"].contains(&text.as_str())
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Vec<String> {
        outside(sql).into_iter().map(|foreign| foreign.piece).collect()
    }

    #[test]
    fn names_what_other_engines_lack() {
        assert_eq!(
            found("SELECT date_diff('day', a, b), x::BIGINT, a / b FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1"),
            ["date_diff", "::", "/", "QUALIFY"]
        );
        assert_eq!(found("SELECT epoch(a), CAST(b AS DECIMAL(9, 2)) FROM t"), ["epoch", "DECIMAL(9,2)"]);
        assert_eq!(found("SELECT a FROM t LEFT SEMI JOIN u ON t.x = u.x WHERE a ILIKE 'b%'"), ["u", "ILIKE"]);
        assert_eq!(found("SELECT a FROM read_csv('x')"), ["read_csv"]);
    }

    #[test]
    fn says_how_to_say_it_and_where_it_stands() {
        let sql = "SELECT lower(a) AS a,\n  IFNULL(b, 0) AS b FROM t";
        let foreign = outside(sql);
        assert_eq!((foreign.len(), foreign[0].instead), (1, Some("write COALESCE(x, y)")));
        assert_eq!(&sql[foreign[0].at..foreign[0].at + 6], "IFNULL");
    }

    #[test]
    fn leaves_the_common_part_alone() {
        let sql = "WITH a AS (SELECT COUNT(*) AS n, 'x::y / date_diff(' AS t FROM (SELECT 1) AS q WHERE x IN (1, 2)) -- epoch(x)
            SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS n, CAST(NULL AS BIGINT) AS m FROM a
            WHERE NOT EXISTS (SELECT 1 FROM b) AND x BETWEEN :as_of - 1 AND 2 * 3 AND TRIM(t) LIKE '%a' || 'b'";
        assert_eq!(found(sql), Vec::<String>::new());
    }
}
