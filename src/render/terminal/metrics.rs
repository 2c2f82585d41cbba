//! The table of metrics, one line each where the width allows, else two.

use super::layout::{Page, UNBROKEN, clean, fit, right, width};
use crate::render::{facts, text};
use crate::report::{MetricReport, Report, Status};

/// From this width on a metric stands on one line.
const WIDE: usize = 110;
/// Below this width not even title and count share a line.
const NARROW: usize = 72;
/// Width of the longest verdict, "within but for waivers".
const RESULT: usize = 22;

/// What is broken stands first; within a verdict the order is the register's. Metrics without an item share a line for each
/// verdict: what they lack stands with the evidence.
pub(super) fn table(page: &mut Page, report: &Report) {
    let (mut metrics, without): (Vec<_>, Vec<_>) = report.metrics.iter().partition(|metric| metric.population > 0);
    metrics.sort_by_key(|metric| metric.status);
    if report.metrics.is_empty() {
        page.wrap("", "No metric was computed.");
    } else if page.width >= WIDE && !metrics.is_empty() {
        one_line(page, &metrics);
    } else {
        two_lines(page, &metrics);
    }
    for status in Status::ALL {
        let ids: Vec<&str> =
            without.iter().filter(|metric| metric.status == status).map(|metric| metric.id.as_str()).collect();
        if !ids.is_empty() {
            let words = format!("{}, no items", status.words());
            let few = if status == Status::NoPopulation { status.words().to_owned() } else { words };
            page.wrap_after(&page.status(status, &few), few.chars().count(), &clean(&ids.join(", ")));
        }
    }
    page.blank();
}

/// `3 of 120 over 24h`; words where there is nothing to count.
pub(super) fn over(metric: &MetricReport) -> String {
    if metric.population == 0 {
        return "no items".to_owned();
    }
    let limit = if facts::has_limit(metric) { facts::limit_text(metric) } else { "(no limit set)".to_owned() };
    format!("{} over {limit}", text::of(metric.over, metric.population))
}

fn one_line(page: &mut Page, metrics: &[&MetricReport]) {
    const HEADS: [&str; 8] = ["Limit", "Over", "May be", "Unknown", "Waived", "Median", "90th", "Longest"];
    let rows: Vec<[String; 8]> = metrics.iter().map(|metric| cells(metric)).collect();
    let widths: Vec<usize> = HEADS
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let longest = rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
            longest.max(width(head)).min(16)
        })
        .collect();
    let fixed = RESULT + 2 + widths.iter().map(|width| width + 2).sum::<usize>();
    let title = page.width.saturating_sub(fixed).max(12);
    let tail = |cells: &[String; 8]| -> String {
        let parts =
            cells.iter().zip(&widths).map(|(cell, width)| format!("  {}", right(fit(cell, *width).trim_end(), *width)));
        parts.collect()
    };
    let heads = HEADS.map(str::to_owned);
    page.line(&format!("{}  {}{}", fit("Result", RESULT), fit("Metric", title), tail(&heads)));
    for (metric, row) in metrics.iter().zip(&rows) {
        let gap = " ".repeat(RESULT - metric.status.words().len());
        let name = broken(&clean(&metric.title), title);
        let line = format!(
            "{}{gap}  {}{}",
            page.status(metric.status, metric.status.words()),
            fit(&name[0], title),
            tail(row)
        );
        page.line(&line);
        for part in &name[1..] {
            page.line(&format!("{}  {part}", " ".repeat(RESULT)));
        }
        why(page, metric, RESULT + 2);
    }
}

/// A title in at most three lines, the last one cut.
fn broken(title: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in title.split(' ') {
        let last = lines.len() - 1;
        let joined = if lines[last].is_empty() { word.to_owned() } else { format!("{} {word}", lines[last]) };
        if width(&joined) <= columns || lines[last].is_empty() || lines.len() == 3 {
            lines[last] = joined;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.into_iter().map(|line| fit(&line, columns).trim_end().to_owned()).collect()
}

fn cells(metric: &MetricReport) -> [String; 8] {
    let measured = metric.population > 0;
    let number = |number: u64| if measured { text::count(number) } else { "–".to_owned() };
    [
        clean(&facts::limit_text(metric)).into_owned(),
        if measured { text::of(metric.over, metric.population) } else { "no items".to_owned() },
        number(metric.indeterminate),
        number(metric.unknown),
        number(metric.waived),
        facts::percentile(metric, metric.p50_seconds),
        facts::percentile(metric, metric.p90_seconds),
        facts::longest(metric.max_seconds),
    ]
}

fn two_lines(page: &mut Page, metrics: &[&MetricReport]) {
    for metric in metrics {
        if page.width < NARROW {
            page.wrap_after(
                &page.status(metric.status, metric.status.words()),
                metric.status.words().len(),
                &clean(&metric.title),
            );
            let rest = rest(metric);
            let rest = if rest.is_empty() { rest } else { format!(", {rest}") };
            page.wrap("  ", &format!("{}{rest}", clean(&over(metric))));
            why(page, metric, 2);
            continue;
        }
        let gap = " ".repeat(RESULT - metric.status.words().len());
        let over = over(metric);
        let over = fit(&clean(&over), width(&clean(&over)).min(page.width / 2));
        let title = page.width.saturating_sub(RESULT + 4 + width(&over));
        let line = format!(
            "{}{gap}  {}  {over}",
            page.status(metric.status, metric.status.words()),
            fit(&clean(&metric.title), title)
        );
        page.line(&line);
        let rest = rest(metric);
        if !rest.is_empty() {
            page.wrap(&" ".repeat(RESULT + 2), &rest);
        }
        why(page, metric, RESULT + 2);
    }
}

/// What evidence is lacking: numbers alone would look like a pass.
fn why(page: &mut Page, metric: &MetricReport, indent: usize) {
    if metric.status != Status::InsufficientEvidence {
        return;
    }
    // Several stand below, each once with all its metrics.
    let words = if metric.gaps.len() > 1 {
        format!("{} in the evidence, see below", text::plural(metric.gaps.len() as u64, "gap", "gaps"))
    } else {
        metric.status_reason.clone()
    };
    page.wrap(&" ".repeat(indent), &clean(&words));
}

/// What there is to say beside the items over the limit, or nothing.
fn rest(metric: &MetricReport) -> String {
    let counts = [(metric.indeterminate, "may be over"), (metric.unknown, "unknown"), (metric.waived, "waived")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = counts.map(|(count, words)| format!("{} {words}", text::count(count))).collect();
    if metric.p50_seconds.is_some() || metric.beyond_seconds.is_some() {
        let of = facts::percentiles_of(metric).map(|of| format!(" {of}")).unwrap_or_default();
        parts.push(format!("median{of} {}", facts::percentile(metric, metric.p50_seconds)));
        parts.push(format!("90th {}", facts::percentile(metric, metric.p90_seconds)));
    }
    if let Some(longest) = facts::known_length(metric.max_seconds) {
        parts.push(format!("longest {}", text::length(longest)));
    }
    let parts: Vec<String> = parts.into_iter().map(|part| part.replace(' ', &UNBROKEN.to_string())).collect();
    parts.join(", ")
}
