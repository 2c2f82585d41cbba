//! Draws a scene as inline SVG: one decimal, classes instead of colours, title and description first.

use std::fmt::Write as _;

use super::{Anchor, Mark, Point, Role, Scene};
use crate::render::markup::escape;

/// The scene as an `<svg>` element; `id` makes its title and description addressable and must be unique in the page.
pub fn svg(scene: &Scene, id: &str) -> String {
    let (width, height) = (decimal(scene.width), decimal(scene.height));
    let (title, description) = (escape(&scene.title), escape(&scene.description));
    let mut out = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
         <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>"
    );
    for mark in &scene.marks {
        draw(&mut out, mark);
    }
    out.push_str("</svg>");
    out
}

fn draw(out: &mut String, mark: &Mark) {
    // Writing into a String does not fail.
    let _ = match mark {
        Mark::Line { from, to, role } => write!(
            out,
            "<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            class(*role),
            decimal(from.0),
            decimal(from.1),
            decimal(to.0),
            decimal(to.1)
        ),
        Mark::Path { points, role } => {
            write!(out, "<polyline class=\"{}\" fill=\"none\" points=\"{}\"/>", class(*role), list(points))
        }
        Mark::Area { points, role } => write!(out, "<polygon class=\"{}\" points=\"{}\"/>", class(*role), list(points)),
        Mark::Box { at, width, height, role } => write!(
            out,
            "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            class(*role),
            decimal(at.0),
            decimal(at.1),
            decimal(*width),
            decimal(*height)
        ),
        Mark::Dot { at, radius, role } => write!(
            out,
            "<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            class(*role),
            decimal(at.0),
            decimal(at.1),
            decimal(*radius)
        ),
        Mark::Label { at, anchor, text, role } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let (x, y) = (decimal(at.0), decimal(at.1));
            write!(
                out,
                "<text class=\"{}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
                class(*role),
                escape(text)
            )
        }
    };
}

fn list(points: &[Point]) -> String {
    let corners: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", decimal(*x), decimal(*y))).collect();
    corners.join(" ")
}

/// One decimal, never `-0`, never more than needed, never anything but a number.
fn decimal(value: f64) -> String {
    let tenths = if value.is_finite() { (value * 10.0).round() as i64 } else { 0 };
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

fn class(role: Role) -> &'static str {
    match role {
        Role::Grid => "grid",
        Role::Axis => "axis",
        Role::Curve => "curve",
        Role::Band => "band",
        Role::Limit => "limit",
        Role::Break => "break",
        Role::Open => "open",
        Role::EndedBar => "bar",
        Role::OpenBar => "bar-open",
        Role::Span => "span",
        Role::Median => "median",
        Role::Ninety => "ninety",
        Role::Heat(0) => "heat-0",
        Role::Heat(1) => "heat-1",
        Role::Heat(2) => "heat-2",
        Role::Heat(3) => "heat-3",
        Role::Heat(_) => "heat-4",
        Role::Text => "text",
        Role::TextOnDark => "text on-dark",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_decimal() {
        assert_eq!(decimal(1.0), "1");
        assert_eq!(decimal(-0.04), "0");
        assert_eq!(decimal(-0.06), "-0.1");
        assert_eq!(decimal(12.349), "12.3");
        assert_eq!(decimal(f64::NAN), "0");
    }

    #[test]
    fn text_is_escaped() {
        let mut scene = Scene::new(10.0, 10.0, "<a>".to_owned(), "\u{202E}".to_owned());
        scene.label((1.0, 2.0), Anchor::Start, "\"&\"", Role::Text);
        assert_eq!(
            svg(&scene, "x"),
            "<svg class=\"chart\" viewBox=\"0 0 10 10\" role=\"img\" aria-labelledby=\"x-t x-d\">\
             <title id=\"x-t\">&lt;a&gt;</title><desc id=\"x-d\">[U+202E]</desc>\
             <text class=\"text\" x=\"1\" y=\"2\" text-anchor=\"start\">&quot;&amp;&quot;</text></svg>"
        );
    }
}
