//! The headline over packs: three small charts side by side, each from zero, over the as-of times.

use super::{Anchor, Mark, Point, Role, Scene};
use crate::render::{facts, text};
use crate::report::history::HistoryRow;
use crate::time;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 160.0;
const GAP: f64 = 20.0;
/// Room beside the first and the last point for half of their labels.
const SIDE: f64 = 30.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 24.0;
const AXIS: f64 = HEIGHT - BOTTOM;
/// Labels stand no closer than this.
const APART: f64 = 62.0;
/// Longer labels of periods are replaced by the day.
const LABEL: usize = 9;

/// What a panel shows of a pack: a number that decides the height, and how it is printed.
type Measure = (&'static str, fn(&HistoryRow) -> (i64, String));

const MEASURES: [Measure; 3] = [
    ("former staff can still sign in", |row| counted(row, 0, row.headline.former_staff.people)),
    ("days of access after leaving", |row| (row.headline.access_after_leaving.shortest_seconds, printed(row, 1))),
    ("keys of former staff", |row| counted(row, 2, row.headline.former_staff_keys.credentials)),
];

fn counted(row: &HistoryRow, which: usize, count: u64) -> (i64, String) {
    (count.try_into().unwrap_or(i64::MAX), printed(row, which))
}

/// One of the first numbers of a pack; one that may be too small says so.
fn printed(row: &HistoryRow, which: usize) -> String {
    let figure = &facts::headline(&row.headline)[which];
    let least = if figure.before.is_empty() { "" } else { "≥ " };
    format!("{least}{}", figure.value)
}

/// Lays out the packs, the earliest first; `None` for fewer than two, which have no trend.
pub fn trend(rows: &[HistoryRow]) -> Option<Scene> {
    let (first, last) = (rows.first()?.as_of.0, rows.last()?.as_of.0);
    if rows.len() < 2 || last <= first {
        return None;
    }
    let title = format!("The headline over {} packs", text::count(rows.len() as u64));
    let mut scene = Scene::new(WIDTH, HEIGHT, title, describe(rows));
    let wide = (WIDTH - GAP * (MEASURES.len() - 1) as f64) / MEASURES.len() as f64;
    let inside = wide - 2.0 * SIDE;
    let span = (last - first) as f64;
    for (index, measure) in MEASURES.into_iter().enumerate() {
        let left = index as f64 * (wide + GAP);
        let x = |row: &HistoryRow| left + SIDE + (row.as_of.0 - first) as f64 / span * inside;
        panel(&mut scene, rows, measure, (left, wide), &x);
    }
    Some(scene)
}

fn panel(
    scene: &mut Scene,
    rows: &[HistoryRow],
    (name, measure): Measure,
    (left, wide): (f64, f64),
    x: &dyn Fn(&HistoryRow) -> f64,
) {
    let most = rows.iter().map(|row| measure(row).0).max().unwrap_or(0).max(1) as f64;
    let y = |row: &HistoryRow| TOP + (1.0 - measure(row).0.max(0) as f64 / most) * (AXIS - TOP);
    scene.label((left, 14.0), Anchor::Start, name, Role::Text);
    let points: Vec<Point> = rows.iter().map(|row| (x(row), y(row))).collect();
    for index in 1..rows.len() {
        if facts::stands_apart(&rows[index], &rows[index - 1]) {
            let (x, y) = points[index];
            // On the side of the point where its label does not stand.
            let end = if below(&points, index) { TOP - 20.0 } else { AXIS };
            scene.line((x, y), (x, end), Role::Break);
        }
    }
    scene.line((left, AXIS), (left + wide, AXIS), Role::Axis);
    scene.marks.push(Mark::Path { points: points.clone(), role: Role::Curve });
    for at in &points {
        scene.marks.push(Mark::Dot { at: *at, radius: 3.5, role: Role::Median });
    }
    for index in labelled(&points) {
        let (row, (x, y)) = (&rows[index], points[index]);
        let beside = if below(&points, index) { y + 18.0 } else { y - 9.0 };
        scene.label((x, beside), Anchor::Middle, measure(row).1, Role::Text);
        scene.label((x, HEIGHT - 8.0), Anchor::Middle, period(row), Role::Text);
    }
}

/// Whether the label of a point stands below it: in a valley, where the curve would run through a label above.
fn below(points: &[Point], index: usize) -> bool {
    let lower = |other: Option<&Point>| other.is_none_or(|other| points[index].1 > other.1);
    let valley = lower(index.checked_sub(1).and_then(|before| points.get(before))) && lower(points.get(index + 1));
    valley && points[index].1 + 24.0 < AXIS
}

/// The points that have room for a label: the last, the first, and others between that are far enough from both.
fn labelled(points: &[Point]) -> Vec<usize> {
    let Some(last) = points.last() else {
        return Vec::new();
    };
    let mut out: Vec<usize> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let far_from_last = last.0 - point.0 >= APART || index + 1 == points.len();
        let far_from_before = out.last().is_none_or(|before| point.0 - points[*before].0 >= APART);
        if far_from_last && far_from_before {
            out.push(index);
        }
    }
    out
}

fn period(row: &HistoryRow) -> String {
    if row.period.chars().count() > LABEL { time::day(row.as_of.0) } else { row.period.clone() }
}

fn describe(rows: &[HistoryRow]) -> String {
    let series = MEASURES.map(|(name, measure)| {
        let values: Vec<String> = rows.iter().map(|row| format!("{} {}", row.period, measure(row).1)).collect();
        format!("{name}: {}", values.join(", "))
    });
    format!("{}.", series.join("; "))
}
