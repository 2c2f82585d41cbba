//! Beginnings of over-limit stays by weekday and hour: a batch that never runs at weekends is a systemic cause.

use super::{Anchor, Role, Scene, WEEKDAYS};
use crate::render::text;
use crate::report::MetricReport;

const WIDTH: f64 = 640.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 20.0;
const CELL: (f64, f64) = (25.0, 24.0);

/// Lays out the heat map of a metric; `None` when it has none or all cells are zero.
pub fn weekday_hour(metric: &MetricReport) -> Option<Scene> {
    let grid = metric.weekday_hour.as_ref()?;
    let cell = |day: usize, hour: usize| grid.get(day).and_then(|row| row.get(hour)).copied().unwrap_or(0);
    let most = (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))).map(|(d, h)| cell(d, h)).max()?;
    if most == 0 {
        return None;
    }
    let totals: Vec<String> = WEEKDAYS
        .iter()
        .enumerate()
        .map(|(day, name)| format!("{name} {}", text::count(text::sum((0..24).map(|hour| cell(day, hour))))))
        .collect();
    let mut scene = Scene::new(
        WIDTH,
        TOP + CELL.1 * 7.0 + 4.0,
        format!("Beginnings of over-limit stays by weekday and hour: {}", metric.title),
        format!("Per weekday: {}. The largest cell holds {}.", totals.join(", "), text::count(most)),
    );
    for hour in (0..24_u8).step_by(3) {
        let x = LEFT + CELL.0 * (f64::from(hour) + 0.5);
        scene.label((x, TOP - 6.0), Anchor::Middle, format!("{hour:02} h"), Role::Text);
    }
    for (day, name) in WEEKDAYS.iter().enumerate() {
        let y = TOP + CELL.1 * day as f64;
        scene.label((LEFT - 8.0, y + CELL.1 / 2.0 + 4.0), Anchor::End, *name, Role::Text);
        for hour in 0..24 {
            let x = LEFT + CELL.0 * hour as f64;
            let items = cell(day, hour);
            let level = level(items, most);
            scene.rectangle((x + 0.5, y + 0.5), CELL.0 - 1.0, CELL.1 - 1.0, Role::Heat(level));
            if items > 0 {
                let role = if level >= 3 { Role::TextOnDark } else { Role::Text };
                scene.label((x + CELL.0 / 2.0, y + CELL.1 / 2.0 + 4.0), Anchor::Middle, short(items), role);
            }
        }
    }
    Some(scene)
}

/// 0 for nothing, then quarters of the largest cell.
fn level(items: u64, most: u64) -> u8 {
    if items == 0 { 0 } else { ((items as f64 / most as f64 * 4.0).ceil() as u8).clamp(1, 4) }
}

/// At most four characters: `999`, `12k`, `3M`.
fn short(items: u64) -> String {
    match items {
        0..=999 => items.to_string(),
        1_000..=999_999 => format!("{}k", items / 1_000),
        _ => format!("{}M", items / 1_000_000),
    }
}
