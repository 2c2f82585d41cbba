//! `overstay explain`: a metric, source, framework, control or finding, and why.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::framework::{Found, Framework};
use crate::pack::open_csv;
use crate::pipeline::Rules;
use crate::report::Relation;
use crate::rules::did_you_mean;

use super::args::ExplainArgs;
use super::environment::Environment;
use super::reference;

pub(super) fn run(args: &ExplainArgs) -> Outcome<u8> {
    let rules = Rules::load(None, &super::rule_options(&args.rules)?)?;
    let text = match &args.pack {
        Some(pack) => finding(&args.id, pack)?,
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

/// A finding out of a pack's findings.csv: all of its fields, one a line.
fn finding(id: &str, pack: &Path) -> Outcome<String> {
    let path = pack.join("findings.csv");
    let place = || Place::file(path.display().to_string());
    let broken = |cause: &dyn std::fmt::Display| {
        Failure::usage_one(Diagnostic::error("bad-pack", format!("findings cannot be read: {cause}")).at(place()))
    };
    let mut reader = open_csv(&path)?;
    let header = reader.headers().map_err(|cause| broken(&cause))?.clone();
    for record in reader.records() {
        let record = record.map_err(|cause| broken(&cause))?;
        if record.get(0) == Some(id) {
            let width = header.iter().map(str::len).max().unwrap_or_default();
            let mut out = String::new();
            for (name, cell) in header.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()) {
                let _ = writeln!(out, "{name:<width$}  {cell}");
            }
            return Ok(out);
        }
    }
    Err(Failure::usage_one(Diagnostic::error("unknown-id", format!("the pack has no finding `{id}`")).at(place())))
}
