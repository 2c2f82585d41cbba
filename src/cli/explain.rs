//! `overstay explain`: a metric, source, framework, control or finding, and why.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::framework::{Found, Framework};
use crate::pack::open_csv;
use crate::pipeline::Rules;
use crate::render::text;
use crate::report::Relation;
use crate::rules::did_you_mean;

use super::args::ExplainArgs;
use super::environment::Environment;
use super::reference;

pub(super) fn run(args: &ExplainArgs) -> Outcome<u8> {
    let rules = Rules::load(None, &super::rule_options(&args.rules)?)?;
    let text = match &args.pack {
        Some(pack) => match finding(&args.id, pack)? {
            Some(text) => text,
            // What is no finding may be a metric or a reference of the same name.
            None => known(&args.id, &rules).map_err(|_| no_finding(&args.id, pack))?,
        },
        None => known(&args.id, &rules)?,
    };
    Environment::text(text.trim_start())?;
    Ok(0)
}

fn known(id: &str, rules: &Rules) -> Outcome<String> {
    let mut out = String::new();
    if let Some(metric) = rules.register.get(id) {
        let _ = write!(out, "{}\n{}\n", reference::metric_page(metric, &rules.policy), metric.sql().trim());
    }
    if let Some(source) = rules.sources.get(id) {
        let _ = write!(out, "{}\n{}\n", reference::source_page(source), source.text().trim());
    }
    for framework in &rules.catalogue {
        if framework.id.eq_ignore_ascii_case(id) {
            out.push_str(&reference::framework_page(framework));
        }
        if let Some(found) = framework.find(id) {
            out.push_str(&control(framework, &found));
        }
    }
    if out.is_empty() { Err(unknown(id, rules)) } else { Ok(out) }
}

fn control(framework: &Framework, found: &Found<'_>) -> String {
    let mut out = String::new();
    let references = match found {
        Found::Reference(reference) => vec![*reference],
        Found::Alias(alias, references) => {
            let _ = write!(out, "\n{}\n\n{}\n", alias.requested, alias.text.trim());
            references.clone()
        }
    };
    for reference in references {
        let _ = write!(
            out,
            "\n{} {} ({}, version {})\n\n{}\n\n",
            reference.id,
            reference.title,
            framework.title,
            framework.version,
            reference.summary.trim()
        );
        if reference.edges.is_empty() {
            out.push_str("not assessed: no metric is mapped to it\n");
        }
        for edge in &reference.edges {
            let relation = match edge.relation {
                Relation::Direct => "direct",
                Relation::Supporting => "supporting",
            };
            let _ = writeln!(out, "- {} ({relation}): {}", edge.metric, edge.rationale.trim());
            if let Some(caveat) = &edge.caveat {
                let _ = writeln!(out, "  caveat: {}", caveat.trim());
            }
        }
    }
    out
}

fn unknown(id: &str, rules: &Rules) -> Failure {
    let mut ids: BTreeSet<&str> = rules.register.ids().collect();
    ids.extend(rules.sources.iter().map(crate::source::Source::id));
    for framework in &rules.catalogue {
        ids.insert(&framework.id);
        ids.extend(framework.references.iter().map(|reference| reference.id.as_str()));
    }
    let hint = did_you_mean(id, ids)
        .unwrap_or_else(|| "`overstay list` shows sources, metrics and frameworks; a finding needs --pack".to_owned());
    Failure::usage_one(Diagnostic::error("unknown-id", format!("nothing is known as `{id}`")).hint(hint))
}

fn no_finding(id: &str, pack: &Path) -> Failure {
    let place = Place::file(pack.join("findings.csv").display().to_string());
    Failure::usage_one(Diagnostic::error("unknown-id", format!("the pack has no finding `{id}`")).at(place))
}

/// The row of a table in a pack that `holds`, as names with their cells; those that are empty are left out.
fn row(path: &Path, holds: impl Fn(&dyn Fn(&str) -> String) -> bool) -> Outcome<Option<Vec<(String, String)>>> {
    let broken = |cause: &dyn std::fmt::Display| {
        let place = Place::file(path.display().to_string());
        Failure::usage_one(Diagnostic::error("bad-pack", format!("the table cannot be read: {cause}")).at(place))
    };
    let mut reader = open_csv(path)?;
    let header = reader.headers().map_err(|cause| broken(&cause))?.clone();
    for record in reader.records() {
        let record = record.map_err(|cause| broken(&cause))?;
        let cells = || header.iter().zip(&record);
        let cell =
            |name: &str| cells().find(|(head, _)| *head == name).map_or_else(String::new, |(_, cell)| cell.to_owned());
        if holds(&cell) {
            let filled = cells().filter(|(_, cell)| !cell.is_empty());
            return Ok(Some(filled.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()));
        }
    }
    Ok(None)
}

/// A finding of a pack: its sentence, what to do, and all of its fields, one a line.
fn finding(id: &str, pack: &Path) -> Outcome<Option<String>> {
    let Some(fields) = row(&pack.join("findings.csv"), |cell| cell("finding_id") == id)? else {
        return Ok(None);
    };
    let actions = pack.join("actions.csv");
    let stands = |cell: &dyn Fn(&str) -> String| cell("finding_ids").split(' ').any(|one| one == id);
    let action = if actions.is_file() { row(&actions, stands)? } else { None };
    let of = |fields: &[(String, String)], name: &str| {
        fields.iter().find(|(head, _)| head == name).map(|(_, cell)| cell.clone())
    };
    let mut out = String::new();
    if let Some(reason) = of(&fields, "reason") {
        let _ = writeln!(out, "{reason}\n");
    }
    for (title, name) in [("what to do", "remedy"), ("due", "due_at"), ("owner of the system", "system_owner")] {
        if let Some(text) = action.as_deref().and_then(|action| of(action, name)) {
            let _ = writeln!(out, "{title}: {text}");
        }
    }
    if action.is_some() {
        out.push('\n');
    }
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, cell) in &fields {
        let length = name.strip_suffix("_seconds").and_then(|_| cell.parse().ok()).map(text::length);
        let length = length.map(|length| format!(" ({length})")).unwrap_or_default();
        let _ = writeln!(out, "{name:<width$}  {cell}{length}");
    }
    Ok(Some(out))
}
