//! The survival curve: share of stays still open after a time, with its band, the limit and the open ones.

use super::{Anchor, Mark, Point, Role, Scale, Scene};
use crate::render::facts;
use crate::render::text;
use crate::report::{CurvePoint, MetricReport};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 270.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 44.0;

/// Lays out the curve of a metric; `None` when it has none.
pub fn survival(metric: &MetricReport) -> Option<Scene> {
    let last = metric.curve.last()?.seconds;
    let limit = metric.limit_seconds;
    let mut interesting: Vec<i64> = limit.into_iter().collect();
    interesting.extend(metric.p50_seconds);
    let end = limit.map_or(last, |limit| last.max(limit.saturating_add(limit / 10)));
    let plot = Plot { scale: Scale::choose(end, &interesting) };
    let mut scene = Scene::new(WIDTH, HEIGHT, format!("Survival curve: {}", metric.title), describe(metric));
    plot.axes(&mut scene);
    plot.curve(&mut scene, &metric.curve);
    if let Some(limit) = limit {
        plot.limit(&mut scene, limit, &facts::limit_text(metric));
    }
    Some(scene)
}

/// The step of the curve that holds at a time: the last one at or before it; `None` before the first.
pub fn share_at(curve: &[CurvePoint], seconds: i64) -> Option<&CurvePoint> {
    let after = curve.partition_point(|point| point.seconds <= seconds);
    curve.get(after.checked_sub(1)?)
}

struct Plot {
    scale: Scale,
}

impl Plot {
    fn x(&self, seconds: i64) -> f64 {
        LEFT + self.scale.at(seconds) * (WIDTH - LEFT - RIGHT)
    }

    fn y(share: f64) -> f64 {
        TOP + (1.0 - share.clamp(0.0, 1.0)) * (HEIGHT - TOP - BOTTOM)
    }

    fn axes(&self, scene: &mut Scene) {
        let (left, right, bottom) = (LEFT, WIDTH - RIGHT, Self::y(0.0));
        for (share, label) in [(1.0, "100 %"), (0.75, "75 %"), (0.5, "50 %"), (0.25, "25 %"), (0.0, "0 %")] {
            let y = Self::y(share);
            let role = if share > 0.0 { Role::Grid } else { Role::Axis };
            scene.line((left, y), (right, y), role);
            scene.label((left - 6.0, y + 4.0), Anchor::End, label, Role::Text);
        }
        for (seconds, label) in self.scale.ticks() {
            let x = self.x(seconds);
            scene.line((x, bottom), (x, bottom + 4.0), Role::Axis);
            let anchor = if x > right - 14.0 { Anchor::End } else { Anchor::Middle };
            scene.label((x.min(right), bottom + 17.0), anchor, label, Role::Text);
        }
        let caption = if self.scale.is_log() {
            "time since the beginning of the stay (logarithmic)"
        } else {
            "time since the beginning of the stay"
        };
        scene.label((right, HEIGHT - 6.0), Anchor::End, caption, Role::Text);
    }

    fn curve(&self, scene: &mut Scene, curve: &[CurvePoint]) {
        let upper = self.steps(curve, |point| point.high);
        let mut band = upper;
        band.extend(self.steps(curve, |point| point.low).into_iter().rev());
        scene.marks.push(Mark::Area { points: band, role: Role::Band });
        scene.marks.push(Mark::Path { points: self.steps(curve, |point| point.share), role: Role::Curve });
        let mut before = f64::NEG_INFINITY;
        for point in curve.iter().filter(|point| point.censored > 0) {
            let (x, y) = (self.x(point.seconds), Self::y(point.share));
            if x - before >= 1.5 {
                before = x;
                scene.line((x, y - 5.0), (x, y + 5.0), Role::Open);
            }
        }
    }

    /// Corners of a step line from (0, 100 %); steps that no eye could tell apart are left out.
    fn steps(&self, curve: &[CurvePoint], value: impl Fn(&CurvePoint) -> f64) -> Vec<Point> {
        let mut points = vec![(self.x(0), Self::y(1.0))];
        let mut now = (self.x(0), Self::y(1.0));
        for (index, point) in curve.iter().enumerate() {
            let (x, y) = (self.x(point.seconds), Self::y(value(point)));
            let last = index + 1 == curve.len();
            if !last && x - now.0 < 0.4 && (y - now.1).abs() < 0.4 {
                continue;
            }
            points.push((x, now.1));
            if (y - now.1).abs() > f64::EPSILON {
                points.push((x, y));
            }
            now = (x, y);
        }
        points
    }

    fn limit(&self, scene: &mut Scene, seconds: i64, label: &str) {
        let x = self.x(seconds);
        scene.line((x, TOP - 8.0), (x, Self::y(0.0)), Role::Limit);
        let (anchor, shift) = if x > WIDTH * 0.6 { (Anchor::End, -5.0) } else { (Anchor::Start, 5.0) };
        scene.label((x + shift, TOP - 10.0), anchor, format!("limit {label}"), Role::Limit);
    }
}

fn describe(metric: &MetricReport) -> String {
    let mut sentences = vec![format!(
        "Share of {} still open, by time since the beginning.",
        text::plural(metric.population, "item", "items")
    )];
    if let (Some(limit), Some(point)) =
        (metric.limit_seconds, metric.limit_seconds.and_then(|limit| share_at(&metric.curve, limit)))
    {
        sentences.push(format!(
            "At the limit of {} it is {} (95 % band {} to {}).",
            text::length(limit),
            text::per_cent(point.share),
            text::per_cent(point.low),
            text::per_cent(point.high)
        ));
    }
    sentences.push(format!(
        "Median {}, 90th percentile {}.",
        facts::percentile(metric, metric.p50_seconds),
        facts::percentile(metric, metric.p90_seconds)
    ));
    if metric.open > 0 {
        sentences.push(format!(
            "{} still open and counted until last seen.",
            text::plural(metric.open, "stay is", "stays are")
        ));
    }
    sentences.join(" ")
}
