//! The geometry of charts, by hand: where the curve steps, where the limit stands, what stays silent.

use overstay::render::chart::{self, Mark, Point, Role, Scale, Scene};
use overstay::report::{Bucket, CurvePoint, MetricReport};

use super::fixture;

const DAY: i64 = 86_400;

fn metric() -> MetricReport {
    fixture::report().metrics.remove(0)
}

fn path(scene: &Scene) -> &[Point] {
    scene
        .marks
        .iter()
        .find_map(|mark| match mark {
            Mark::Path { points, role: Role::Curve } => Some(points.as_slice()),
            _ => None,
        })
        .expect("a curve")
}

fn close(found: Point, expected: Point) {
    assert!((found.0 - expected.0).abs() < 0.01 && (found.1 - expected.1).abs() < 0.01, "{found:?} {expected:?}");
}

/// Plot area: x from 46 to 622 (576 wide), y from 26 (100 %) to 226 (0 %).
#[test]
fn the_curve_steps_where_stays_end() {
    let mut metric = metric();
    let point = |seconds, share, censored| CurvePoint { seconds, share, low: share, high: share, censored };
    metric.limit_seconds = Some(5 * DAY);
    metric.p50_seconds = Some(5 * DAY);
    metric.curve = vec![point(5 * DAY, 0.5, 0), point(10 * DAY, 0.25, 2)];
    let scene = chart::survival(&metric).expect("a chart");
    let corners = path(&scene);
    let expected = [(46.0, 26.0), (334.0, 26.0), (334.0, 126.0), (622.0, 126.0), (622.0, 176.0)];
    assert_eq!(corners.len(), expected.len());
    for (found, expected) in corners.iter().zip(expected) {
        close(*found, expected);
    }
    let lines = |wanted: Role| {
        let marks = scene.marks.iter().filter_map(move |mark| match mark {
            Mark::Line { from, to, role } if *role == wanted => Some((*from, *to)),
            _ => None,
        });
        marks.collect::<Vec<_>>()
    };
    assert_eq!(lines(Role::Limit).len(), 1);
    close(lines(Role::Limit)[0].1, (334.0, 226.0));
    assert_eq!(lines(Role::Open).len(), 1);
    close(lines(Role::Open)[0].0, (622.0, 171.0));
    assert!(scene.description.contains("At the limit of 5 d it is 50.0 % (95 % band 50.0 % to 50.0 %)."));
}

#[test]
fn the_limit_is_shown_even_beyond_the_data() {
    let mut metric = metric();
    metric.limit_seconds = Some(90 * DAY);
    metric.limit = Some("90d".to_owned());
    let scene = chart::survival(&metric).expect("a chart");
    assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Label { text, .. } if text == "limit 90d")));
}

#[test]
fn a_long_curve_stays_small() {
    let mut metric = metric();
    metric.curve = (0..100_000_i64)
        .map(|step| {
            let share = 1.0 - step as f64 / 100_000.0;
            CurvePoint { seconds: step * 60, share, low: share, high: share, censored: 1 }
        })
        .collect();
    let scene = chart::survival(&metric).expect("a chart");
    assert!(path(&scene).len() < 4_000);
    assert!(scene.marks.len() < 600);
}

#[test]
fn nothing_to_draw_draws_nothing() {
    let mut metric = metric();
    metric.curve.clear();
    metric.buckets = vec![Bucket { label: "up to 1 d".to_owned(), to_seconds: Some(DAY), closed: 0, open: 0 }];
    metric.monthly.clear();
    metric.weekday_hour = Some(vec![vec![0; 24]; 7]);
    assert_eq!(chart::survival(&metric), None);
    assert_eq!(chart::ageing(&metric), None);
    assert_eq!(chart::months(&metric), None);
    assert_eq!(chart::weekday_hour(&metric), None);
}

#[test]
fn bars_keep_their_proportion() {
    let mut metric = metric();
    let bucket = |closed, open| Bucket { label: "x".to_owned(), to_seconds: None, closed, open };
    metric.buckets = vec![bucket(30, 10), bucket(10, 0)];
    let scene = chart::ageing(&metric).expect("a chart");
    let widths: Vec<(Role, f64)> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Box { width, role, .. } => Some((*role, *width)),
            _ => None,
        })
        .collect();
    assert_eq!(widths, [(Role::EndedBar, 285.0), (Role::OpenBar, 95.0), (Role::EndedBar, 95.0)]);
}

#[test]
fn a_heat_map_grades_by_quarters_of_the_largest() {
    let mut metric = metric();
    let mut grid = vec![vec![0; 24]; 7];
    grid[0][0] = 8;
    grid[1][23] = 4;
    grid[6][5] = 1;
    metric.weekday_hour = Some(grid);
    let scene = chart::weekday_hour(&metric).expect("a chart");
    let level = |wanted| {
        scene
            .marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Box { role: Role::Heat(level), .. } if *level == wanted))
            .count()
    };
    assert_eq!([level(0), level(1), level(2), level(3), level(4)], [165, 1, 1, 0, 1]);
    assert!(scene.description.ends_with("The largest cell holds 8."));
}

#[test]
fn the_share_at_a_time_is_the_last_step_before_it() {
    let curve = metric().curve;
    assert_eq!(chart::share_at(&curve, -1), None);
    assert_eq!(chart::share_at(&curve, 0).map(|point| point.share), Some(0.93));
    assert_eq!(chart::share_at(&curve, i64::MAX), curve.last());
}

#[test]
fn both_kinds_of_axis_are_chosen() {
    assert!(!Scale::choose(10 * DAY, &[DAY]).is_log());
    assert!(Scale::choose(30 * DAY, &[DAY]).is_log());
}

#[test]
fn a_chart_as_svg() {
    let mut metric = metric();
    metric.title = "Leavers <&>".to_owned();
    metric.buckets = vec![Bucket { label: "up to 1 d".to_owned(), to_seconds: Some(DAY), closed: 3, open: 1 }];
    insta::assert_snapshot!(chart::svg(&chart::ageing(&metric).expect("a chart"), "a"));
}
