//! The summary in a terminal: what is broken, how much, which reference it serves, and what was not seen.

pub(in crate::render) mod layout;
mod metrics;

use self::layout::{Page, clean};
use super::{facts, text};
use crate::report::{ControlReport, FrameworkReport, Report};
use crate::time;

/// Narrower than this nothing can be laid out; such widths are treated as this one.
const NARROWEST: usize = 40;

/// The report in some thirty lines, each at most `width` columns, ending in a line end.
///
/// `pack` is where the evidence pack was written, if it was. Colour only repeats what the words say.
pub fn summary(report: &Report, width: usize, colour: bool, pack: Option<&str>) -> String {
    let mut page = Page::new(width.max(NARROWEST), colour);
    heading(&mut page, report);
    metrics::table(&mut page, report);
    gaps(&mut page, report);
    references(&mut page, report);
    evidence(&mut page, report, pack);
    page.finish()
}

fn heading(page: &mut Page, report: &Report) {
    page.wrap(
        "",
        &format!(
            "{}, {}, as of {} ({})",
            clean(&report.organisation),
            clean(&report.period.label),
            time::rfc3339(report.as_of.0),
            clean(&report.as_of_basis)
        ),
    );
    if let Some(pseudonyms) = facts::pseudonyms(report) {
        page.wrap("", &format!("Pseudonyms: {pseudonyms}."));
    }
    page.blank();
    let words = report.verdict.status.words_of_all();
    let status = page.status(report.verdict.status, words);
    page.wrap_after(&status, words.chars().count(), &clean(&report.verdict.sentence));
    if !report.verdict.inconclusive.is_empty() {
        page.wrap("", &format!("Inconclusive: {}", clean(&report.verdict.inconclusive)));
    }
    if facts::measured(report) {
        headline(page, report);
    } else {
        page.wrap("", "Former staff: not counted, nothing was measured.");
    }
    for drift in &report.changes {
        let title = format!("{}: {}. ", facts::since(drift), drift.result.words());
        page.wrap("", &format!("{}{}", clean(&title), clean(&drift.sentence)));
    }
    page.blank();
}

/// The three first numbers, a line each.
fn headline(page: &mut Page, report: &Report) {
    for figure in facts::headline(&report.headline) {
        page.wrap("", &format!("{}.", text::capital(&clean(&figure.sentence()))));
    }
}

/// The references that people ask for by name, then one line per framework.
fn references(page: &mut Page, report: &Report) {
    if report.frameworks.is_empty() {
        return;
    }
    page.wrap("", "References");
    for resolution in &report.resolutions {
        page.wrap("  ", &format!("Often asked for as “{}”:", clean(&resolution.requested)));
        for to in &resolution.resolved {
            let found = control(report, &to.framework, &to.reference);
            match found {
                Some(control) => reference(page, report, "    ", control),
                None => page.wrap("    ", &format!("{}: not in this report", clean(&to.reference))),
            }
        }
    }
    for framework in &report.frameworks {
        tally(page, framework);
    }
    page.blank();
}

fn control<'a>(report: &'a Report, framework: &str, id: &str) -> Option<&'a ControlReport> {
    let framework = report.frameworks.iter().find(|one| one.id == framework)?;
    framework.controls.iter().find(|one| one.id == id)
}

fn reference(page: &mut Page, report: &Report, indent: &str, control: &ControlReport) {
    let deciding = facts::deciding(control).and_then(|edge| {
        let metric = report.metrics.iter().find(|metric| metric.id == edge.metric)?;
        Some(format!("; {}: {}", metric.id, metrics::over(metric)))
    });
    page.wrap(
        indent,
        &format!(
            "{}: {}{}",
            clean(&control.id),
            control.state.words_with(control.all_waived),
            clean(&deciding.unwrap_or_else(|| format!("; {}", control.reason)))
        ),
    );
}

fn tally(page: &mut Page, framework: &FrameworkReport) {
    let counted = facts::tally_of_references(framework.controls.iter().map(|control| control.state));
    let parts: Vec<String> =
        counted.into_iter().map(|(state, count)| format!("{} {}", text::count(count), state.words())).collect();
    let total = text::plural(framework.controls.len() as u64, "reference", "references");
    page.wrap("  ", &format!("{}: of {total}: {}", clean(&framework.title), parts.join(", ")));
}

/// So many gaps are listed; the report has all.
const GAPS: usize = 8;

/// What the evidence does not cover: a verdict is worth no more than that.
fn gaps(page: &mut Page, report: &Report) {
    let gaps = facts::uncovered(report);
    if gaps.is_empty() {
        return;
    }
    page.wrap("", "What the evidence does not cover");
    for gap in gaps.iter().take(GAPS) {
        page.wrap("  ", &format!("{} ({})", clean(&gap.words), clean(&gap.metrics)));
    }
    if gaps.len() > GAPS {
        page.wrap("  ", &format!("and {} more, in report.json", text::count((gaps.len() - GAPS) as u64)));
    }
    page.blank();
}

fn evidence(page: &mut Page, report: &Report, pack: Option<&str>) {
    let (read, files) = facts::files_read(report);
    page.wrap("", &format!("Coverage: {}; {} files read.", facts::coverage(report), text::of(read, files)));
    let missing: Vec<_> = facts::systems_missing(report).into_iter().map(clean).collect();
    if !missing.is_empty() {
        page.wrap("", &format!("Nothing loaded for: {}.", missing.join(", ")));
    }
    let people = &report.populations;
    let open = people.unmatched_total.saturating_add(people.ambiguous_total);
    page.wrap(
        "",
        &format!(
            "Accounts not matched to one person: {}. Rows left out: {}.",
            text::of(open, people.accounts),
            text::count(report.rejects.rows)
        ),
    );
    let of = |severity: &str| report.messages.iter().filter(|message| message.severity == severity).count() as u64;
    page.wrap(
        "",
        &format!(
            "Messages: {}, {}, {}.",
            text::plural(of("error"), "error", "errors"),
            text::plural(of("warning"), "warning", "warnings"),
            text::plural(of("info"), "note", "notes")
        ),
    );
    let shown = report.findings.items.len() as u64;
    page.wrap("", &format!("Findings: {} listed in the report.", text::of(shown, report.findings.total)));
    if let Some(pack) = pack {
        page.wrap("", &format!("Evidence pack: {}", clean(pack)));
    }
}
