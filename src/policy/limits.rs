//! Limits: the policy file, checked, and the rule that picks the limit of one item.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeValue;

use crate::diag::{Diagnostic, Place};
use crate::report::{LimitOverride, MetricReport, Severity};
use crate::time::{DAY, LeaveInstant, Length};

use super::roles::Role;
use super::scope::{Conditions, Subject};
use crate::rules::{Fields, Node, Sheet, did_you_mean, one_of};

/// The policy that is compiled in. It says of itself that it is a starting point.
pub const DEFAULT_POLICY: &str = include_str!("../../mappings/policies/default.toml");

/// The name under which messages and reports speak of the compiled-in policy.
pub const DEFAULT_POLICY_NAME: &str = "mappings/policies/default.toml";

/// A limit with everything that must be printed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The longest stay that is still within.
    pub length: Length,
    /// Whose limit it is, as the policy says.
    pub source: Option<String>,
    /// How much a finding matters.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
}

/// A limit for a part of the population.
#[derive(Debug, Clone)]
pub struct Override {
    /// Which part.
    pub conditions: Conditions,
    /// The limit.
    pub limit: Limit,
}

/// The limits of one metric.
#[derive(Debug, Clone)]
pub struct MetricPolicy {
    /// Metric id.
    pub metric: String,
    /// The limit where no override applies.
    pub limit: Limit,
    /// Limits for parts of the population, the most specific first.
    pub overrides: Vec<Override>,
}

impl MetricPolicy {
    /// The limits that a report names for a metric, where they can be read back for certain.
    pub fn of_report(report: &MetricReport) -> Option<Self> {
        let limit = |length: &str, seconds: i64, source: &Option<String>, severity: Severity| {
            let length = length.parse::<Length>().ok()?;
            let place = Place::file("report.json");
            (length.seconds() == seconds).then(|| Limit { length, source: source.clone(), severity, place })
        };
        let overrides = report.limit_overrides.iter().map(|part| {
            let conditions = Conditions::of_report(&part.conditions)?;
            let limit = limit(&part.limit, part.limit_seconds, &part.source, part.severity?)?;
            Some(Override { conditions, limit })
        });
        Some(Self {
            metric: report.id.clone(),
            overrides: overrides.collect::<Option<_>>()?,
            limit: limit(report.limit.as_ref()?, report.limit_seconds?, &report.limit_source, report.severity)?,
        })
    }

    /// The same limits in the words of reports.
    pub fn in_report(&self) -> Vec<LimitOverride> {
        let of = |part: &Override| LimitOverride {
            scope: part.conditions.to_string(),
            system: part.conditions.only_system().map(str::to_owned),
            limit_seconds: part.limit.length.seconds(),
            limit: part.limit.length.to_string(),
            source: part.limit.source.clone(),
            severity: Some(part.limit.severity),
            conditions: part.conditions.in_report(),
        };
        self.overrides.iter().map(of).collect()
    }

    /// The limit of one item: the most specific override that applies, else the limit of the metric.
    ///
    /// An override that names more of the four conditions (system, account kind, privilege, worker type) is more
    /// specific; of two with equally many, one that names its system exactly beats one with a pattern. Two that are
    /// equally specific, apply to the same item and disagree are refused when the file is loaded. An item about which
    /// a condition is not known does not fulfil that condition.
    pub fn limit_of(&self, subject: &Subject<'_>) -> &Limit {
        self.overrides.iter().find(|item| item.conditions.apply(subject)).map_or(&self.limit, |item| &item.limit)
    }

    /// Every limit: the metric's own first, then the overrides.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        std::iter::once(&self.limit).chain(self.overrides.iter().map(|item| &item.limit))
    }

    /// Whether some override asks for the kind or the privilege of accounts.
    pub fn needs_accounts(&self) -> bool {
        self.overrides.iter().any(|item| item.conditions.needs_accounts())
    }

    /// Whether some override asks for the worker type of persons.
    pub fn needs_people(&self) -> bool {
        self.overrides.iter().any(|item| item.conditions.needs_people())
    }
}

/// How long before the as-of time an export of a state may have been taken and still speak for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// Exports of HR.
    pub people: Length,
    /// Lists of accounts.
    pub accounts: Length,
    /// Lists of credentials.
    pub credentials: Length,
}

impl Freshness {
    fn all(length: Length) -> Self {
        Self { people: length, accounts: length, credentials: length }
    }

    /// `freshness = "1d"`, or one length for each table.
    fn read(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, default: Self) -> Self {
        let is_table = |node: &Node<'_>| matches!(node.get_ref(), DeValue::Table(_));
        if !fields.node("freshness").is_some_and(is_table) {
            return fields.length(sheet, "freshness").map_or(default, Self::all);
        }
        let Some(mut tables) = fields.fields(sheet, "freshness") else {
            return default;
        };
        let mut of = |name, default| tables.length(sheet, name).unwrap_or(default);
        let found = Self {
            people: of("people", default.people),
            accounts: of("accounts", default.accounts),
            credentials: of("credentials", default.credentials),
        };
        tables.done(sheet);
        found
    }
}

impl Default for Freshness {
    fn default() -> Self {
        Self::all(Length::from_micros(DAY))
    }
}

/// A policy file.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The file, as messages and reports name it.
    pub file: String,
    /// Title.
    pub title: String,
    /// Whether it extends the compiled-in policy.
    pub extended: bool,
    /// How a leave date without a time is read.
    pub leave_instant: LeaveInstant,
    /// How old exports may be.
    pub freshness: Freshness,
    /// Limits by metric id.
    pub metrics: BTreeMap<String, MetricPolicy>,
    /// Which positions get which entitlements.
    pub roles: Vec<Role>,
}

impl Policy {
    /// Reads a policy. `known` holds the ids of all metrics of the run.
    ///
    /// A company's policy extends the compiled-in one: metrics that it does not name keep the limits that ship, which the
    /// report names as such; a metric that it names has only the limits that stand there. With `extends = "none"` a
    /// metric that it does not name has no limit and is not assessed.
    ///
    /// # Errors
    /// Every mistake in the file, in the order of the text.
    pub fn load(file: &str, text: &str, known: &BTreeSet<String>) -> Result<Self, Vec<Diagnostic>> {
        Self::read(file, text, known, Some(Self::shipped(known)?))
    }

    fn read(file: &str, text: &str, known: &BTreeSet<String>, base: Option<Self>) -> Result<Self, Vec<Diagnostic>> {
        let (mut sheet, root) = Sheet::open(file, text);
        let mut fields = Fields::of(root.get_ref(), 0..0);
        let title = fields.need_text(&mut sheet, "title");
        let base = base.filter(|_| extends(&mut sheet, &mut fields));
        let leave_instant = match fields.text(&mut sheet, "leave_instant") {
            None => base.as_ref().map_or(LeaveInstant::EndOfDay, |base| base.leave_instant),
            Some(text) => text.get_ref().parse().unwrap_or_else(|cause: String| {
                sheet.say("rule-value", text.span(), format!("`leave_instant` is not understood: {cause}"));
                LeaveInstant::EndOfDay
            }),
        };
        let default = base.as_ref().map(|base| base.freshness).unwrap_or_default();
        let freshness = Freshness::read(&mut sheet, &mut fields, default);
        let extended = base.is_some();
        let mut metrics = base.map(|base| base.metrics).unwrap_or_default();
        if let Some(table) = fields.fields(&mut sheet, "metrics") {
            for (id, node) in table.entries() {
                if !known.contains(id.get_ref()) {
                    let hint = did_you_mean(id.get_ref(), known.iter().map(String::as_str))
                        .unwrap_or_else(|| "`overstay list metrics` shows the known ids".to_owned());
                    let message = format!("unknown metric `{}`", id.get_ref());
                    sheet.say_hint("unknown-metric", id.span(), message, Some(hint));
                }
                if let Some(policy) = metric(&mut sheet, &id, node) {
                    metrics.insert(id.into_inner(), policy);
                }
            }
        }
        if metrics.is_empty() {
            sheet.say("rule-missing", 0..0, "a policy needs at least one `[metrics.<id>]` with a limit");
        }
        let roles = Role::read_all(&mut sheet, &mut fields);
        fields.done(&mut sheet);
        let said = sheet.finish();
        let (file, title) = (file.to_owned(), title.into_inner());
        let policy = Self { file, title, extended, leave_instant, freshness, metrics, roles };
        if said.is_empty() { Ok(policy) } else { Err(said) }
    }

    /// Reads the compiled-in policy and keeps the limits of the metrics that the run knows.
    ///
    /// # Errors
    /// Mistakes in the compiled-in text; a test holds that there are none.
    pub fn shipped(known: &BTreeSet<String>) -> Result<Self, Vec<Diagnostic>> {
        // A run with fewer metrics than the shipped policy names is in order; a policy that the user wrote is checked.
        let named = shipped_ids();
        let all: BTreeSet<String> = known.iter().cloned().chain(named).collect();
        let mut policy = Self::read(DEFAULT_POLICY_NAME, DEFAULT_POLICY, &all, None)?;
        policy.metrics.retain(|id, _| known.contains(id));
        Ok(policy)
    }

    /// The limits of a metric, if the policy gives any.
    pub fn metric(&self, id: &str) -> Option<&MetricPolicy> {
        self.metrics.get(id)
    }
}

/// Whether a policy builds upon the compiled-in one: unless it says otherwise, it does.
fn extends(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> bool {
    let words = BTreeMap::from([("default", true), ("none", false)]);
    let text = fields.text(sheet, "extends");
    text.and_then(|text| one_of(sheet, "extends", &text, &words)).unwrap_or(true)
}

/// The metric ids for which the compiled-in policy gives a limit.
fn shipped_ids() -> Vec<String> {
    let (mut sheet, root) = Sheet::open(DEFAULT_POLICY_NAME, DEFAULT_POLICY);
    let mut fields = Fields::of(root.get_ref(), 0..0);
    let table = fields.fields(&mut sheet, "metrics");
    table.map(|table| table.entries().into_iter().map(|(id, _)| id.into_inner()).collect()).unwrap_or_default()
}

fn metric(sheet: &mut Sheet<'_>, id: &Spanned<String>, node: &Node<'_>) -> Option<MetricPolicy> {
    let mut fields = Fields::of_node(sheet, id.get_ref(), node)?;
    fields.span = id.span();
    let severity = severity(sheet, &mut fields).unwrap_or_else(|| {
        if fields.node("severity").is_none() {
            sheet.say("rule-missing", fields.span.clone(), "`severity` is missing");
        }
        Severity::Medium
    });
    let limit = limit(sheet, &mut fields, severity);
    let mut overrides = Vec::new();
    for mut part in fields.list(sheet, "override") {
        let span = part.span.clone();
        let conditions = Conditions::read(sheet, &mut part);
        let own_grade = self::severity(sheet, &mut part).unwrap_or(severity);
        let own = self::limit(sheet, &mut part, own_grade);
        part.done(sheet);
        if let (Some(conditions), Some(limit)) = (conditions, own) {
            overrides.push((span, Override { conditions, limit }));
        }
    }
    fields.done(sheet);
    refuse_ties(sheet, &overrides);
    let mut overrides: Vec<Override> = overrides.into_iter().map(|(_, item)| item).collect();
    overrides.sort_by_key(|item| std::cmp::Reverse(item.conditions.rank()));
    Some(MetricPolicy { metric: id.get_ref().clone(), limit: limit?, overrides })
}

/// The severity, where one is given.
fn severity(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Option<Severity> {
    let text = fields.text(sheet, "severity")?;
    one_of(sheet, "severity", &text, &Severity::ALL.map(|severity| (severity.word(), severity)).into())
}

/// The limit, which must be there, with its source.
fn limit(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, severity: Severity) -> Option<Limit> {
    if fields.node("limit").is_none() {
        sheet.say("rule-missing", fields.span.clone(), "`limit` is missing");
    }
    let length = fields.length(sheet, "limit");
    let source = fields.text(sheet, "source_of_limit").map(Spanned::into_inner);
    Some(Limit { length: length?, source, severity, place: sheet.place(&fields.span) })
}

/// Two overrides of equal rank that can apply to the same item must agree, or a third, more specific one must
/// decide for the items that both apply to.
fn refuse_ties(sheet: &mut Sheet<'_>, overrides: &[(std::ops::Range<usize>, Override)]) {
    for (index, (_, first)) in overrides.iter().enumerate() {
        for (span, second) in &overrides[index + 1..] {
            let (a, b) = (&first.conditions, &second.conditions);
            let agree = first.limit.length == second.limit.length
                && first.limit.severity == second.limit.severity
                && first.limit.source == second.limit.source;
            if agree || a.rank() != b.rank() || !a.overlaps(b) {
                continue;
            }
            let decided = overrides
                .iter()
                .any(|(_, third)| third.conditions.rank() > a.rank() && third.conditions.covers_both(a, b));
            if !decided {
                let line = first.limit.place.line.unwrap_or_default();
                let message = format!(
                    "this override and the one in line {line} are equally specific and can apply to the same item"
                );
                let hint = "give both the same limit, or add an override that names the conditions of both";
                sheet.say_hint("policy-tie", span.clone(), message, Some(hint.to_owned()));
            }
        }
    }
}
