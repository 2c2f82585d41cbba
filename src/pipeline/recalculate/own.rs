//! The company's own rules in a pack: whether they are the listed ones, and which of them were used.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::pack::{Difference, DifferenceKind as Kind};
use crate::report::OwnRule;

use super::super::own::{RULES, is_shipped};
use super::super::rules::Rules;
use super::{Pack, Recalculated, is_look};

/// A rule file of the company's own that a verification used, or left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UsedRule {
    /// Its name among the rules of the manifest.
    pub name: String,
    /// SHA-256 of the text that was used.
    pub sha256: String,
    /// Where it came from.
    pub from: RuleOrigin,
    /// Whether its SQL was run; `None`: it has none.
    pub sql_run: Option<bool>,
}

/// Where a rule came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOrigin {
    /// Out of the pack itself.
    Pack,
    /// Given to the verification, or among the exports.
    Given,
}

impl UsedRule {
    /// The rules of a run.
    pub(in crate::pipeline) fn of(rules: &[OwnRule], from: RuleOrigin) -> Vec<Self> {
        let is_sql = |rule: &OwnRule| matches!(rule.kind.as_str(), "metric" | "views");
        let used = rules.iter().map(|rule| Self {
            name: rule.name.clone(),
            sha256: rule.sha256.clone(),
            from,
            sql_run: is_sql(rule).then_some(true),
        });
        used.collect()
    }
}

/// Compares the files under `rules/` with what the report and the manifest list.
pub(super) fn compare(pack: &Pack<'_>, out: &mut Recalculated) {
    let own = |path: &str| !is_shipped(path) && !is_look(path);
    let listed: BTreeMap<&str, &str> = pack
        .manifest
        .rules
        .iter()
        .filter(|rule| own(&rule.path))
        .map(|rule| (rule.path.as_str(), rule.sha256.as_str()))
        .collect();
    let reported: BTreeMap<&str, &str> =
        pack.report.own_rules.iter().map(|rule| (rule.name.as_str(), rule.sha256.as_str())).collect();
    if listed != reported {
        let what = "its list of the company's own rules is not that of the manifest";
        out.report.differs(Difference::new("report.json", Kind::Changed, what));
    }
    let mut known = BTreeSet::new();
    for rule in &pack.report.own_rules {
        let Some(path) = &rule.path else {
            continue;
        };
        known.insert(path.as_str());
        match pack.sha256(path) {
            Some(sha256) if sha256 == rule.sha256 => out.rules.agrees(),
            Some(_) => {
                let what = format!("it is not {}, which the manifest lists among the rules", rule.name);
                out.rules.differs(Difference::new(path.clone(), Kind::Changed, what));
            }
            None => {
                let what = "report.json names it, and it is not in the pack";
                out.rules.differs(Difference::new(path.clone(), Kind::Missing, what));
            }
        }
    }
    for output in pack.manifest.outputs.iter().filter(|output| output.path.starts_with(RULES)) {
        if !known.contains(output.path.as_str()) {
            let what = "report.json does not name it among the company's own rules";
            out.rules.differs(Difference::new(output.path.clone(), Kind::Added, what));
        }
    }
}

/// Which of the company's own rules are used: those at hand whose text is the listed one, and the SQL of the pack that
/// nobody asked to run.
pub(super) fn used(pack: &Pack<'_>, rules: &Rules, from: RuleOrigin, asleep: bool, out: &mut Recalculated) {
    let listed = |name: &str| pack.report.own_rules.iter().find(|rule| rule.name == name);
    for file in &rules.own {
        let here = file.report();
        match listed(&here.name) {
            Some(rule) if rule.sha256 == here.sha256 => out.own_rules.extend(UsedRule::of(&[here], from)),
            // Another text is a difference, which is said elsewhere.
            Some(_) => {}
            None => {
                let what = "among the rules that were given, and the manifest does not list it";
                out.rules.differs(Difference::new(here.name, Kind::Missing, what));
            }
        }
    }
    let waiting = pack.report.own_rules.iter().filter(|rule| asleep && rule.path.is_some());
    for rule in waiting {
        let used = UsedRule::of(std::slice::from_ref(rule), RuleOrigin::Pack).into_iter();
        out.own_rules
            .extend(used.filter(|rule| rule.sql_run.is_some()).map(|rule| UsedRule { sql_run: Some(false), ..rule }));
    }
    out.own_rules.sort();
}
