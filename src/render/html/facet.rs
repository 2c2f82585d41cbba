//! The handles by which a reader of a screen chooses rows: a search, and a list for each facet.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::render::doc::{Row, Table};
use crate::render::markup::escape;
use crate::report::Severity;

/// The facets of a table in the order in which its rows name them, each with its values.
pub(super) struct Facets<'t> {
    all: Vec<(&'static str, Vec<&'t str>)>,
}

impl<'t> Facets<'t> {
    /// Those of a table's rows.
    pub(super) fn of(table: &'t Table) -> Self {
        let mut all: Vec<(&'static str, Vec<&str>, BTreeSet<&str>)> = Vec::new();
        for (name, value) in table.rows.iter().flat_map(|row| &row.facets) {
            let at = all.iter().position(|(known, ..)| known == name).unwrap_or_else(|| {
                all.push((name, Vec::new(), BTreeSet::new()));
                all.len() - 1
            });
            if all[at].2.insert(value) {
                all[at].1.push(value);
            }
        }
        let sorted = |(name, mut values, _): (&'static str, Vec<&'t str>, _)| {
            match name {
                "severity" => values.sort_by_key(|value| Severity::rank_of(value)),
                // Metrics keep the order of the report.
                "metric" => {}
                _ => values.sort_by_cached_key(|value| (value.to_lowercase(), *value)),
            }
            (name, values)
        };
        Self { all: all.into_iter().map(sorted).collect() }
    }

    /// For each facet the number of the row's value in its list; 0 where it has none.
    pub(super) fn row(&self, row: &Row) -> String {
        if row.facets.is_empty() {
            return String::new();
        }
        let number = |(name, values): &(&str, Vec<&str>)| {
            let value = row.facets.iter().find(|(facet, _)| facet == name).map(|(_, value)| value.as_str());
            let at = value.and_then(|value| values.iter().position(|known| *known == value));
            at.map_or_else(|| "0".to_owned(), |at| (at + 1).to_string())
        };
        format!(" data-f=\"{}\"", self.all.iter().map(number).collect::<Vec<_>>().join(" "))
    }

    /// The form, unseen until the script works: without it nothing could be chosen.
    pub(super) fn form(&self, out: &mut String, place: &str, title: &str) {
        let (place, title) = (escape(place), escape(title));
        let _ = write!(
            out,
            "<form class=\"filters\" data-for=\"{place}\" aria-label=\"Choose rows of {title}\" hidden>\
             <label>Search <input type=\"search\" name=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>"
        );
        for (name, values) in &self.all {
            let label = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
            let _ = write!(out, "<label>{label} <select name=\"{name}\"><option value=\"\">all</option>");
            for value in values {
                let _ = write!(out, "<option>{}</option>", escape(value));
            }
            out.push_str("</select></label>");
        }
        out.push_str("<button type=\"reset\">Clear</button> <output></output></form>");
    }
}
