//! Median and 90th percentile by month of the beginning, with the limit.

use super::{Anchor, Mark, Role, Scale, Scene};
use crate::render::{facts, text};
use crate::report::MetricReport;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 62.0;
/// Room for the label of the limit.
const RIGHT: f64 = 84.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;

/// Lays out the months of a metric; `None` when no month has a median or a 90th percentile.
pub fn months(metric: &MetricReport) -> Option<Scene> {
    let longest = metric.monthly.iter().filter_map(|month| month.p90_seconds.max(month.p50_seconds)).max()?;
    // A limit far above everything would flatten the data; then its words in the table must do.
    let limit = metric.limit_seconds.filter(|limit| *limit <= longest.saturating_mul(3));
    let end = limit.map_or(longest, |limit| longest.max(limit));
    let scale = Scale::Linear { max: end.saturating_add(end / 20).max(1) };
    let y = |seconds: i64| TOP + (1.0 - scale.at(seconds)) * (HEIGHT - TOP - BOTTOM);
    let mut scene = Scene::new(WIDTH, HEIGHT, format!("By month: {}", metric.title), describe(metric));
    for (seconds, label) in scale.ticks() {
        let role = if seconds > 0 { Role::Grid } else { Role::Axis };
        scene.line((LEFT, y(seconds)), (WIDTH - RIGHT, y(seconds)), role);
        scene.label((LEFT - 6.0, y(seconds) + 4.0), Anchor::End, label, Role::Text);
    }
    let step = (WIDTH - LEFT - RIGHT) / metric.monthly.len() as f64;
    let every = (60.0 / step).ceil().max(1.0) as usize;
    for (index, month) in metric.monthly.iter().enumerate() {
        let x = LEFT + step * (index as f64 + 0.5);
        if index % every == 0 {
            scene.label((x, HEIGHT - 8.0), Anchor::Middle, month.month.as_str(), Role::Text);
        }
        if let (Some(median), Some(ninety)) = (month.p50_seconds, month.p90_seconds) {
            scene.line((x, y(median)), (x, y(ninety)), Role::Span);
        }
        if let Some(ninety) = month.p90_seconds {
            scene.marks.push(Mark::Dot { at: (x, y(ninety)), radius: 4.0, role: Role::Ninety });
        }
        if let Some(median) = month.p50_seconds {
            scene.marks.push(Mark::Dot { at: (x, y(median)), radius: 4.5, role: Role::Median });
        }
    }
    if let Some(limit) = limit {
        scene.line((LEFT, y(limit)), (WIDTH - RIGHT, y(limit)), Role::Limit);
        let label = format!("limit {}", facts::limit_text(metric));
        scene.label((WIDTH - RIGHT + 6.0, y(limit) + 4.0), Anchor::Start, label, Role::Limit);
    }
    Some(scene)
}

fn describe(metric: &MetricReport) -> String {
    let measured = metric.monthly.iter().filter(|month| month.population > 0);
    let parts: Vec<String> = measured
        .map(|month| {
            let value = |seconds: Option<i64>| seconds.map_or_else(|| "not reached".to_owned(), text::length);
            format!(
                "{}: median {}, 90th percentile {}",
                month.month,
                value(month.p50_seconds),
                value(month.p90_seconds)
            )
        })
        .collect();
    format!("{}.", parts.join("; "))
}
