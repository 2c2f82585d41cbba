//! Tables, and terms with their values.

use super::cells::Laid;
use super::columns::{Need, WORD, widths};
use super::flow::{Area, Flow};
use super::look::{self, Text};
use super::strip::Strip;
use super::words::plain;
use crate::render::doc::{Kind, Line as CellLine, Row, Table, TableLook, Words};
use crate::render::pdf::page::{Colour, Mark, NodeId, Pt, Role};
use crate::render::pdf::text::{Line, Span};

/// Space between the edges of a column and its text.
const SIDE: Pt = 4.2;
const DENSE_SIDE: Pt = 2.8;
/// Space above and below the text of a row.
const PAD: Pt = 2.9;
const DENSE_PAD: Pt = 2.0;
/// A row of a single line is not higher.
const ONE_LINE: Pt = 20.0;
/// What a column of numbers holds on one line, in times of the text's size; a longer text is broken.
const NUMBER: Pt = 9.0;
/// Terms and values that are not higher than this part of a page are not broken.
const TOGETHER: Pt = 0.3;

/// How the text of a table is made smaller until its words fit side by side.
const SMALLER: [Pt; 5] = [1.0, 0.95, 0.9, 0.85, 0.8];

/// The cells of a row; of one that heads others a single one.
type Cells = Vec<Vec<CellLine>>;

/// A table being laid out.
struct Set<'t> {
    table: &'t Table,
    /// The cells of each row.
    cells: Vec<Cells>,
    widths: Vec<Pt>,
    used: Area,
    /// Part of its usual size that the text has.
    scale: Pt,
}

impl Flow<'_> {
    /// A table as strips: what is left out, caption, head, and at least one for each row.
    pub(super) fn table(&mut self, table: &Table, area: Area, parent: NodeId) -> Vec<Strip> {
        let mut strips = Vec::new();
        if let Some(more) = &table.more {
            strips = self.paragraph(&more.words(), Kind::Note, area, parent);
            for strip in &mut strips {
                strip.keep = true;
            }
        }
        let node = self.tree.add(parent, Role::Table);
        let caption = self.tree.add(node, Role::Caption);
        let lines = self.lines(&table.caption, look::CAPTION, area.width);
        let mut strip = Strip { before: if strips.is_empty() { 10.0 } else { 6.0 }, keep: true, ..Strip::default() };
        strip.height = self.put_lines(&mut strip, lines, look::CAPTION, (area.x, 0.0), caption) + 2.0;
        strips.push(strip);

        let cells = |row: &Row| match &row.group {
            Some(lines) => vec![lines.iter().cloned().map(CellLine::Words).collect()],
            None => table.cells(row),
        };
        let mut set =
            Set { table, cells: table.rows.iter().map(cells).collect(), widths: Vec::new(), used: area, scale: 1.0 };
        self.fit(&mut set, area);
        let head = self.head(&set, node);
        let above = repeated(vec![self.continued(table, set.used), head.clone()]);
        self.heads.push(above.clone());
        let plain_head = self.heads.len() - 1;
        let mut head_index = plain_head;
        strips.push(head);

        let body = self.tree.add(node, Role::TableBody);
        let count = table.rows.len();
        for (index, row) in table.rows.iter().enumerate() {
            let group = row.group.is_some();
            if group {
                head_index = plain_head;
            }
            let mut made = self.row(index, &set, body);
            let next_group = table.rows.get(index + 1).is_none_or(|next| next.group.is_some());
            let last = made.len().saturating_sub(1);
            for (part, strip) in made.iter_mut().enumerate() {
                strip.head = Some(head_index);
                if part == last {
                    Self::underline(strip, set.used, if next_group { look::STRONG_LINE } else { look::LINE });
                    // Neither the first row nor the last ones stand alone on a page.
                    let first = index == 0 && count > 1;
                    strip.keep = group || first || (index + 3 >= count && index + 1 < count);
                }
            }
            if group {
                for strip in &mut made {
                    tint(strip, set.used);
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

    /// Gives the columns their widths, and makes the text smaller where its words do not fit side by side.
    fn fit(&self, set: &mut Set<'_>, area: Area) {
        let columns = set.table.columns.len();
        if let TableLook::ByHand(_) = set.table.look {
            // To be filled in by hand: nobody knows yet what needs room.
            set.widths = vec![area.width / columns as Pt; columns];
            return;
        }
        let full = set.table.look != TableLook::Narrow;
        for scale in SMALLER {
            set.scale = scale;
            let needs = self.needs(set);
            set.widths = widths(&needs, area.width, full);
            let fits = |(need, width): (&Need, &Pt)| need.least.min(need.whole).min(area.width * WORD) <= *width + 0.01;
            if needs.iter().zip(&set.widths).all(fits) {
                break;
            }
        }
        set.used = Area { x: area.x, width: set.widths.iter().sum() };
    }

    fn needs(&self, set: &Set<'_>) -> Vec<Need> {
        let head = set.head_text();
        let mut needs: Vec<Need> = Vec::with_capacity(set.table.columns.len());
        for column in &set.table.columns {
            let title = [Span::plain(&*column.title, head.style())];
            let (words, _) = self.typesetter.words(&title);
            let sample = self.typesetter.width(column.room_for, set.cell_text(column.number).style());
            let least = words.iter().map(|word| word.1).fold(sample, Pt::max);
            needs.push(Need { least, whole: self.head_width(&title, least) });
        }
        let columns = needs.len();
        for cells in set.cells.iter().filter(|cells| cells.len() == columns) {
            for (index, cell) in cells.iter().enumerate() {
                let number = set.table.columns[index].number;
                let need = self.need(cell, set.cell_text(number), number);
                needs[index].least = needs[index].least.max(need.least);
                needs[index].whole = needs[index].whole.max(need.whole);
            }
        }
        let side = set.side();
        for need in &mut needs {
            need.least += 2.0 * side;
            need.whole += 2.0 * side;
        }
        needs
    }

    /// The head of a column takes a few lines rather than room that other columns need.
    fn head_width(&self, title: &[Span], least: Pt) -> Pt {
        const STEP: Pt = 2.0;
        let characters: usize = title.iter().map(|span| span.text.chars().count()).sum();
        let wanted = (1 + characters / 13).min(4);
        let mut width = least;
        while self.typesetter.lines(title, width).len() > wanted {
            width += STEP;
        }
        width
    }

    fn need(&self, cell: &[CellLine], text: Text, number: bool) -> Need {
        let mut need = Need::default();
        for line in cell {
            let (least, whole) = match line {
                CellLine::Words(words) => {
                    let (least, whole) = self.measure(words, text);
                    // A number is not broken, unless it is a sentence.
                    (if number && whole < text.size * NUMBER { whole } else { least }, whole)
                }
                CellLine::Badge(badge) => self.badge_need(badge),
                CellLine::Bar(_) => (super::cells::BAR.0, super::cells::BAR.0),
                CellLine::Page(_) => (14.0, 14.0),
            };
            need.least = need.least.max(least);
            need.whole = need.whole.max(whole);
        }
        need
    }

    fn head(&mut self, set: &Set<'_>, node: NodeId) -> Strip {
        let head = self.tree.add(node, Role::TableHead);
        let row = self.tree.add(head, Role::Row);
        let (text, side) = (set.head_text(), set.side());
        let line_box = self.line_box(text);
        let columns = || set.table.columns.iter().zip(&set.widths);
        let title = |(column, width): (&crate::render::doc::Column, &Pt)| -> Vec<Line> {
            self.typesetter.lines(&[Span::plain(&*column.title, text.style())], width - 2.0 * side)
        };
        let titles: Vec<Vec<Line>> = columns().map(title).collect();
        let deepest = titles.iter().map(Vec::len).max().unwrap_or(0);
        let mut strip = Strip::of(deepest as Pt * text.leading + 2.0 * PAD);
        strip.keep = true;
        let mut x = set.used.x;
        for ((column, width), lines) in columns().zip(titles) {
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
        strip.decorate(rule(set.used, height, look::STRONG_LINE, 0.8));
        strip
    }

    /// What stands above a head that is repeated.
    fn continued(&self, table: &Table, used: Area) -> Strip {
        let text = look::SMALL;
        let mark = self.typesetter.line(" – continued", text.style(), None);
        let room = (look::WIDTH - mark.width).max(40.0);
        let line = self.typesetter.line(&plain(&table.caption), text.style(), Some(room));
        let mut strip = Strip::of(text.leading + 1.0);
        let baseline = self.line_box(text).baseline;
        let after = used.x + line.width;
        strip.items.push(Self::unread(line, (used.x, baseline)));
        strip.items.push(Self::unread(mark, (after, baseline)));
        strip
    }

    fn row(&mut self, index: usize, set: &Set<'_>, body: NodeId) -> Vec<Strip> {
        let node = self.tree.add(body, Role::Row);
        let side = set.side();
        let group = set.table.rows[index].group.is_some();
        let mut x = set.used.x;
        let mut laid = Vec::new();
        for (place, lines) in set.cells[index].iter().enumerate() {
            let (width, columns) =
                if group { (set.used.width, set.widths.len() as u16) } else { (set.widths[place], 1) };
            let role = if group || place == set.table.head {
                Role::HeadCell { row: true, columns }
            } else {
                Role::Cell { columns }
            };
            let number = !group && set.table.columns[place].number;
            laid.push(Laid {
                lines: lines.iter().collect(),
                x: x + side,
                width: width - 2.0 * side,
                text: set.cell_text(number),
                node: self.tree.add(node, role),
                right: number,
            });
            x += width;
        }
        let least = if let TableLook::ByHand(height) = set.table.look { height } else { 0.0 };
        self.cells(laid, if set.table.look == TableLook::Dense { DENSE_PAD } else { PAD }, least)
    }

    fn underline(strip: &mut Strip, used: Area, colour: Colour) {
        let height = strip.height;
        strip.decorate(rule(used, height, colour, 0.5));
    }

    /// Terms with what belongs to them.
    pub(super) fn pairs(&mut self, rows: &[(Words, Vec<Words>)], terms: u8, area: Area, parent: NodeId) -> Vec<Strip> {
        let list = self.tree.add(parent, Role::List);
        let mut strips = Vec::new();
        let text = if self.boxed { look::LISTED } else { look::PAIR };
        for (index, (term, values)) in rows.iter().enumerate() {
            let item = self.tree.add(list, Role::ListItem);
            let label = self.tree.add(item, Role::Label);
            let body = self.tree.add(item, Role::ListBody);
            let (left, right) = self.split((term, values), terms, text, area);
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
            let mut made = self.cells(cells, 1.5, 0.0);
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
    fn split(&self, (term, values): (&Words, &[Words]), terms: u8, text: Text, area: Area) -> (Area, Area) {
        let width = if terms > 0 {
            area.width * Pt::from(terms) / 100.0
        } else {
            let whole = |words: &Words| self.measure(words, text.tabular()).1;
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

impl Set<'_> {
    /// The text of a column.
    fn cell_text(&self, number: bool) -> Text {
        let text = self.scaled(if self.dense() { look::DENSE } else { look::CELL });
        if number { text.tabular() } else { text }
    }

    fn head_text(&self) -> Text {
        self.scaled(if self.dense() { Text { size: 7.0, ..look::HEAD } } else { look::HEAD })
    }

    fn scaled(&self, text: Text) -> Text {
        Text { size: text.size * self.scale, leading: text.leading * self.scale, ..text }
    }

    fn side(&self) -> Pt {
        self.scale * if self.dense() { DENSE_SIDE } else { SIDE }
    }

    fn dense(&self) -> bool {
        self.table.look == TableLook::Dense
    }
}
