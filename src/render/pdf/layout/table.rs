//! Tables, and terms with their values.

use super::cells::Laid;
use super::columns::{Need, widths};
use super::flow::{Area, Flow};
use super::look::{self, Text};
use super::strip::Strip;
use crate::render::pdf::content::{Cell, CellLine, Row, Table, Words};
use crate::render::pdf::page::{Colour, Mark, NodeId, Pt, Role};
use crate::render::pdf::text::{Line, Span};

/// Space between the edges of a column and its text.
const SIDE: Pt = 4.2;
const DENSE_SIDE: Pt = 2.8;
/// Space above and below the text of a row.
const PAD: Pt = 3.4;
const DENSE_PAD: Pt = 2.3;
/// A row of a single line is not higher.
const ONE_LINE: Pt = 20.0;
/// Terms and values that are not higher than this part of a page are not broken.
const TOGETHER: Pt = 0.3;

impl Flow<'_> {
    /// A table as strips: caption, head, and at least one for each row.
    pub(super) fn table(&mut self, table: &Table, area: Area, parent: NodeId) -> Vec<Strip> {
        let node = self.tree.add(parent, Role::Table);
        let mut strips = Vec::new();
        let caption = self.tree.add(node, Role::Caption);
        let lines = self.lines(&table.caption, look::CAPTION, area.width);
        let mut strip = Strip { before: 10.0, keep: true, ..Strip::default() };
        strip.height = self.put_lines(&mut strip, lines, look::CAPTION, (area.x, 0.0), caption) + 2.0;
        strips.push(strip);

        let widths = self.column_widths(table, area.width);
        let used = Area { x: area.x, width: widths.iter().sum() };
        let head = self.head(table, &widths, used, node);
        let above = repeated(vec![self.continued(table, used), head.clone()]);
        self.heads.push(above.clone());
        let plain_head = self.heads.len() - 1;
        let mut head_index = plain_head;
        strips.push(head);

        let body = self.tree.add(node, Role::TableBody);
        let count = table.rows.len();
        for (index, row) in table.rows.iter().enumerate() {
            if row.group {
                head_index = plain_head;
            }
            let mut made = self.row(row, table, &widths, used, body);
            let next_group = table.rows.get(index + 1).is_none_or(|next| next.group);
            let last = made.len().saturating_sub(1);
            for (part, strip) in made.iter_mut().enumerate() {
                strip.head = Some(head_index);
                if part == last {
                    Self::underline(strip, used, if next_group { look::STRONG_LINE } else { look::LINE });
                    // A single row never stands alone on the last page.
                    strip.keep = row.group || (index + 2 == count && count > 2);
                }
            }
            if row.group {
                for strip in &mut made {
                    tint(strip, used);
                }
                if let [single] = made.as_slice()
                    && single.height < ONE_LINE
                {
                    // What heads the rows is said again where they go on.
                    self.heads.push(repeated(vec![above.clone(), single.clone()]));
                    head_index = self.heads.len() - 1;
                }
            }
            if let Some(first) = made.first_mut().filter(|_| !row.place.is_empty()) {
                first.places.push((row.place.clone(), 0.0));
            }
            strips.extend(made);
        }
        strips
    }

    fn column_widths(&self, table: &Table, room: Pt) -> Vec<Pt> {
        let mut needs: Vec<Need> = table
            .columns
            .iter()
            .map(|column| {
                let style = head_text(table).style();
                let whole = self.typesetter.width(&column.title, style);
                let sample = self.typesetter.width(column.room_for, cell_text(table, column.number).style());
                let least = self.typesetter.widest_word(&column.title, style).max(sample);
                Need { least, whole: whole.max(sample) }
            })
            .collect();
        for row in &table.rows {
            if row.cells.len() != table.columns.len() {
                continue;
            }
            for (index, cell) in row.cells.iter().enumerate() {
                let number = table.columns[index].number;
                let need = self.need(cell, cell_text(table, number), number);
                needs[index].least = needs[index].least.max(need.least);
                needs[index].whole = needs[index].whole.max(need.whole);
            }
        }
        if table.row_height > 0.0 {
            // To be filled in by hand: nobody knows yet what needs room.
            return vec![room / needs.len() as Pt; needs.len()];
        }
        let side = side(table);
        for need in &mut needs {
            need.least += 2.0 * side;
            need.whole += 2.0 * side;
        }
        widths(&needs, room, table.full)
    }

    fn need(&self, cell: &Cell, text: Text, number: bool) -> Need {
        let mut need = Need::default();
        for line in &cell.lines {
            let (least, whole) = match line {
                CellLine::Words(words) => {
                    let spans = text.spans(words);
                    let width = |text: &str, style| self.typesetter.width(text, style);
                    let whole: Pt = spans.iter().map(|span| width(&span.text, span.style)).sum();
                    let least = spans.iter().map(|span| self.least(span)).fold(0.0, Pt::max);
                    (if number { whole } else { least }, whole)
                }
                CellLine::Status(status) => {
                    let width = self.badge_width((*status, status.words()));
                    (width, width)
                }
                CellLine::PageOf(_) => (14.0, 14.0),
            };
            need.least = need.least.max(least);
            need.whole = need.whole.max(whole);
        }
        need
    }

    /// Width of the widest word; one that is too long for a column may be broken.
    fn least(&self, span: &Span) -> Pt {
        const LONG: usize = 22;
        let style = span.style;
        let words = span.text.split_whitespace().map(|word| {
            let width = self.typesetter.width(word, style);
            if word.chars().count() > LONG { width.min(style.size * 9.5) } else { width }
        });
        words.fold(0.0, Pt::max)
    }

    fn head(&mut self, table: &Table, widths: &[Pt], used: Area, node: NodeId) -> Strip {
        let head = self.tree.add(node, Role::TableHead);
        let row = self.tree.add(head, Role::Row);
        let (text, side) = (head_text(table), side(table));
        let line_box = self.line_box(text);
        let titles: Vec<Vec<Line>> = table
            .columns
            .iter()
            .zip(widths)
            .map(|(column, width)| {
                let span = Span { text: column.title.clone(), style: text.style(), link: None };
                self.typesetter.lines(&[span], width - 2.0 * side)
            })
            .collect();
        let deepest = titles.iter().map(Vec::len).max().unwrap_or(0);
        let mut strip = Strip::of(deepest as Pt * text.leading + 2.0 * PAD);
        strip.keep = true;
        let mut x = used.x;
        for ((column, width), lines) in table.columns.iter().zip(widths).zip(titles) {
            let cell = self.tree.add(row, Role::HeadCell { row: false, columns: 1 });
            // Heads stand on the line of the rows, not on their own tops.
            let mut y = strip.height - PAD - lines.len() as Pt * text.leading;
            for line in lines {
                let left = if column.number { x + width - side - line.width } else { x + side };
                strip.text(&mut self.tree, line, (left, y), line_box, cell);
                y += text.leading;
            }
            x += width;
        }
        let height = strip.height;
        strip.decorate(rule(used, height, look::STRONG_LINE, 0.8));
        strip
    }

    /// What stands above a head that is repeated.
    fn continued(&self, table: &Table, used: Area) -> Strip {
        let words: String = table.caption.iter().map(|piece| piece.text.as_str()).collect();
        let text = look::SMALL;
        let mark = self.typesetter.line(" – continued", text.style(), None);
        let line = self.typesetter.line(&words, text.style(), Some((look::WIDTH - mark.width).max(40.0)));
        let mut strip = Strip::of(text.leading + 1.0);
        let baseline = self.line_box(text).baseline;
        let after = used.x + line.width;
        strip.items.push(Self::unread(line, (used.x, baseline)));
        strip.items.push(Self::unread(mark, (after, baseline)));
        strip
    }

    fn row(&mut self, row: &Row, table: &Table, widths: &[Pt], used: Area, body: NodeId) -> Vec<Strip> {
        let node = self.tree.add(body, Role::Row);
        let mut cells = Vec::new();
        let side = side(table);
        let (mut x, mut index) = (used.x, 0);
        for cell in &row.cells {
            let end = (index + usize::from(cell.columns)).min(widths.len());
            let width: Pt = widths[index.min(end)..end].iter().sum();
            let role = if cell.head {
                Role::HeadCell { row: true, columns: cell.columns }
            } else {
                Role::Cell { columns: cell.columns }
            };
            let number = table.columns.get(index).is_some_and(|column| column.number) && cell.columns == 1;
            let text = cell_text(table, number);
            cells.push(Laid {
                lines: cell.lines.iter().collect(),
                x: x + side,
                width: width - 2.0 * side,
                text,
                node: self.tree.add(node, role),
                right: number,
            });
            x += width;
            index = end;
        }
        self.cells(cells, if table.dense { DENSE_PAD } else { PAD }, table.row_height)
    }

    fn underline(strip: &mut Strip, used: Area, colour: Colour) {
        let height = strip.height;
        strip.decorate(rule(used, height, colour, 0.5));
    }

    /// Terms with what belongs to them.
    pub(super) fn pairs(&mut self, rows: &[(Words, Vec<Words>)], terms: u8, area: Area, parent: NodeId) -> Vec<Strip> {
        let list = self.tree.add(parent, Role::List);
        let mut strips = Vec::new();
        let text = look::PAIR;
        for (index, (term, values)) in rows.iter().enumerate() {
            let item = self.tree.add(list, Role::ListItem);
            let label = self.tree.add(item, Role::Label);
            let body = self.tree.add(item, Role::ListBody);
            let (left, right) = self.split(term, values, terms, area);
            let term = CellLine::Words(term.clone());
            let values: Vec<CellLine> = values.iter().cloned().map(CellLine::Words).collect();
            let cells = vec![
                Laid {
                    lines: vec![&term],
                    x: left.x,
                    width: left.width,
                    text: text.coloured(look::QUIET),
                    node: label,
                    right: false,
                },
                Laid {
                    lines: values.iter().collect(),
                    x: right.x,
                    width: right.width,
                    text: if terms == 0 { text.tabular() } else { text },
                    node: body,
                    right: terms == 0,
                },
            ];
            let mut made = self.cells(cells, 2.0, 0.0);
            if let Some(last) = made.last_mut().filter(|_| index + 1 < rows.len()) {
                Self::underline(last, area, look::LINE);
            }
            if let Some(first) = made.first_mut() {
                first.before = if index == 0 { 7.0 } else { 0.0 };
            }
            strips.extend(made);
        }
        // A few terms stand together.
        if super::strip::height(&strips) < look::HEIGHT * TOGETHER {
            let last = strips.len().saturating_sub(1);
            strips.iter_mut().take(last).for_each(|strip| strip.keep = true);
        }
        strips
    }

    /// Where a term and its value stand.
    fn split(&self, term: &Words, values: &[Words], terms: u8, area: Area) -> (Area, Area) {
        let width = if terms > 0 {
            area.width * Pt::from(terms) / 100.0
        } else {
            let whole = |words: &Words| -> Pt {
                let spans = look::PAIR.tabular().spans(words);
                spans.iter().map(|span| self.typesetter.width(&span.text, span.style)).sum()
            };
            let value = values.iter().map(whole).fold(0.0, Pt::max).min(area.width * 0.6) + 2.0;
            (area.width - value - 8.0).min(whole(term) + 1.0).max(area.width * 0.3)
        };
        let gap = 8.0;
        (
            Area { x: area.x, width: width - if terms > 0 { gap } else { 0.0 } },
            Area {
                x: area.x + width + if terms > 0 { 0.0 } else { gap },
                width: area.width - width - if terms > 0 { 0.0 } else { gap },
            },
        )
    }
}

/// A head as it stands at the top of a further page: seen, and no part of the text, which has it once already.
fn repeated(strips: Vec<Strip>) -> Strip {
    let mut whole = Strip::stacked(strips);
    whole.links.clear();
    whole.places.clear();
    for item in &mut whole.items {
        item.node = None;
    }
    whole
}

fn rule(used: Area, y: Pt, colour: Colour, width: Pt) -> Mark {
    Mark::Rule { from: (used.x, y), to: (used.x + used.width, y), colour, width }
}

fn tint(strip: &mut Strip, used: Area) {
    let mark = Mark::Box {
        at: (used.x, 0.0),
        size: (used.width, strip.height),
        radius: 0.0,
        fill: Some(look::RAISED),
        stroke: None,
    };
    strip.items.insert(0, crate::render::pdf::page::Item { node: None, mark });
}

/// The text of a column.
fn cell_text(table: &Table, number: bool) -> Text {
    let text = if table.dense { look::DENSE } else { look::CELL };
    if number { text.tabular() } else { text }
}

fn head_text(table: &Table) -> Text {
    if table.dense { Text { size: 7.0, ..look::HEAD } } else { look::HEAD }
}

fn side(table: &Table) -> Pt {
    if table.dense { DENSE_SIDE } else { SIDE }
}
