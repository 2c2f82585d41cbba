//! Checks of SQL text before any engine sees it: one SELECT, closed literals, known parameters.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::diag::{Diagnostic, Place};

use super::Params;
use super::lexer::{Kind, tokens};

/// The mistakes in the statement that stands at `range` of a file.
pub(super) fn check(path: &str, text: &str, range: Range<usize>) -> Vec<Diagnostic> {
    let sql = &text[range.clone()];
    let error = |offset: usize, message: String| {
        Diagnostic::error("metric-sql", message).at(Place::offset(path, text, range.start + offset))
    };
    let all = tokens(sql);
    let code: Vec<_> = all.iter().filter(|token| token.kind != Kind::Comment).collect();
    let mut wrong = Vec::new();
    match code.first() {
        None => wrong.push(error(0, "there is no SELECT".to_owned()).hint("write one SELECT after the header")),
        Some(first) if !first.is(sql, "select") && !first.is(sql, "with") => {
            wrong.push(
                error(first.range.start, "the statement is not a SELECT".to_owned()).hint("begin with SELECT or WITH"),
            );
        }
        Some(_) => {}
    }
    if let Some(open) = all.iter().find(|token| !token.closed) {
        let what = match open.kind {
            Kind::Comment => "a comment",
            Kind::Text => "a string",
            _ => "a quoted name",
        };
        wrong.push(error(open.range.start, format!("{what} is not closed")));
    }
    if let Some(end) = code.iter().position(|token| token.is(sql, ";")) {
        let hint = "keep one SELECT and leave out the semicolon; use WITH for steps";
        let message =
            if end + 1 == code.len() { "the SELECT ends with a semicolon" } else { "there is more than one statement" };
        wrong.push(error(code[end].range.start, message.to_owned()).hint(hint));
    }
    for token in code.iter().filter(|token| token.kind == Kind::Parameter) {
        let name = &token.text(sql)[1..];
        if !Params::NAMES.contains(&name) {
            wrong.push(
                error(token.range.start, format!("unknown parameter `:{name}`"))
                    .hint("the parameters are :as_of, :period_from and :period_to"),
            );
        }
    }
    wrong
}

/// The names that a SELECT mentions, in lower case: candidates for tables and views.
pub(super) fn names(sql: &str) -> BTreeSet<String> {
    tokens(sql)
        .into_iter()
        .filter_map(|token| match token.kind {
            Kind::Word => Some(token.text(sql).to_ascii_lowercase()),
            Kind::Quoted => Some(token.text(sql).trim_matches('"').to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// Where a name first stands, as an offset into the text.
pub(super) fn position(sql: &str, name: &str) -> Option<usize> {
    tokens(sql)
        .into_iter()
        .find(|token| match token.kind {
            Kind::Word => token.text(sql).eq_ignore_ascii_case(name),
            Kind::Quoted => token.text(sql).trim_matches('"') == name,
            _ => false,
        })
        .map(|token| token.range.start)
}

/// The offset of a line and a column, both from 1; a column counts characters.
pub(super) fn offset_of(sql: &str, line: usize, column: usize) -> Option<usize> {
    let start: usize = sql.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = sql.get(start..)?;
    let within: usize = rest.chars().take(column.checked_sub(1)?).map(char::len_utf8).sum();
    Some(start + within)
}
