//! A character that no face has: a box with its code point, readable when enlarged.

use super::canvas::{Canvas, Pen};
use crate::render::pdf::page::Pt;
use crate::render::pdf::text::{Line, Run, Style, Typesetter};

/// Size of the digits, as a part of the text's.
const DIGITS: Pt = 0.32;
/// Foot and head of the box, as parts of the text's size above the baseline.
const FOOT: Pt = -0.08;
const HEAD: Pt = 0.8;
/// Space beside the box.
const MARGIN: Pt = 0.05;

/// The two rows of digits, each with its place from the run's origin.
pub(super) fn digits(typesetter: &Typesetter<'_>, run: &Run, character: char) -> [((Pt, Pt), Line); 2] {
    let code = format!("{:04X}", u32::from(character));
    let code = if code.len() == 5 { format!("0{code}") } else { code };
    let (upper, lower) = code.split_at(code.len() / 2);
    let size = run.style.size;
    let style = Style { size: size * DIGITS, bold: false, tabular: true, ..run.style };
    let row = |text: &str, rise: Pt| {
        let line = typesetter.line(text, style, None);
        (((run.width - line.width) / 2.0, -rise * size), line)
    };
    [row(upper, 0.44), row(lower, 0.07)]
}

/// The box itself.
pub(super) fn frame(canvas: &mut Canvas, run: &Run, at: (Pt, Pt)) {
    let size = run.style.size;
    let corner = (at.0 + MARGIN * size, at.1 - HEAD * size);
    let extent = (run.width - 2.0 * MARGIN * size, (HEAD - FOOT) * size);
    let pen = Pen { fill: None, stroke: Some((run.style.colour, 0.05 * size)), dash: None };
    canvas.rectangle(corner, extent, 0.0, pen);
}
