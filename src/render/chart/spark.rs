//! A small line without axes, to stand beside a number.

use super::{Mark, Point, Role, Scene};

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 30.0;
const EDGE: f64 = 4.0;

/// Lays out some numbers, the earliest first, from zero up; `None` for fewer than two, which are no line.
pub fn spark(numbers: impl Iterator<Item = i64>, what: &str) -> Option<Scene> {
    let numbers: Vec<i64> = numbers.map(|number| number.max(0)).collect();
    if numbers.len() < 2 {
        return None;
    }
    let most = numbers.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = (WIDTH - 2.0 * EDGE) / (numbers.len() - 1) as f64;
    let at = |(index, number): (usize, &i64)| -> Point {
        let high = *number as f64 / most * (HEIGHT - 2.0 * EDGE);
        (EDGE + index as f64 * step, HEIGHT - EDGE - high)
    };
    let points: Vec<Point> = numbers.iter().enumerate().map(at).collect();
    let title = format!("{what}, over {} packs", numbers.len());
    let mut scene = Scene::new(WIDTH, HEIGHT, title, "The table of packs has the numbers.".to_owned());
    scene.line((EDGE, HEIGHT - EDGE), (WIDTH - EDGE, HEIGHT - EDGE), Role::Grid);
    let last = points.last().copied();
    scene.marks.push(Mark::Path { points, role: Role::Curve });
    if let Some(at) = last {
        scene.marks.push(Mark::Dot { at, radius: 3.0, role: Role::Median });
    }
    Some(scene)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_stands_higher_and_the_last_number_has_a_dot() {
        let scene = spark([2, 0, 5].into_iter(), "keys").expect("a line");
        let points = scene.marks.iter().find_map(|mark| match mark {
            Mark::Path { points, .. } => Some(points.clone()),
            _ => None,
        });
        let points = points.expect("a path");
        assert!(points[2].1 < points[0].1 && points[0].1 < points[1].1, "{points:?}");
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Dot { at, .. } if *at == points[2])));
        assert_eq!(spark([3].into_iter(), "keys"), None);
    }
}
