//! The part of SQL that runs unchanged on Polars, DuckDB, DataFusion and Spark, as an allow-list of functions.

use super::lexer::{Kind, tokens};

/// Functions that all of these engines have, with the same meaning.
const FUNCTIONS: &[&str] = &[
    "avg",
    "cast",
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
    "trim",
    "upper",
];

/// Words that stand before a bracket without being functions.
const BEFORE_BRACKETS: &[&str] = &[
    "all",
    "and",
    "as",
    "between",
    "by",
    "case",
    "distinct",
    "else",
    "except",
    "exists",
    "filter",
    "from",
    "having",
    "in",
    "intersect",
    "join",
    "like",
    "not",
    "on",
    "or",
    "over",
    "select",
    "then",
    "union",
    "when",
    "where",
    "with",
];

/// Words of clauses that at least one of the engines does not know.
const CLAUSES: &[&str] = &[
    "anti", "asof", "exclude", "extract", "ilike", "interval", "pivot", "qualify", "regexp", "rlike", "semi", "unnest",
];

/// What in a SELECT is outside the common part: byte offset and the piece itself.
pub(super) fn outside(sql: &str) -> Vec<(usize, &str)> {
    let tokens: Vec<_> = tokens(sql).into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let text = token.text(sql);
        let lower = text.to_ascii_lowercase();
        let call = tokens.get(at + 1).is_some_and(|next| next.is(sql, "("));
        // `name AS (SELECT …)` in a WITH clause has AS before its bracket; a name before a bracket is a call.
        let foreign = match token.kind {
            Kind::Word if CLAUSES.contains(&lower.as_str()) => true,
            Kind::Word if call => !FUNCTIONS.contains(&lower.as_str()) && !BEFORE_BRACKETS.contains(&lower.as_str()),
            Kind::Symbol => matches!(text, "::" | "/" | "%" | "^" | "[" | "{" | "@" | "#" | "?" | "~" | "`"),
            _ => false,
        };
        if foreign {
            out.push((token.range.start, text));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Vec<&str> {
        outside(sql).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn names_what_other_engines_lack() {
        assert_eq!(
            found("SELECT date_diff('day', a, b), x::BIGINT, a / b FROM t QUALIFY 1"),
            ["date_diff", "::", "/", "QUALIFY"]
        );
        assert_eq!(found("SELECT epoch(a) FROM t ASOF JOIN u"), ["epoch", "ASOF"]);
    }

    #[test]
    fn leaves_the_common_part_alone() {
        let sql = "WITH a AS (SELECT COUNT(*) AS n, 'x::y / date_diff(' AS t FROM (SELECT 1) AS q WHERE x IN (1, 2)) -- epoch(x)
            SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM a WHERE NOT EXISTS (SELECT 1 FROM b)";
        assert_eq!(found(sql), Vec::<&str>::new());
    }
}
