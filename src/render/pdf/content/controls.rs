//! Reference resolution and control scorecard.

use super::block::{Block, CellLine, Row, Words};
use super::words::{
    body, bullets, cell, code, column, data, heading, lines, number, plain, quiet, rich, row, small_heading, strong,
    subheading, table, visible, with_counts,
};
use crate::render::{facts, prose, text};
use crate::report::{ControlReport, EdgeReport, FrameworkReport, ReferenceState, Report, Resolution};

/// What the names that the report was asked for mean; nothing when no such name was asked for.
pub(super) fn resolution(report: &Report) -> Option<Block> {
    if report.resolutions.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::NewPage(0), heading(2, "Reference resolution", "resolution")];
    blocks.extend(report.resolutions.iter().map(|one| Block::Box(resolved(one, report))));
    Some(Block::Section(blocks))
}

fn resolved(one: &Resolution, report: &Report) -> Vec<Block> {
    let items = one.resolved.iter().map(|to| {
        let framework = report.frameworks.iter().find(|framework| framework.id == to.framework);
        let control = framework.and_then(|framework| framework.controls.iter().find(|one| one.id == to.reference));
        let place = control.map(|control| facts::control_anchor(&to.framework, &control.id));
        let name = framework.map_or(to.framework.as_str(), |framework| framework.title.as_str());
        let mut words = vec![
            strong(visible(&to.reference)).to(place),
            plain(format!(" {} ", visible(&to.title))),
            quiet(format!("({})", visible(name))),
        ];
        if let Some(control) = control {
            words.push(plain(": "));
            words.push(strong(shown(control.state, control.all_waived)));
            let over = |edge: &EdgeReport| {
                let [over, ..] = facts::edge(edge, report);
                let measured = report.metrics.iter().any(|metric| metric.id == edge.metric && metric.population > 0);
                format!(" ({}: {over}{})", visible(&edge.metric), if measured { " over" } else { "" })
            };
            let counted = facts::deciding(control).map_or_else(|| format!(" ({})", visible(&control.reason)), over);
            words.push(plain(counted));
        }
        vec![words]
    });
    let items: Vec<Vec<Words>> = items.collect();
    let mut blocks = vec![
        small_heading(3, &format!("Often asked for as “{}”", visible(&one.requested))),
        body(vec![plain(visible(&one.text))]),
    ];
    if !items.is_empty() {
        blocks.push(bullets(items));
    }
    blocks
}

/// Every reference of every framework.
pub(super) fn scorecard(report: &Report) -> Block {
    // A resolution alone leaves most of its page; what changed does not.
    let follows = !report.resolutions.is_empty() && report.changes.is_empty();
    let new_page = (!follows).then_some(Block::NewPage(0));
    let mut blocks: Vec<Block> = new_page.into_iter().collect();
    blocks.push(heading(2, "Control scorecard", "scorecard"));
    blocks.push(body(rich(prose::SCORECARD, report)));
    if report.frameworks.is_empty() {
        blocks.push(body(vec![plain("No framework was chosen.")]));
    }
    blocks.extend(report.frameworks.iter().map(|one| framework(one, report)));
    Block::Section(blocks)
}

fn framework(framework: &FrameworkReport, report: &Report) -> Block {
    let total = framework.controls.len() as u64;
    let (mapped, unmapped): (Vec<_>, Vec<_>) = framework.controls.iter().partition(|one| !one.edges.is_empty());
    let mut blocks = vec![
        Block::Heading(super::block::Heading {
            level: 3,
            text: visible(&framework.title),
            aside: visible(&framework.version),
            place: facts::anchor("f-", &framework.id),
            listed: Some(visible(&framework.title)),
            small: false,
        }),
        body(vec![quiet(format!("{}. {}", visible(&framework.publisher), visible(&framework.scope)))]),
        body(vec![plain(tally(framework))]),
    ];
    if !mapped.is_empty() {
        let columns = vec![
            column("Reference and the metrics behind it"),
            column("Relation"),
            column("Result"),
            number("Over"),
            number("Limit"),
            number("Waived"),
        ];
        let caption = format!("References of {} with the metrics behind them", visible(&framework.title));
        let rows = mapped.into_iter().flat_map(|one| control(&framework.id, one, report));
        blocks.push(table(caption, columns, rows.collect()));
    }
    if !unmapped.is_empty() {
        let aside = text::of(unmapped.len() as u64, total);
        blocks.push(subheading(4, "Not assessed: no metric is mapped to them", &aside));
        let items = unmapped.into_iter().map(|one| {
            let place = facts::control_anchor(&framework.id, &one.id);
            (place, vec![strong(visible(&one.id)), plain(format!(" {}", visible(&one.title)))])
        });
        blocks.push(Block::Grid { items: items.collect(), columns: 3 });
    }
    Block::Section(blocks)
}

/// What the evidence shows, in words alone: severity gives the colour, and a reference has none.
fn shown(state: ReferenceState, all_waived: bool) -> &'static str {
    state.words_with(all_waived)
}

/// `Of 106 references: 2 exceptions observed, 104 not assessed.`
fn tally(framework: &FrameworkReport) -> String {
    let states = facts::tally_of_references(framework.controls.iter().map(|control| control.state)).into_iter();
    let parts: Vec<String> = states.map(|(state, count)| format!("{} {}", text::count(count), state.words())).collect();
    let all = text::plural(framework.controls.len() as u64, "reference", "references");
    format!("Of {all}: {}.", parts.join(", "))
}

fn control(framework: &str, control: &ControlReport, report: &Report) -> Vec<Row> {
    let deciding = facts::deciding(control);
    let mut cell = lines(vec![
        vec![strong(visible(&control.id)), strong(format!("  {}", visible(&control.title)))],
        vec![quiet(visible(&control.summary))],
    ]);
    let measured = deciding.and_then(|edge| report.metrics.iter().find(|metric| metric.id == edge.metric));
    let reason = with_counts(&control.reason, measured);
    cell.lines
        .push(CellLine::Words(vec![strong(shown(control.state, control.all_waived)), plain(format!(" – {reason}"))]));
    let place = facts::control_anchor(framework, &control.id);
    let mut rows = vec![Row { cells: vec![cell.head().over(6)], group: true, place }];
    rows.extend(
        control.edges.iter().map(|one| edge(one, deciding.is_some_and(|decides| std::ptr::eq(decides, one)), report)),
    );
    rows
}

fn edge(edge: &EdgeReport, decides: bool, report: &Report) -> Row {
    let place = facts::metric_anchor(report, &edge.metric);
    let mut name = vec![code(&edge.metric).to(place.clone())];
    if place.is_none() {
        name.push(quiet(" (not in this report)"));
    }
    let mut why = vec![quiet(visible(&edge.rationale))];
    if let Some(caveat) = &edge.caveat {
        why.push(strong(" Note: "));
        why.push(quiet(visible(caveat)));
    }
    let mut metric = vec![name, why];
    if let Some(conflict) = &edge.limit_conflict {
        metric.push(vec![strong("Limit: "), plain(visible(conflict))]);
    }
    let mut relation = vec![vec![plain(facts::relation(edge))]];
    if decides {
        relation.push(vec![strong("decides")]);
    }
    let [over, limit, waived] = facts::edge(edge, report);
    row(vec![
        lines(metric),
        lines(relation),
        cell(plain(shown(edge.state, edge.all_waived))),
        cell(plain(over)),
        cell(plain(data(&limit))),
        cell(plain(waived)),
    ])
}
