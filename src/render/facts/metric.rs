//! Metrics in words.

use crate::render::{chart, text};
use crate::report::{
    Concentration, ConcentrationKind, CurvePoint, EdgeReport, MetricReport, MonthRow, ReasonCount, Relation, Report,
    Statistic,
};

/// Rows of a curve's table; a longer curve is shown at selected times.
const CURVE_ROWS: usize = 24;

/// What the parts of a population are called, with their counts: they add up to it.
pub(in crate::render) fn parts(metric: &MetricReport) -> [(&'static str, u64); 4] {
    [
        ("surely within the limit", metric.within),
        ("surely over the limit", metric.over),
        ("may be over the limit", metric.indeterminate),
        ("nothing known", metric.unknown),
    ]
}

/// `3 of 120`, or `no items`.
pub(in crate::render) fn over(metric: &MetricReport) -> String {
    if metric.population > 0 { text::of(metric.over, metric.population) } else { "no items".to_owned() }
}

/// A count beside the population; a dash where there is none.
pub(in crate::render) fn beside(metric: &MetricReport, number: u64) -> String {
    if metric.population > 0 { text::count(number) } else { "–".to_owned() }
}

/// What the percentiles are about.
pub(in crate::render) fn statistic(metric: &MetricReport) -> &'static str {
    match metric.statistic {
        Statistic::Survival => "Time until access ended; what is open counts until last seen (Kaplan–Meier).",
        Statistic::Age => "Age of what stood open when last observed.",
        Statistic::None => "",
    }
}

/// What the percentiles are of, where that is not the items that the counts beside them are of.
pub(in crate::render) fn percentiles_of(metric: &MetricReport) -> Option<String> {
    let ages = metric.statistic == Statistic::Age && super::known_percentile(metric, metric.p50_seconds).is_some();
    ages.then(|| format!("of {} open", text::count(metric.open)))
}

/// The percentiles with their names.
pub(in crate::render) fn percentiles(metric: &MetricReport) -> Vec<(&'static str, String)> {
    let value = |seconds| super::percentile(metric, seconds);
    match metric.statistic {
        Statistic::None => Vec::new(),
        _ => vec![
            ("Median", value(metric.p50_seconds)),
            ("90th percentile", value(metric.p90_seconds)),
            ("95th percentile", value(metric.p95_seconds)),
        ],
    }
}

/// The percentiles under the longest reading, when it differs.
pub(in crate::render) fn upper(metric: &MetricReport) -> Option<String> {
    let value = |seconds| super::percentile(metric, seconds);
    let [p50, p90, p95] = metric.upper_reading?;
    Some(format!("median {}, 90th {}, 95th {}", value(p50), value(p90), value(p95)))
}

/// Turnbull's percentiles, where some lengths are known only as ranges.
pub(in crate::render) fn turnbull(metric: &MetricReport) -> Option<String> {
    let value = |range: Option<[i64; 2]>| match range {
        None => "not reached".to_owned(),
        Some([low, high]) if text::length(low) == text::length(high) => text::length(low),
        Some([low, high]) => format!("{} to {}", text::length(low), text::length(high)),
    };
    let [p50, p90, p95] = metric.turnbull?;
    Some(format!("median {}, 90th {}, 95th {}", value(p50), value(p90), value(p95)))
}

/// What stands together, with the numbers behind it and no judgement.
pub(in crate::render) fn concentration(one: &Concentration) -> String {
    let of = text::of(one.over_marked, one.over);
    let all = text::of(one.population_marked, one.population);
    let (what, whole) = match one.kind {
        ConcentrationKind::Weekend => {
            (format!("{of} items over the limit began on a Saturday or Sunday"), "began then")
        }
        ConcentrationKind::System => (format!("{of} items over the limit are of {}", one.name), "are"),
    };
    let chance = match one.chance {
        tiny if tiny < 0.0001 => "less than 0.01 %".to_owned(),
        chance => format!("about {} %", chance * 100.0),
    };
    format!(
        "{what}; of all items {all} {whole}. Spread by chance, as many or more would be seen with a probability of {chance}."
    )
}

/// The title of a group of metrics.
pub(in crate::render) fn group_title(group: &str) -> String {
    match group {
        "leavers" => "Leavers",
        "joiners-movers" => "Joiners and movers",
        "accounts" => "Accounts",
        "credentials" => "Credentials",
        "machine-identities" => "Machine identities and agents",
        "synchronisation" => "Synchronisation",
        "governance" => "Governance",
        other => other,
    }
    .to_owned()
}

/// Of what has no length, or of which none is known, there is no longest.
pub(in crate::render) fn known_length(seconds: Option<i64>) -> Option<i64> {
    seconds.filter(|seconds| *seconds > 0)
}

/// The longest time.
pub(in crate::render) fn longest(seconds: Option<i64>) -> String {
    known_length(seconds).map_or_else(|| "–".to_owned(), text::length)
}

/// The months that have items, under a title that says whether others are left out.
pub(in crate::render) fn months(metric: &MetricReport) -> (&'static str, Vec<&MonthRow>) {
    let rows: Vec<&MonthRow> = metric.monthly.iter().filter(|month| month.population > 0).collect();
    let all = rows.len() == metric.monthly.len();
    (
        if all {
            "By month of the beginning"
        } else {
            "By month of the beginning; months without an item are left out"
        },
        rows,
    )
}

/// Reasons with `k of n`; what the list leaves out gets a line of its own.
pub(in crate::render) fn reasons(reasons: &[ReasonCount], total: u64) -> Vec<(String, String)> {
    let named = text::sum(reasons.iter().map(|reason| reason.count));
    let all = total.max(named);
    let mut rows: Vec<_> = reasons.iter().map(|one| (one.reason.clone(), text::of(one.count, all))).collect();
    if total > named {
        rows.push(("other reasons".to_owned(), text::of(total - named, total)));
    }
    rows
}

/// The curve as a table: time, share, band from, to, last seen open; and whether times were selected.
pub(in crate::render) fn curve_rows(metric: &MetricReport) -> (bool, Vec<[String; 5]>) {
    let row = |seconds: i64, point: &CurvePoint, label: &str, open: u64| {
        [
            format!("{}{label}", text::length(seconds)),
            text::per_cent(point.share),
            text::per_cent(point.low),
            text::per_cent(point.high),
            text::count(open),
        ]
    };
    let curve = &metric.curve;
    if curve.len() <= CURVE_ROWS {
        return (false, curve.iter().map(|point| row(point.seconds, point, "", point.censored)).collect());
    }
    let mut times: Vec<i64> =
        (0..CURVE_ROWS).map(|index| curve[index * (curve.len() - 1) / (CURVE_ROWS - 1)].seconds).collect();
    times.extend(metric.limit_seconds);
    times.sort_unstable();
    times.dedup();
    let mut before = i64::MIN;
    let rows = times.into_iter().filter_map(|seconds| {
        let point = chart::share_at(curve, seconds)?;
        let label = if Some(seconds) == metric.limit_seconds { " (limit)" } else { "" };
        let since = |at: &&CurvePoint| at.seconds > before && at.seconds <= seconds;
        let open = text::sum(curve.iter().filter(since).map(|at| at.censored));
        before = seconds;
        Some(row(seconds, point, label, open))
    });
    (true, rows.collect())
}

/// How a metric relates to a reference.
pub(in crate::render) fn relation(edge: &EdgeReport) -> &'static str {
    match edge.relation {
        Relation::Direct => "direct",
        Relation::Supporting => "supporting",
    }
}

/// What an edge's metric gave: over, limit, waived.
pub(in crate::render) fn edge(edge: &EdgeReport, report: &Report) -> [String; 3] {
    let dash = || "–".to_owned();
    let indicator = || report.indicators.iter().any(|indicator| indicator.id == edge.metric);
    match report.metrics.iter().find(|metric| metric.id == edge.metric) {
        Some(metric) => [over(metric), super::limit_text(metric), beside(metric, metric.waived)],
        None if indicator() => ["no limit".to_owned(), dash(), dash()],
        None => ["no items".to_owned(), dash(), dash()],
    }
}

/// The clocks of a leave that the report has, each with its metric.
pub(in crate::render) fn clocks(report: &Report) -> Vec<(&str, &MetricReport)> {
    report.metrics.iter().filter_map(|metric| Some((metric.facts.clock.as_deref()?, metric))).collect()
}
