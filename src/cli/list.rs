//! `overstay list`: the registers, for people and as JSON.

use serde_json::{Value, json};

use crate::dataset::Table;
use crate::failure::Outcome;
use crate::pipeline::Rules;
use crate::report::Relation;

use super::args::{ListArgs, Listed};
use super::environment::Environment;

pub(super) fn run(args: &ListArgs) -> Outcome<u8> {
    let rules = Rules::load(None, &super::rule_options(&args.rules)?)?;
    let (columns, rows) = match args.what {
        Listed::Sources => sources(&rules),
        Listed::Metrics => metrics(&rules),
        Listed::Frameworks => frameworks(&rules),
        Listed::Tables => tables(),
    };
    if args.json {
        let list: Vec<Value> = rows
            .iter()
            .map(|row| columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), json!(cell))).collect())
            .collect();
        let mut text = crate::json::pretty(&list);
        text.push('\n');
        Environment::data(text.as_bytes())?;
    } else {
        Environment::text(&aligned(&columns, &rows))?;
    }
    Ok(0)
}

type Listing = (Vec<&'static str>, Vec<Vec<String>>);

fn sources(rules: &Rules) -> Listing {
    let rows = rules.sources.iter().map(|source| {
        let tables: Vec<&str> = source.tables().iter().map(|table| table.name()).collect();
        vec![source.id().to_owned(), tables.join(" "), source.title().to_owned()]
    });
    (vec!["id", "feeds", "title"], rows.collect())
}

fn metrics(rules: &Rules) -> Listing {
    let rows = rules.register.metrics().iter().map(|metric| {
        let limit = rules.policy.metric(metric.id()).map(|limits| limits.limit.length.to_string()).unwrap_or_default();
        let header = metric.header();
        vec![metric.id().to_owned(), header.group.get_ref().clone(), limit, header.title.clone()]
    });
    (vec!["id", "group", "limit", "title"], rows.collect())
}

/// Every framework with how many of its references some metric decides, how many have supporting evidence alone, and how
/// many nothing speaks about.
fn frameworks(rules: &Rules) -> Listing {
    let rows = rules.catalogue.iter().map(|framework| {
        let direct = |edge: &crate::framework::Edge| edge.relation == Relation::Direct;
        let count = |wanted: &dyn Fn(&crate::framework::Reference) -> bool| {
            framework.references.iter().filter(|reference| wanted(reference)).count().to_string()
        };
        let is_direct = |reference: &crate::framework::Reference| reference.edges.iter().any(direct);
        vec![
            framework.id.clone(),
            framework.version.clone(),
            framework.references.len().to_string(),
            count(&is_direct),
            count(&|reference| !reference.edges.is_empty() && !is_direct(reference)),
            count(&|reference| reference.edges.is_empty()),
            if framework.on_request { "on request" } else { "yes" }.to_owned(),
            framework.title.clone(),
        ]
    });
    (vec!["id", "version", "references", "direct", "supporting", "none", "in reports", "title"], rows.collect())
}

fn tables() -> Listing {
    let rows = Table::ALL.iter().map(|table| {
        let columns: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
        vec![table.name().to_owned(), columns.join(" ")]
    });
    (vec!["table", "columns"], rows.collect())
}

fn aligned(columns: &[&str], rows: &[Vec<String>]) -> String {
    let width =
        |at: usize| rows.iter().map(|row| row[at].chars().count()).chain([columns[at].len()]).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let head: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    std::iter::once(line(&head)).chain(rows.iter().map(|row| line(row))).collect()
}
