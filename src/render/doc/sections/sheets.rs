//! The tables that a workbook has, each as a sheet: those of the document, with all of their rows.

use super::super::block::Block;
use super::super::table::{Column, Row, Table};
use super::super::value::Value;
use super::super::words::{Words, plain, rules};
use super::super::{Edition, tables_in};
use super::{actions, changes, data, glance, indicators, method, metrics, open, scorecard, sources, waivers, wheres};
use crate::render::csv::ACTIONS_FILE;
use crate::render::drift::{Names, TableKind, digest};
use crate::render::facts;
use crate::report::drift::Drift;
use crate::report::{Action, MetricReport, Report};

/// Exceptions that stand in memory as rows at the same time.
const TOGETHER: usize = 2_000;

/// Makes a table when it is asked for: what stands in the columns of the parts, and the table.
pub type Make<'r> = Box<dyn Fn() -> (Vec<Words>, Table) + 'r>;

/// A sheet: tables of the same columns, one below the other.
pub struct Sheet<'r> {
    /// On its tab.
    pub title: &'static str,
    /// What it holds.
    pub what: &'static str,
    /// Heads of the columns in front that say which part of the report a row is from.
    pub parts: &'static [&'static str],
    /// Heads of the columns for the lines that head groups of rows.
    pub groups: &'static [&'static str],
    /// The tables.
    pub tables: Vec<Make<'r>>,
}

impl Sheet<'_> {
    fn new(title: &'static str, what: &'static str) -> Self {
        Self { title, what, parts: &[], groups: &[], tables: Vec::new() }
    }

    fn parts(self, parts: &'static [&'static str]) -> Self {
        Self { parts, ..self }
    }

    fn groups(self, groups: &'static [&'static str]) -> Self {
        Self { groups, ..self }
    }

    fn add(&mut self, parts: Vec<Words>, table: Table) {
        self.tables.push(Box::new(move || (parts.clone(), table.clone())));
    }

    /// With the tables of some blocks that have one of the names.
    fn with(mut self, blocks: &[Block], names: &[&str]) -> Self {
        for table in tables_in(blocks).into_iter().filter(|table| names.contains(&table.name)) {
            self.add(Vec::new(), table.clone());
        }
        self
    }
}

/// Every sheet in the order of the workbook; a sheet without a table is none. `all` are all exceptions.
pub fn sheets<'r>(report: &'r Report, all: &'r [Action]) -> Vec<Sheet<'r>> {
    const ALL: usize = usize::MAX;
    let full = Edition::Full;
    let mut out = vec![
        exceptions(report, all),
        Sheet::new("Metrics", "Every metric: result, limit, counts, percentiles")
            .with(&[glance::metrics(report, full)], &["glance"]),
        Sheet::new("Systems by metrics", "Items over a limit, of those measured in each system, with its owner")
            .with(&wheres::systems(report, ALL), &["by-system"]),
        Sheet::new("Departments", "Exceptions by the department of the person concerned")
            .with(&wheres::departments(report, ALL), &["departments"]),
        Sheet::new("HR late or IT late", "The same leaves by the clocks of HR and of IT")
            .with(wheres::clocks(report, full).as_slice(), &["clocks"]),
    ];
    out.extend(changed(report));
    let trend = changes::trend_tables(&report.history, report.history.len());
    if !report.history.is_empty() {
        out.push(Sheet::new("Trend", "The three numbers of earlier packs and of this one").with(&trend, &["trend"]));
        let what = "Items over the limit, of those measured, in the latest packs";
        out.push(Sheet::new("Trend of metrics", what).with(&trend, &["trend-metrics"]));
    }
    out.extend([references(report), mapping(report)]);
    out.extend(of_metrics(report));
    let what = "Items whose result differs under another reading of the same inputs";
    out.push(Sheet::new("Other readings", what).with(&method::readings(report, full), &["sensitivity"]));
    out.push(values(report));
    out.push(not_covered(report));
    if !report.waivers.is_empty() {
        let what = "Every waiver and what became of it";
        out.push(Sheet::new("Waivers", what).with(&[waivers::table(report, ALL)], &["waivers"]));
    }
    out.extend(people(report));
    out.extend([
        Sheet::new("Systems", "Systems in the register and in the data")
            .with(&data::systems(report, ALL, true), &["systems"]),
        Sheet::new("Sources", "Input files: who made them, when and how; what they hold; what was left out")
            .with(&sources::sources(report, ALL, true), &["sources"]),
        Sheet::new("Own rules", "Rules of the organisation’s own: mappings, metrics, limits, frameworks, project file")
            .with(&sources::sources(report, ALL, true), &["own-rules"]),
        Sheet::new("Rows left out", "Rows and values that could not be used, by file and reason")
            .with(&[data::rejects(report)], &["rejects"]),
        Sheet::new("Messages", "What the run had to say").with(&data::messages(report, ALL, true), &["messages"]),
    ]);
    out.retain(|sheet| !sheet.tables.is_empty());
    out
}

fn exceptions<'r>(report: &'r Report, all: &'r [Action]) -> Sheet<'r> {
    let what = "Every account, credential, person or change with a finding, to be decided upon";
    let mut sheet = Sheet::new("What to do", what);
    let total = report.actions.total;
    for some in all.chunks(TOGETHER) {
        let some: Vec<&Action> = some.iter().collect();
        sheet.tables.push(Box::new(move || (Vec::new(), actions::actions_of(report, &some, total, ACTIONS_FILE))));
    }
    sheet
}

/// What changed since each pack that was compared with.
fn changed(report: &Report) -> Vec<Sheet<'_>> {
    let mut findings = Sheet::new("Changed findings", "Findings that changed, as far as report.json lists them")
        .parts(&["Compared with"])
        .groups(&["What became of it"]);
    let mut others = [
        (
            TableKind::Metrics,
            Sheet::new("Changed metrics", "Metrics whose numbers or results changed").parts(&["Compared with"]),
        ),
        (
            TableKind::Rates,
            Sheet::new("Changed rates", "Items over a limit of those measured, before and now")
                .parts(&["Compared with"]),
        ),
        (
            TableKind::Systems,
            Sheet::new("Changed systems", "Systems that came or went, or whose findings changed")
                .parts(&["Compared with"]),
        ),
        (TableKind::References, Sheet::new("Changed references", "References that changed").parts(&["Compared with"])),
        (
            TableKind::Restated,
            Sheet::new("Computed again", "Numbers of earlier packs, computed again").parts(&["Compared with"]),
        ),
    ];
    for drift in &report.changes {
        let since = |drift: &Drift| vec![vec![rules(facts::since(drift))]];
        let digest = digest(drift, Names::Shown, usize::MAX);
        if !digest.sections.is_empty()
            && let Block::Table(table) = changes::changed(changes::caption(drift), digest.sections)
        {
            findings.add(since(drift), table);
        }
        for words in digest.tables {
            let kind = words.kind;
            if let (Some((_, sheet)), Block::Table(table)) =
                (others.iter_mut().find(|(of, _)| *of == kind), changes::of_words(words))
            {
                sheet.add(since(drift), table);
            }
        }
    }
    std::iter::once(findings).chain(others.into_iter().map(|(_, sheet)| sheet)).collect()
}

/// Every reference of every framework, also those that no metric is mapped to.
fn references(report: &Report) -> Sheet<'_> {
    let what = "Every reference of every framework, also those not assessed: what the evidence shows, and by what";
    let mut sheet = Sheet::new("References", what).parts(&["Framework", "Version"]);
    for framework in &report.frameworks {
        let all: Vec<_> = framework.controls.iter().collect();
        let parts = vec![vec![rules(&*framework.title)], vec![rules(&*framework.version)]];
        sheet.add(parts, scorecard::in_short(framework, &all, report, usize::MAX));
    }
    sheet
}

/// The metrics behind the references.
fn mapping(report: &Report) -> Sheet<'_> {
    let what = "Every metric behind every reference: relation, rationale, caveats";
    let groups = &["Reference", "What it asks for, in our words", "What the evidence shows"];
    let mut sheet = Sheet::new("Mapping", what).parts(&["Framework"]).groups(groups);
    for framework in &report.frameworks {
        let mapped: Vec<_> = framework.controls.iter().filter(|one| !one.edges.is_empty()).collect();
        if !mapped.is_empty() {
            sheet.add(vec![vec![rules(&*framework.title)]], scorecard::in_full(framework, &mapped, report));
        }
    }
    sheet
}

/// What stands with every metric: definition, reasons, systems, months.
fn of_metrics(report: &Report) -> Vec<Sheet<'_>> {
    let mut definitions = Sheet::new(
        "Definitions",
        "What each metric measures, against which limit, and what to know before relying on it",
    );
    let mut reasons =
        Sheet::new("Reasons", "Why items may be over, are unknown, or are left out").parts(&["Metric", "What"]);
    let mut systems = Sheet::new("Metrics by system", "The counts of every metric in every system").parts(&["Metric"]);
    let mut months =
        Sheet::new("Metrics by month", "The counts of every metric by month of the beginning").parts(&["Metric"]);
    for metric in &report.metrics {
        let title = || vec![rules(&*metric.title).to(Some(facts::anchor("m-", &metric.id)))];
        definitions.add(Vec::new(), definition(metric, &title()));
        for table in metrics::reasons(metric).iter().flat_map(|block| tables_in(std::slice::from_ref(block))) {
            // The other readings have a sheet of their own.
            if table.name != "readings" {
                reasons.add(vec![title(), table.caption.clone()], table.clone());
            }
        }
        if !metric.by_system.is_empty()
            && let Block::Table(table) = metrics::systems(metric, usize::MAX)
        {
            systems.add(vec![title()], table);
        }
        for table in tables_in(&metrics::months(metric)) {
            months.add(vec![title()], table.clone());
        }
    }
    vec![definitions, reasons, systems, months]
}

fn definition(metric: &MetricReport, title: &Words) -> Table {
    let question = (vec![plain("Question")], vec![vec![rules(&*metric.question)]]);
    let caveats: Vec<Words> = metric.caveats.iter().map(|caveat| vec![rules(&**caveat)]).collect();
    let caveats = (!caveats.is_empty()).then(|| (vec![plain("What to know")], caveats));
    let pairs = std::iter::once(question).chain(metrics::definition(metric)).chain(caveats);
    let rows = pairs
        .map(|(term, lines)| Row::new(vec![Value::Words(title.clone()), Value::Words(term), Value::Lines(lines)]))
        .collect();
    let columns = ["Metric", "About it", "Words"].map(Column::new);
    Table::new("definitions", "Definitions in words; the SQL that ran is in metrics/", columns.into(), rows)
}

fn values(report: &Report) -> Sheet<'_> {
    let mut sheet = Sheet::new("Indicators", "Ratios and sums without a limit").parts(&["Indicator"]);
    for one in &report.indicators {
        for table in tables_in(&[indicators::indicator(one, usize::MAX)]) {
            sheet.add(vec![vec![rules(&*one.title)]], table.clone());
        }
    }
    sheet
}

fn not_covered(report: &Report) -> Sheet<'_> {
    let mut sheet = Sheet::new("Not covered", "What metrics need and the evidence does not give");
    let gaps = facts::uncovered(report);
    if !gaps.is_empty() {
        let rows = gaps.into_iter().map(|gap| Row::new(vec![Value::Loaded(gap.words), Value::Rules(gap.metrics)]));
        let columns = ["What is not covered", "For which metrics"].map(Column::new);
        let caption = "What metrics need and the evidence does not give";
        sheet.add(Vec::new(), Table::new("gaps", caption, columns.into(), rows.collect()));
    }
    sheet
}

/// Who is who: counts, and what stayed open.
fn people(report: &Report) -> Vec<Sheet<'_>> {
    let mut counts =
        Sheet::new("Populations", "People, accounts, credentials and events as they were understood").parts(&["About"]);
    let populations = [data::populations(report)];
    let totals = facts::totals(report).into_iter().map(|(name, value)| Row::new(vec![Value::own(name), value]));
    let columns = vec![Column::new("What"), Column::number("Number")];
    counts.add(vec![vec![plain("All")]], Table::new("totals", "Populations", columns, totals.collect()));
    for table in tables_in(&populations) {
        counts.add(vec![table.caption.clone()], table.clone());
    }
    let two_way = open::two_way(report, true);
    let mut unmatched =
        Sheet::new("Accounts without one person", "Accounts that more than one person could own, or nobody")
            .parts(&["What is open"]);
    for table in tables_in(&open::unmatched(report, true)) {
        unmatched.add(vec![table.caption.clone()], table.clone());
    }
    vec![
        counts,
        Sheet::new("Leavers without account", "Leavers without any account in a system where most people have one")
            .with(&two_way, &["leavers-without-account"]),
        Sheet::new("Switched off, nobody left", "Accounts that were switched off in the period although nobody left")
            .with(&two_way, &["disabled-without-leave"]),
        unmatched,
        Sheet::new("Conflicts", "Attributes on which sources differ").with(&[open::conflicts(report)], &["conflicts"]),
    ]
}
