//! The operators of one page: page coordinates turned over, states set only when they change, numbers kept short.

use printpdf::{
    Color, DictItem, FontId, Line, LineCapStyle, LineDashPattern, LineJoinStyle, LinePoint, Op, PaintMode,
    PdfFontHandle, Point, Polygon, PolygonRing, Pt as Points, Rgb, TextItem, TextMatrix, WindingOrder,
};

use crate::render::pdf::page::{Colour, Pt};

/// Where a circle's control points stand between its corner and its end.
const ROUND: Pt = 0.552_285;

/// How a path is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Pen {
    pub(super) fill: Option<Colour>,
    /// Colour and width.
    pub(super) stroke: Option<(Colour, Pt)>,
    /// Lengths of dash and gap.
    pub(super) dash: Option<(Pt, Pt)>,
}

/// The operators of one page.
pub(super) struct Canvas {
    pub(super) ops: Vec<Op>,
    height: Pt,
    fill: Option<Colour>,
    stroke: Option<Colour>,
    width: Option<Pt>,
    dash: Option<(Pt, Pt)>,
}

impl Canvas {
    pub(super) fn new(height: Pt) -> Self {
        let ops =
            vec![Op::SetLineJoinStyle { join: LineJoinStyle::Round }, Op::SetLineCapStyle { cap: LineCapStyle::Butt }];
        Self { ops, height, fill: None, stroke: None, width: None, dash: None }
    }

    /// Turns a place on the page, counted from the top, into the PDF's own.
    pub(super) fn place(&self, at: (Pt, Pt)) -> (Pt, Pt) {
        (short(at.0), short(self.height - at.1))
    }

    pub(super) fn begin(&mut self, tag: &str, key: &str, value: DictItem) {
        let properties = DictItem::Dict { map: [(key.to_owned(), value)].into() };
        self.ops.push(Op::BeginMarkedContentWithProperties { tag: tag.to_owned(), properties });
    }

    pub(super) fn end(&mut self) {
        self.ops.push(Op::EndMarkedContent);
    }

    pub(super) fn fill_colour(&mut self, colour: Colour) {
        if self.fill != Some(colour) {
            self.fill = Some(colour);
            self.ops.push(Op::SetFillColor { col: rgb(colour) });
        }
    }

    /// Glyphs from a place on, in parts: name of the font, height above the baseline, glyphs.
    pub(super) fn text(&mut self, size: Pt, colour: Colour, at: (Pt, Pt), parts: Vec<(String, Pt, Vec<TextItem>)>) {
        if parts.is_empty() {
            return;
        }
        self.fill_colour(colour);
        let (x, y) = self.place(at);
        let (mut font, mut raised) = (String::new(), 0.0);
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw([1.0, 0.0, 0.0, 1.0, x, y]) });
        for (name, rise, items) in parts {
            if font != name {
                let handle = PdfFontHandle::External(FontId(name.clone()));
                self.ops.push(Op::SetFont { font: handle, size: Points(short(size)) });
                font = name;
            }
            if (rise - raised).abs() > f32::EPSILON {
                raised = rise;
                self.ops.push(Op::SetLineOffset { multiplier: rise });
            }
            self.ops.push(Op::ShowText { items });
        }
        if raised.abs() > f32::EPSILON {
            self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
        }
        self.ops.push(Op::EndTextSection);
    }

    pub(super) fn rectangle(&mut self, at: (Pt, Pt), size: (Pt, Pt), radius: Pt, pen: Pen) {
        let ((left, top), (right, bottom)) = (at, (at.0 + size.0, at.1 + size.1));
        let radius = radius.min(size.0 / 2.0).min(size.1 / 2.0).max(0.0);
        if radius <= 0.0 {
            self.polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)], pen);
            return;
        }
        let near = radius * (1.0 - ROUND);
        let on = |x, y| (x, y, false);
        let off = |x, y| (x, y, true);
        self.shape(
            &[
                on(left + radius, top),
                on(right - radius, top),
                off(right - near, top),
                off(right, top + near),
                on(right, top + radius),
                on(right, bottom - radius),
                off(right, bottom - near),
                off(right - near, bottom),
                on(right - radius, bottom),
                on(left + radius, bottom),
                off(left + near, bottom),
                off(left, bottom - near),
                on(left, bottom - radius),
                on(left, top + radius),
                off(left, top + near),
                off(left + near, top),
                on(left + radius, top),
            ],
            pen,
        );
    }

    pub(super) fn circle(&mut self, centre: (Pt, Pt), radius: Pt, pen: Pen) {
        let at = (centre.0 - radius, centre.1 - radius);
        self.rectangle(at, (radius * 2.0, radius * 2.0), radius, pen);
    }

    pub(super) fn polygon(&mut self, corners: &[(Pt, Pt)], pen: Pen) {
        let corners: Vec<(Pt, Pt, bool)> = corners.iter().map(|(x, y)| (*x, *y, false)).collect();
        self.shape(&corners, pen);
    }

    /// Joined lines, not filled.
    pub(super) fn path(&mut self, corners: &[(Pt, Pt)], pen: Pen) {
        if corners.len() < 2 || pen.stroke.is_none() {
            return;
        }
        self.set(pen);
        let points = corners.iter().map(|(x, y)| self.point(*x, *y, false)).collect();
        self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
    }

    fn shape(&mut self, corners: &[(Pt, Pt, bool)], pen: Pen) {
        let mode = match (pen.fill, pen.stroke) {
            (Some(_), Some(_)) => PaintMode::FillStroke,
            (Some(_), None) => PaintMode::Fill,
            (None, Some(_)) => PaintMode::Stroke,
            (None, None) => return,
        };
        self.set(pen);
        let points = corners.iter().map(|(x, y, bezier)| self.point(*x, *y, *bezier)).collect();
        let rings = vec![PolygonRing { points }];
        let polygon = Polygon { rings, mode, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    fn set(&mut self, pen: Pen) {
        if let Some(colour) = pen.fill {
            self.fill_colour(colour);
        }
        let Some((colour, width)) = pen.stroke else { return };
        if self.stroke != Some(colour) {
            self.stroke = Some(colour);
            self.ops.push(Op::SetOutlineColor { col: rgb(colour) });
        }
        if self.width != Some(width) {
            self.width = Some(width);
            self.ops.push(Op::SetOutlineThickness { pt: Points(short(width)) });
        }
        if self.dash != pen.dash {
            self.dash = pen.dash;
            let pattern = pen.dash.into_iter().flat_map(|(dash, gap)| [short(dash), short(gap)]).collect();
            self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern { offset: 0.0, pattern } });
        }
    }

    fn point(&self, x: Pt, y: Pt, bezier: bool) -> LinePoint {
        let (x, y) = self.place((x, y));
        LinePoint { p: Point { x: Points(x), y: Points(y) }, bezier }
    }
}

/// Two decimals: a hundredth of a point is finer than any printer. What is no number is nothing.
pub(super) fn short(value: f32) -> f32 {
    if value.is_finite() { (value * 100.0).round() / 100.0 } else { 0.0 }
}

fn rgb(colour: Colour) -> Color {
    let [r, g, b] = colour.map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0);
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}
