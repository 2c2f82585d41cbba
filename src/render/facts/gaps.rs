//! What the evidence does not cover, each thing once, with the metrics that it concerns.

use crate::render::text;
use crate::report::Report;

/// Metrics that a line names; more are counted.
const NAMED: usize = 4;

/// Something that the evidence does not give.
pub(in crate::render) struct Uncovered {
    /// What, in a clause.
    pub(in crate::render) words: String,
    /// Which metrics it concerns.
    pub(in crate::render) metrics: String,
}

/// Everything that some metric needs and the evidence does not give, in the order of the metrics.
pub(in crate::render) fn uncovered<'r>(report: &'r Report) -> Vec<Uncovered> {
    let mut found: Vec<(String, Vec<&'r str>)> = Vec::new();
    let mut add = |words: String, metric: &'r str| match found.iter_mut().find(|known| known.0 == words) {
        Some(known) => known.1.push(metric),
        None => found.push((words, vec![metric])),
    };
    for metric in &report.metrics {
        for (table, how) in
            metric.missing.iter().zip(metric.how_to_supply.iter().map(String::as_str).chain(std::iter::repeat("")))
        {
            add(format!("no source feeds {table}. {how}").trim_end_matches(". ").to_owned(), &metric.id);
        }
        for gap in &metric.gaps {
            add(gap.words.clone(), &metric.id);
        }
    }
    let all = report.metrics.len();
    let line = |(words, metrics): (String, Vec<&str>)| {
        let named = metrics.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let metrics = match metrics.len() {
            count if count == all => "every metric".to_owned(),
            count if count > NAMED => format!("{named} and {} more", text::count((count - NAMED) as u64)),
            _ => named,
        };
        Uncovered { words, metrics }
    };
    found.into_iter().map(line).collect()
}
