//! Charts as vectors. The colours differ in lightness as much as in hue, so that they hold in grey and for every eye.

use super::canvas::{Canvas, Pen};
use crate::render::chart::{Mark, Role, Scene};
use crate::render::pdf::page::{Colour, Pt};

const PAPER: Colour = [0xff, 0xff, 0xff];
const INK: Colour = [0x17, 0x20, 0x2c];
const CURVE: Colour = [0x0b, 0x4f, 0x9e];
const BAR: Colour = [0x3a, 0x6e, 0xa5];
const LIMIT: Colour = [0xa3, 0x14, 0x1f];

/// The colour that carries the part a mark plays; labels are set in it.
pub fn ink(role: Role) -> Colour {
    match role {
        Role::Grid => [0xd4, 0xda, 0xe3],
        Role::Axis | Role::Break => [0x51, 0x5e, 0x70],
        Role::Curve | Role::Median | Role::Ninety => CURVE,
        Role::Band => [0xc9, 0xdd, 0xf4],
        Role::Limit => LIMIT,
        Role::EndedBar | Role::OpenBar | Role::Span => BAR,
        Role::Heat(0) => [0xf5, 0xf7, 0xfa],
        Role::Heat(1) => [0xdb, 0xe8, 0xf6],
        Role::Heat(2) => [0xa9, 0xc8, 0xea],
        Role::Heat(3) => [0x2f, 0x6f, 0xb4],
        Role::Heat(_) => [0x0b, 0x3f, 0x7e],
        Role::Open | Role::Text => INK,
        Role::TextOnDark => PAPER,
    }
}

/// Width of a line of this role, in pixels of the scene.
fn weight(role: Role) -> Pt {
    match role {
        Role::Curve | Role::Ninety | Role::Span => 2.0,
        Role::Limit | Role::OpenBar => 1.5,
        Role::Open => 1.25,
        _ => 1.0,
    }
}

/// Draws everything but the labels, which layout has set as text.
pub(super) fn draw(canvas: &mut Canvas, at: (Pt, Pt), scale: Pt, scene: &Scene) {
    let place = |point: &(f64, f64)| (at.0 + point.0 as Pt * scale, at.1 + point.1 as Pt * scale);
    for mark in &scene.marks {
        match mark {
            Mark::Line { from, to, role } => canvas.path(&[place(from), place(to)], line(*role, scale)),
            Mark::Path { points, role } => {
                let points: Vec<(Pt, Pt)> = points.iter().map(place).collect();
                canvas.path(&points, line(*role, scale));
            }
            Mark::Area { points, role } => {
                let points: Vec<(Pt, Pt)> = points.iter().map(place).collect();
                canvas.polygon(&points, area(*role, scale));
            }
            Mark::Box { at, width, height, role } => {
                let size = (*width as Pt * scale, *height as Pt * scale);
                canvas.rectangle(place(at), size, 0.0, area(*role, scale));
            }
            Mark::Dot { at, radius, role } => canvas.circle(place(at), *radius as Pt * scale, area(*role, scale)),
            Mark::Label { .. } => {}
        }
    }
}

fn line(role: Role, scale: Pt) -> Pen {
    let dash = match role {
        Role::Limit => Some((5.0 * scale, 3.0 * scale)),
        Role::Break => Some((2.0 * scale, 3.0 * scale)),
        _ => None,
    };
    Pen { fill: None, stroke: Some((ink(role), weight(role) * scale)), dash }
}

/// What is still open is hollow, so that it differs from what has ended in grey as well.
fn area(role: Role, scale: Pt) -> Pen {
    match role {
        Role::OpenBar | Role::Ninety => {
            Pen { fill: Some(PAPER), stroke: Some((ink(role), weight(role) * scale)), dash: None }
        }
        _ => Pen { fill: Some(ink(role)), ..Pen::default() },
    }
}
