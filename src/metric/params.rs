//! The parameters of the SQL, substituted as whole numbers.

use std::fmt::Write as _;

use crate::time::Micros;

use super::lexer::{Kind, tokens};

/// What a run gives to every metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// `:as_of`: the moment the report speaks about.
    pub as_of: Micros,
    /// `:period_from`: first instant of the period.
    pub period_from: Micros,
    /// `:period_to`: first instant after the period.
    pub period_to: Micros,
}

impl Params {
    /// The names, without the colon.
    pub const NAMES: [&'static str; 3] = ["as_of", "period_from", "period_to"];

    fn value(&self, name: &str) -> Option<Micros> {
        match name {
            "as_of" => Some(self.as_of),
            "period_from" => Some(self.period_from),
            "period_to" => Some(self.period_to),
            _ => None,
        }
    }

    /// The SQL with numbers in place of the parameters; strings and comments stay as they are.
    pub fn substitute(&self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len() + 64);
        let mut done = 0;
        for token in tokens(sql) {
            if token.kind != Kind::Parameter {
                continue;
            }
            if let Some(value) = self.value(&token.text(sql)[1..]) {
                out.push_str(&sql[done..token.range.start]);
                // A negative number after a minus sign would begin a comment.
                if value < 0 {
                    let _ = write!(out, "({value})");
                } else {
                    let _ = write!(out, "{value}");
                }
                done = token.range.end;
            }
        }
        out.push_str(&sql[done..]);
        out
    }
}

/// The SQL with zeros in place of the parameters and every position unchanged, for checks that name a line and column.
pub(super) fn blanked(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut done = 0;
    for token in tokens(sql) {
        if token.kind == Kind::Parameter {
            out.push_str(&sql[done..token.range.start]);
            out.push('0');
            out.extend(std::iter::repeat_n(' ', token.range.len() - 1));
            done = token.range.end;
        }
    }
    out.push_str(&sql[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: Params = Params { as_of: 30, period_from: -10, period_to: 20 };

    #[test]
    fn parameters_become_numbers_and_only_they_do() {
        assert_eq!(
            PARAMS.substitute("x - :period_from < :as_of AND y = ':as_of' -- :period_to\nz = :period_to AND :other"),
            "x - (-10) < 30 AND y = ':as_of' -- :period_to\nz = 20 AND :other"
        );
    }

    #[test]
    fn blanking_moves_nothing() {
        let sql = "a :as_of\n b :period_from c";
        assert_eq!(blanked(sql), "a 0     \n b 0            c");
        assert_eq!(blanked(sql).len(), sql.len());
    }
}
