//! Items by length as bars: ended ones, and open ones behind them.

use super::{Anchor, Role, Scene};
use crate::render::text;
use crate::report::MetricReport;

const WIDTH: f64 = 640.0;
const LEFT: f64 = 128.0;
const RIGHT: f64 = 132.0;
const ROW: f64 = 26.0;
const BAR: f64 = 16.0;
const TOP: f64 = 4.0;

/// Lays out the ageing buckets of a metric; `None` when all are empty.
pub fn ageing(metric: &MetricReport) -> Option<Scene> {
    let most = metric.buckets.iter().map(|bucket| bucket.closed.saturating_add(bucket.open)).max().unwrap_or(0);
    if most == 0 {
        return None;
    }
    let height = TOP * 2.0 + ROW * metric.buckets.len() as f64;
    let parts: Vec<String> = metric
        .buckets
        .iter()
        .map(|bucket| {
            format!("{}: {} ended, {} open", bucket.label, text::count(bucket.closed), text::count(bucket.open))
        })
        .collect();
    let mut scene =
        Scene::new(WIDTH, height, format!("Items by length: {}", metric.title), format!("{}.", parts.join("; ")));
    let room = WIDTH - LEFT - RIGHT;
    for (index, bucket) in metric.buckets.iter().enumerate() {
        let y = TOP + ROW * index as f64;
        let baseline = y + ROW / 2.0 + 4.0;
        scene.label((LEFT - 8.0, baseline), Anchor::End, bucket.label.as_str(), Role::Text);
        let width = |items: u64| {
            if items == 0 { 0.0 } else { (items as f64 / most as f64 * room).max(1.5) }
        };
        let (ended, open) = (width(bucket.closed), width(bucket.open));
        let top = y + (ROW - BAR) / 2.0;
        if bucket.closed > 0 {
            scene.rectangle((LEFT, top), ended, BAR, Role::EndedBar);
        }
        if bucket.open > 0 {
            scene.rectangle((LEFT + ended, top), open, BAR, Role::OpenBar);
        }
        let value = match (bucket.closed, bucket.open) {
            (0, 0) => "0".to_owned(),
            (ended, 0) => text::count(ended),
            (ended, open) => format!("{} ({} open)", text::count(ended.saturating_add(open)), text::count(open)),
        };
        scene.label((LEFT + ended + open + 6.0, baseline), Anchor::Start, value, Role::Text);
    }
    scene.line((LEFT, TOP), (LEFT, height - TOP), Role::Axis);
    Some(scene)
}
