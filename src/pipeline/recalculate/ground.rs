//! What a pack is computed again with: metrics, limits and frameworks, each the one that the manifest lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::disk;
use crate::framework::Framework;
use crate::metric::{Metric, Register, Shape};
use crate::pack::{Difference, DifferenceKind as Kind};
use crate::policy::MetricPolicy;
use crate::report::MetricReport;
use crate::time::LeaveInstant;

use crate::failure::Outcome;

use super::super::options::RuleOptions;
use super::super::own::{PackedRules, RULES};
use super::super::rules::{Rules, own_name};
use super::own::{self, RuleOrigin};
use super::{AtHand, Pack, Recalculated, is_look};

const SHIPPED_VIEWS: &str = "mappings/metrics/_views.sql";
const OWN_VIEWS: &str = "own/_views.sql";

/// Where the rows of a metric come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Its SQL over the canonical tables. Only SQL of this tool or of the user is run, never one out of a pack.
    Sql,
    /// The rows of its evidence file, which are judged again.
    Rows,
}

/// Metrics, limits and frameworks.
pub(super) struct Ground {
    pub(super) register: Register,
    pub(super) metrics: Vec<(Metric, Basis)>,
    pub(super) limits: BTreeMap<String, MetricPolicy>,
    pub(super) leave_instant: LeaveInstant,
    /// The frameworks of the report by id; the ones that are not at hand are missing.
    pub(super) frameworks: BTreeMap<String, Framework>,
    /// Whether the pack has its canonical tables.
    pub(super) canonical: bool,
}

impl Ground {
    /// Whether a file is the evidence of a metric whose rows are taken as they stand.
    pub(super) fn is_of_rows(&self, path: &str) -> bool {
        let id = path.strip_prefix("evidence/").and_then(|name| name.rsplit_once('.')).map(|(id, _)| id);
        self.metrics.iter().any(|(metric, basis)| *basis == Basis::Rows && Some(metric.id()) == id)
    }

    /// Compares the rule files and lays the ground; `None` where nothing can be computed upon it.
    pub(super) fn lay(pack: &Pack<'_>, at_hand: &AtHand, out: &mut Recalculated) -> Outcome<Option<Self>> {
        let options = RuleOptions { zone: Some(pack.zone), ..at_hand.rules.clone() };
        let (rules, options) = rules(pack, options, at_hand, out)?;
        let here: BTreeMap<&str, &str> =
            rules.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
        let asleep = options.packed.as_ref().is_some_and(|packed| !packed.run_sql);
        let absent = compare_rules(pack, &here, &options, asleep, out);
        let from = if options.packed.is_some() { RuleOrigin::Pack } else { RuleOrigin::Given };
        own::used(pack, &rules, from, asleep, out);
        sql_of_the_pack(pack, out);
        let listed = |path: &str| {
            let of = |rule: &&crate::pack::RuleEntry| rule.path == path;
            pack.manifest.rules.iter().find(of).map(|rule| rule.sha256.as_str())
        };
        let same = |path: &str| here.get(path).copied().is_some_and(|sha256| listed(path) == Some(sha256));
        let views = if rules.register.has_own_views() { OWN_VIEWS } else { SHIPPED_VIEWS };
        let canonical = pack.lists("canonical/schema.json");
        let sql = canonical && same(views) && (views == OWN_VIEWS || listed(OWN_VIEWS).is_none());
        let metrics = metrics(pack, &rules.register, &absent, sql, &same, out);
        if !canonical {
            let what = "the tables: the pack was made without canonical tables, so that evidence/*.csv was taken as it \
                        stands and judged again";
            out.not_compared.push(what.to_owned());
        }
        let policy_given = options.policy.is_some() || options.project.is_some();
        // The company's project file, policy and frameworks stand under their own names.
        let may_be_own = !policy_given && absent.iter().any(|path| !path.starts_with("own/"));
        let ids: Vec<&str> = metrics.iter().map(|(metric, _)| metric.id()).collect();
        let Some(limits) = limits(pack, &rules, &ids, may_be_own, out) else {
            return Ok(None);
        };
        let leave_instant = leave_instant(pack, &rules, may_be_own, out);
        let frameworks = frameworks(pack, &rules, &same, out);
        Ok(Some(Self { register: rules.register, metrics, limits, leave_instant, frameworks, canonical }))
    }
}

/// The rules that were given, else those of the pack, else those that ship. Rules of a pack that cannot be read are a
/// difference.
fn rules(
    pack: &Pack<'_>,
    options: RuleOptions,
    at_hand: &AtHand,
    out: &mut Recalculated,
) -> Outcome<(Rules, RuleOptions)> {
    let packed = PackedRules::of(pack.folder, pack.manifest, at_hand.run_pack_metrics);
    if let Some(packed) = packed.filter(|_| !options.names_files()) {
        let packed = packed.options(&options);
        match Rules::load(None, &packed) {
            Ok(rules) => return Ok((rules, packed)),
            Err(failure) => out.rules.differs(super::impossible(RULES, failure)?),
        }
    }
    Ok((Rules::load(None, &options)?, options))
}

/// The rule files that the manifest lists and that are not at hand; the others must be the same.
fn compare_rules(
    pack: &Pack<'_>,
    here: &BTreeMap<&str, &str>,
    options: &RuleOptions,
    asleep: bool,
    out: &mut Recalculated,
) -> BTreeSet<String> {
    let mut absent = BTreeSet::new();
    for rule in pack.manifest.rules.iter().filter(|rule| !is_look(&rule.path)) {
        let shipped = rule.path.starts_with("mappings/");
        match here.get(rule.path.as_str()) {
            Some(sha256) if *sha256 == rule.sha256 => out.rules.agrees(),
            Some(_) => {
                let whose = if shipped { "the one that ships with this version" } else { "the one that was given" };
                let what = format!("the manifest lists another text than {whose}");
                out.rules.differs(Difference::new(rule.path.clone(), Kind::Changed, what));
            }
            None if shipped => {
                let what = "the manifest lists it, and no such file ships with this version";
                out.rules.differs(Difference::new(rule.path.clone(), Kind::Added, what));
            }
            None => {
                absent.insert(rule.path.clone());
            }
        }
    }
    // What is said of SQL that waits in the pack is said of it alone.
    let waits = |path: &&String| asleep && path.strip_suffix(".sql").is_some();
    let names: Vec<&str> = absent.iter().filter(|path| !waits(path)).map(String::as_str).collect();
    if !names.is_empty() {
        let (count, names) = (names.len(), names.join(", "));
        let how = if options.packed.is_some() {
            "not in the pack; --project, --mappings and --policy name them"
        } else if options.names_files() {
            "they are not among the rules that were given"
        } else {
            "--project, --mappings and --policy name them"
        };
        let files = if count == 1 { "1 rule file" } else { &format!("{count} rule files") };
        out.not_compared.push(format!("{files} of the company's own ({names}): {how}"));
    }
    absent
}

/// The SQL in the pack is the one that its manifest lists among the rules.
fn sql_of_the_pack(pack: &Pack<'_>, out: &mut Recalculated) {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for rule in &pack.manifest.rules {
        let stem = rule.path.strip_prefix("mappings/metrics/").or_else(|| rule.path.strip_prefix("own/"));
        let Some(stem) = stem.and_then(|stem| stem.strip_suffix(".sql")) else {
            continue;
        };
        let name = format!("metrics/{stem}.sql");
        match pack.sha256(&name) {
            Some(sha256) if sha256 == rule.sha256 => out.rules.agrees(),
            Some(_) => {
                let what = format!("it is not {}, which the manifest lists among the rules", rule.path);
                out.rules.differs(Difference::new(name.clone(), Kind::Changed, what));
            }
            None => {
                let what = format!("{} was used, and its text is not in the pack", rule.path);
                out.rules.differs(Difference::new(name.clone(), Kind::Missing, what));
            }
        }
        names.insert(name);
    }
    for output in pack.manifest.outputs.iter().filter(|output| output.path.starts_with("metrics/")) {
        if !names.contains(&output.path) {
            let what = "the manifest lists no such rule";
            out.rules.differs(Difference::new(output.path.clone(), Kind::Added, what));
        }
    }
}

/// The metrics of the pack: those at hand whose text is the listed one, and the others as the pack has them.
fn metrics(
    pack: &Pack<'_>,
    register: &Register,
    absent: &BTreeSet<String>,
    sql: bool,
    same: &dyn Fn(&str) -> bool,
    out: &mut Recalculated,
) -> Vec<(Metric, Basis)> {
    let own = |id: &str| absent.contains(&format!("own/{id}.sql"));
    let at_hand = register.metrics().iter().filter(|metric| !own(metric.id()));
    let mut metrics: Vec<(Metric, Basis)> = at_hand
        .map(|metric| {
            let basis = if sql && same(&own_name(metric.path())) { Basis::Sql } else { Basis::Rows };
            (metric.clone(), basis)
        })
        .collect();
    let mut named = Vec::new();
    for path in absent.iter().filter(|path| *path != OWN_VIEWS) {
        let Some(stem) = path.strip_prefix("own/").and_then(|name| name.strip_suffix(".sql")) else {
            continue;
        };
        let path_in_pack = pack.folder.join(format!("metrics/{stem}.sql"));
        let text = disk::read_text(&path_in_pack, disk::WRITTEN).unwrap_or_default();
        match Metric::read(path, stem, &text) {
            Ok(metric) => metrics.push((metric, Basis::Rows)),
            Err(mistakes) => {
                let what = mistakes.first().map_or_else(String::new, |mistake| mistake.message.clone());
                out.rules.differs(Difference::new(format!("metrics/{stem}.sql"), Kind::Changed, what));
            }
        }
        named.push(stem);
    }
    if !named.is_empty() {
        let names = named.join(", ");
        out.not_compared.push(format!(
            "the SQL of {names}, which is the company's own and is not run out of a pack unasked: the evidence was taken as \
             it stands and judged again; --mappings gives it, --run-pack-metrics runs the SQL of the pack"
        ));
    } else if pack.lists("canonical/schema.json") && !sql {
        let what = "the SQL: the views that it reads are not at hand, so that the evidence was taken as it stands and \
                    judged again";
        out.not_compared.push(what.to_owned());
    }
    metrics.sort_by(|(a, _), (b, _)| (a.header().order, a.id()).cmp(&(b.header().order, b.id())));
    metrics
}

/// The limits by metric: the policy at hand, or, where the company may have one of its own, what the report names.
fn limits(
    pack: &Pack<'_>,
    rules: &Rules,
    ids: &[&str],
    may_be_own: bool,
    out: &mut Recalculated,
) -> Option<BTreeMap<String, MetricPolicy>> {
    let (mut limits, mut taken) = (BTreeMap::new(), Vec::new());
    for id in ids {
        let ours = rules.policy.metric(id);
        let reported = pack.report.metrics.iter().find(|metric| metric.id == *id);
        let Some(reported) = reported.filter(|reported| may_be_own && !is_reported(ours, reported)) else {
            limits.extend(ours.map(|policy| ((*id).to_owned(), policy.clone())));
            continue;
        };
        taken.push(match &reported.limit {
            Some(limit) => format!("{id} ({limit})"),
            None => format!("{id} (none)"),
        });
        if reported.limit.is_some() {
            let Some(policy) = MetricPolicy::of_report(reported) else {
                out.not_compared.push(format!(
                    "the evidence and report.json: the limits of {id} are the company's own; --policy gives them"
                ));
                return None;
            };
            limits.insert((*id).to_owned(), policy);
        }
    }
    if !taken.is_empty() {
        out.not_compared.push(format!(
            "limits that are not those that ship, taken from report.json: {}; --policy or --project gives the company's own",
            taken.join(", ")
        ));
    }
    Some(limits)
}

/// Whether a report names these limits for a metric.
fn is_reported(ours: Option<&MetricPolicy>, reported: &MetricReport) -> bool {
    let Some(ours) = ours else {
        return reported.limit.is_none();
    };
    reported.limit_seconds == Some(ours.limit.length.seconds())
        && reported.limit == Some(ours.limit.length.to_string())
        && reported.limit_source == ours.limit.source
        && reported.severity == ours.limit.severity
        && reported.limit_overrides == ours.in_report()
}

fn leave_instant(pack: &Pack<'_>, rules: &Rules, may_be_own: bool, out: &mut Recalculated) -> LeaveInstant {
    let ours = rules.policy.leave_instant.in_zone(pack.zone);
    let reported = pack.report.leave_instant.as_str();
    match reported.parse::<LeaveInstant>() {
        Ok(theirs) if may_be_own && reported != ours.to_string() => {
            out.not_compared.push(format!("how a leave date without a time is read ({reported}): --policy says it"));
            theirs.in_zone(pack.zone)
        }
        _ => ours,
    }
}

fn frameworks(
    pack: &Pack<'_>,
    rules: &Rules,
    same: &dyn Fn(&str) -> bool,
    out: &mut Recalculated,
) -> BTreeMap<String, Framework> {
    let mut frameworks = BTreeMap::new();
    for id in &pack.manifest.options.frameworks {
        let found = rules.frameworks.iter().find(|framework| framework.id == *id);
        let name = |framework: &Framework| {
            let file = framework.file.as_str();
            if file.starts_with("mappings/") { file.to_owned() } else { super::super::rules::file_name(file.as_ref()) }
        };
        match found.filter(|framework| same(&name(framework))) {
            Some(framework) => {
                frameworks.insert(id.clone(), framework.clone());
            }
            None => out.not_compared.push(format!("the references of {id}: the framework's file is not at hand")),
        }
    }
    frameworks
}

/// Whether a metric is one of durations.
pub(super) fn is_duration(metric: &Metric) -> bool {
    metric.shape() == Shape::Duration
}
