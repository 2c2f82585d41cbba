//! The control scorecard: what the evidence shows about each reference of each framework.

use super::super::Badge;
use super::super::Edition;
use super::super::block::{Block, Heading, Kind, Part, Section};
use super::super::build::{body, bullets, small_heading, subheading};
use super::super::table::{Column, Field, Forms, Row, Table};
use super::super::value::Value;
use super::super::words::{Look, Words, code, plain, quiet, rich, rules, strong, with_counts};
use crate::render::{facts, prose, text};
use crate::report::{ControlReport, EdgeReport, FrameworkReport, ReferenceState, Relation, Report, Resolution};

/// The section.
pub(super) fn scorecard(report: &Report, edition: Edition) -> Section {
    let mut intro = rich(prose::SCORECARD, report);
    if edition == Edition::Full {
        intro.push(plain(" "));
        intro.extend(rich(prose::SCORECARD_WITHOUT, report));
    }
    let mut blocks = vec![body(intro)];
    if report.frameworks.is_empty() {
        blocks.push(body(vec![plain("No framework was chosen.")]));
    }
    if edition == Edition::Full && !report.resolutions.is_empty() {
        let boxes = report.resolutions.iter().map(|one| Block::Box(resolution(one, report)));
        blocks.push(super::super::build::part(3, plain("Reference resolution"), "resolution", boxes.collect()));
    }
    blocks.extend(report.frameworks.iter().map(|one| framework(one, report, edition)));
    super::section("scorecard", "Control scorecard", Some(if edition == Edition::Full { 35 } else { 55 }), blocks)
}

/// What a name resolves to, a paragraph for each reference; in short its framework is named by its id.
pub(super) fn resolved(one: &Resolution, report: &Report, short: bool) -> Vec<Words> {
    let line = |to: &crate::report::ResolvedReference| {
        let framework = report.frameworks.iter().find(|framework| framework.id == to.framework);
        let control = framework.and_then(|framework| framework.controls.iter().find(|one| one.id == to.reference));
        let place = control.map(|control| facts::control_anchor(&to.framework, &control.id));
        let titled = framework.filter(|_| !short);
        let name = titled.map_or(to.framework.as_str(), |framework| framework.title.as_str());
        let mut words = vec![
            rules(&*to.reference).look(Look::Strong).to(place),
            plain(" "),
            rules(&*to.title),
            quiet(" ("),
            rules(name).look(Look::Quiet),
            quiet(")"),
        ];
        if let Some(control) = control {
            words.push(plain(": "));
            words.push(strong(control.state.words_with(control.all_waived)));
            let over = |edge: &EdgeReport| {
                let [over, ..] = facts::edge(edge, report);
                let measured = report.metrics.iter().any(|metric| metric.id == edge.metric && metric.population > 0);
                format!(" ({}: {over}{})", edge.metric, if measured { " over" } else { "" })
            };
            words.push(rules(facts::deciding(control).map_or_else(|| format!(" ({})", control.reason), over)));
        }
        words
    };
    one.resolved.iter().map(line).collect()
}

fn resolution(one: &Resolution, report: &Report) -> Vec<Block> {
    let mut blocks =
        vec![small_heading(4, format!("Often asked for as “{}”", one.requested)), body(vec![rules(&*one.text)])];
    let lines = resolved(one, report, false);
    if !lines.is_empty() {
        blocks.push(bullets(lines.into_iter().map(|line| vec![line]).collect()));
    }
    blocks
}

fn framework(framework: &FrameworkReport, report: &Report, edition: Edition) -> Block {
    let total = framework.controls.len() as u64;
    let (mapped, unmapped): (Vec<_>, Vec<_>) = framework.controls.iter().partition(|one| !one.edges.is_empty());
    let mut blocks = Vec::new();
    if edition == Edition::Full {
        blocks.push(body(vec![rules(format!("{}. {}", framework.publisher, framework.scope)).look(Look::Quiet)]));
    }
    blocks.push(tally(framework));
    match edition {
        Edition::Short => blocks.extend(in_brief(framework, &mapped, report)),
        Edition::Full => {
            if !mapped.is_empty() {
                blocks.push(Block::Table(in_full(framework, &mapped, report)));
            }
            if !unmapped.is_empty() {
                let aside = text::of(unmapped.len() as u64, total);
                blocks.push(subheading(4, "Not assessed: no metric is mapped to them", aside));
                let items = unmapped.into_iter().map(|one| {
                    let place = facts::control_anchor(&framework.id, &one.id);
                    (place, vec![rules(&*one.id).look(Look::Strong), plain(" "), rules(&*one.title)])
                });
                blocks.push(Block::Grid { items: items.collect(), columns: 3 });
            }
        }
    }
    Block::Part(Part {
        heading: Heading {
            level: 3,
            words: vec![rules(&*framework.title)],
            aside: vec![rules(&*framework.version)],
            place: facts::anchor("f-", &framework.id),
            listed: true,
            small: false,
        },
        blocks,
    })
}

/// How many references there are of each kind.
fn tally(framework: &FrameworkReport) -> Block {
    Block::Tally {
        of: format!("Of {}:", text::plural(framework.controls.len() as u64, "reference", "references")),
        entries: counted(framework),
    }
}

/// The references of a framework by what the evidence shows.
pub(super) fn counted(framework: &FrameworkReport) -> Vec<(Badge, u64)> {
    let states = facts::tally_of_references(framework.controls.iter().map(|control| control.state));
    states.into_iter().map(|(state, count)| (Badge::Reference(state, false), count)).collect()
}

fn deciding<'r>(control: &'r ControlReport, report: &Report) -> (Option<&'r EdgeReport>, String) {
    let deciding = facts::deciding(control);
    let measured = deciding.and_then(|edge| report.metrics.iter().find(|metric| metric.id == edge.metric));
    (deciding, with_counts(&control.reason, measured))
}

/// Metrics that a row of the short edition names.
const NAMED: usize = 3;

/// The counts of the first metrics that are direct evidence, else the first ones that support it.
fn by_what(control: &ControlReport, report: &Report, most: usize) -> String {
    let of = |edge: &EdgeReport| report.metrics.iter().find(|metric| metric.id == edge.metric);
    let mut direct: Vec<&EdgeReport> = control.edges.iter().filter(|edge| edge.relation == Relation::Direct).collect();
    direct.sort_by_key(|edge| edge.state);
    let counts = |edge: &&EdgeReport| match of(edge).filter(|metric| metric.population > 0) {
        Some(metric) => format!("{}: {} over {}", metric.title, facts::over(metric), facts::limit_text(metric)),
        None => format!("{}: {}", edge.metric, edge.state.words_with(edge.all_waived)),
    };
    let titles = |edge: &EdgeReport| of(edge).map_or_else(|| edge.metric.clone(), |metric| metric.title.clone());
    let (mut words, all, between) = if direct.is_empty() {
        let named = control.edges.iter().take(most).map(titles);
        (named.collect::<Vec<_>>(), control.edges.len(), ", ")
    } else {
        (direct.iter().take(most).map(counts).collect(), direct.len(), "; ")
    };
    if all > most {
        words.push(format!("and {} more", text::count((all - most) as u64)));
    }
    words.join(between)
}

/// A row for each reference that a metric is direct evidence for; the others by their ids, since nothing is decided there.
fn in_brief(framework: &FrameworkReport, mapped: &[&ControlReport], report: &Report) -> Vec<Block> {
    let is_direct = |edge: &EdgeReport| edge.relation == Relation::Direct;
    let (direct, supported): (Vec<&ControlReport>, Vec<&ControlReport>) =
        mapped.iter().partition(|control| control.edges.iter().any(is_direct));
    let mut blocks = Vec::new();
    if !direct.is_empty() {
        blocks.push(Block::Table(in_short(framework, &direct, report, NAMED)));
    }
    let ids = |not: bool| -> Vec<&str> {
        let own = supported.iter().filter(|control| (control.state == ReferenceState::NotAssessed) == not);
        own.map(|control| control.id.as_str()).collect()
    };
    let unmapped = (framework.controls.len() - mapped.len()) as u64;
    let parts = [
        ("Supporting evidence only, which decides nothing", ids(false).join(", ")),
        ("Not assessed, since their metrics found nothing to measure", ids(true).join(", ")),
        (
            "Not assessed, since no metric is mapped to them",
            if unmapped > 0 { text::of(unmapped, framework.controls.len() as u64) } else { String::new() },
        ),
    ];
    let parts = parts.into_iter().filter(|(_, which)| !which.is_empty());
    let words = parts.map(|(what, which)| format!("{what}: {which}.")).collect::<Vec<_>>().join(" ");
    if !words.is_empty() {
        blocks.push(Block::Paragraph { words: vec![rules(words)], kind: Kind::Note });
    }
    blocks
}

/// A row for each reference, with so many metrics by name.
pub(super) fn in_short(framework: &FrameworkReport, mapped: &[&ControlReport], report: &Report, most: usize) -> Table {
    let columns = vec![
        Column::of("Reference", vec![Field::new("Reference").look(Look::Strong), Field::new("Title")]),
        Column::new("What the evidence shows").room_for("no exceptions observed"),
        Column::new("By what"),
    ];
    let rows = mapped.iter().map(|control| {
        Row::new(vec![
            Value::Rules(control.id.clone()),
            Value::Rules(control.title.clone()),
            Value::Badge(Badge::Reference(control.state, control.all_waived)),
            Value::Rules(by_what(control, report, most)),
        ])
        .at(facts::control_anchor(&framework.id, &control.id))
    });
    let caption = format!("References of {} and what the evidence shows", framework.title);
    Table::new("references", caption, columns, rows.collect()).look(super::super::TableLook::Dense)
}

/// A group for each reference, and a row for each metric behind it.
pub(super) fn in_full(framework: &FrameworkReport, mapped: &[&ControlReport], report: &Report) -> Table {
    let columns = vec![
        Column::of(
            "Reference and the metrics behind it",
            vec![
                Field::new("Metric"),
                Field::new("Rationale").look(Look::Quiet),
                Field::new("Caveat").before("Note: ").look(Look::Quiet),
                Field::new("Limit tighter than the policy").before("Limit: "),
            ],
        ),
        Column::of("Relation", vec![Field::new("Relation"), Field::new("Decides").look(Look::Strong)]),
        Column::new("Result"),
        Column::number("Over"),
        Column::number("Limit"),
        Column { fields: vec![Field::new("").on(Forms::All)], ..Column::number("Waived") },
    ];
    let rows = mapped.iter().flat_map(|control| {
        let (decides, reason) = deciding(control, report);
        let head = Row::group(vec![
            vec![rules(&*control.id).look(Look::Strong), plain("  "), rules(&*control.title).look(Look::Strong)],
            vec![rules(&*control.summary).look(Look::Quiet)],
            vec![strong(control.state.words_with(control.all_waived)), plain(" – "), rules(reason)],
        ])
        .at(facts::control_anchor(&framework.id, &control.id));
        let is = move |one: &EdgeReport| decides.is_some_and(|decides| std::ptr::eq(decides, one));
        std::iter::once(head).chain(control.edges.iter().map(move |one| edge(one, is(one), report)))
    });
    let caption = format!("References of {} with the metrics behind them", framework.title);
    Table::new("scorecard", caption, columns, rows.collect())
}

fn edge(edge: &EdgeReport, decides: bool, report: &Report) -> Row {
    let place = facts::metric_anchor(report, &edge.metric);
    let mut name = vec![code(&*edge.metric).to(place.clone())];
    if place.is_none() {
        name.push(quiet(" (not in this report)"));
    }
    let [over, limit, waived] = facts::edge(edge, report);
    let optional = |words: Option<&str>| words.map_or(Value::Empty, |words| Value::Rules(words.to_owned()));
    Row::new(vec![
        Value::Words(name),
        Value::Rules(edge.rationale.clone()),
        optional(edge.caveat.as_deref()),
        optional(edge.limit_conflict.as_deref()),
        Value::own(facts::relation(edge)),
        if decides { Value::own("decides") } else { Value::Empty },
        Value::own(edge.state.words_with(edge.all_waived)),
        Value::own(over),
        Value::Rules(limit),
        Value::own(waived),
    ])
}
