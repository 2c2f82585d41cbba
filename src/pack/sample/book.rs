//! The sample as a workbook: one sheet to fill in and to print, one with every column of the items, and one that says
//! where they were drawn and how.

use std::borrow::Cow;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::assess::contract::{Column as OfContract, Kind};
use crate::failure::{Failure, Outcome};
use crate::render::text;
use crate::time::{Micros, Moment, SECOND, TimeFormat, parse_time};

use super::paper::{FIRST, READABLE, TESTER, length, limit};
use super::{Sample, SampleFacts, columns};

/// What a cell of a spreadsheet holds at most, less what the mark of a cut takes.
const CELL: usize = 32_700;

impl Sample {
    /// The sample as XLSX. The same sample gives the same bytes.
    ///
    /// # Errors
    /// The workbook cannot be made.
    pub fn to_xlsx(&self) -> Outcome<Vec<u8>> {
        self.workbook().map_err(|cause| Failure::run(format!("cannot make the workbook: {cause}")))
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let facts = &self.facts;
        let mut book = Workbook::new();
        let mut properties = DocProperties::new()
            .set_title(format!("Sample of {}, seed {}", facts.metric, facts.seed))
            .set_subject(format!("Report {}", facts.report_id))
            .set_company(cell(&facts.organisation));
        // A date of its own would make every file another one.
        if let Some(as_of) = date(facts.as_of.0) {
            properties = properties.set_creation_datetime(&as_of);
        }
        book.set_properties(&properties);
        self.items(book.add_worksheet().set_name("Work paper")?, &paper())?;
        self.items(book.add_worksheet().set_name("Items")?, &all())?;
        self.facts_sheet(book.add_worksheet().set_name("Frame and method")?)?;
        book.save_to_buffer()
    }

    fn items(&self, sheet: &mut Worksheet, columns: &[Column]) -> Result<(), XlsxError> {
        let looks = Looks::new();
        let last = self.items.len() as u32;
        for (at, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(at, column.width)?;
            let head = if column.holds == Holds::Tester { &looks.fill_in } else { &looks.head };
            sheet.write_string_with_format(0, at, column.head.as_str(), head)?;
            if let Some(choices) = choices(&column.head).filter(|_| column.holds == Holds::Tester) {
                sheet.add_data_validation(1, at, last, at, &DataValidation::new().allow_list_strings(choices)?)?;
            }
        }
        sheet.set_row_height(0, height(columns.iter().map(|column| (column.head.as_str(), column.width))))?;
        for (row, item) in (1_u32..).zip(&self.items) {
            let mut texts = Vec::new();
            for (at, column) in (0_u16..).zip(columns) {
                let value = match column.holds {
                    Holds::Number => f64::from(row).to_string(),
                    Holds::Row => item.row.to_string(),
                    Holds::Evidence(name) => item.cell(name).to_owned(),
                    Holds::Length => length(item),
                    Holds::Limit => limit(item),
                    Holds::Tester => String::new(),
                };
                column.write(sheet, (row, at), &value, &looks)?;
                texts.push((value, column.width));
            }
            sheet.set_row_height(row, height(texts.iter().map(|(text, width)| (text.as_str(), *width))))?;
        }
        sheet.autofilter(0, 0, last, columns.len() as u16 - 1)?;
        sheet.set_freeze_panes(1, 2)?;
        page(sheet, &self.facts);
        sheet.set_repeat_rows(0, 0)?;
        Ok(())
    }

    fn facts_sheet(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let name = Format::new().set_bold().set_align(FormatAlign::Top);
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        sheet.set_column_width(0, 30)?.set_column_width(1, 110)?;
        let mut lines = self.facts_table();
        lines.push(("definition", self.facts.definition.clone()));
        lines.push(("as of", crate::time::rfc3339(self.facts.as_of.0)));
        lines.push(("columns to fill in", "those with a yellow head; nothing in them comes from the tool".to_owned()));
        lines.extend(TESTER.map(|(name, what)| (name, what.to_owned())));
        for (row, (label, value)) in (0_u32..).zip(lines) {
            sheet.write_string_with_format(row, 0, label, &name)?;
            sheet.write_string_with_format(row, 1, cell(&value), &wrapped)?;
            sheet.set_row_height(row, height([(value.as_str(), 110.0)].into_iter()))?;
        }
        page(sheet, &self.facts);
        Ok(())
    }
}

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Number,
    Row,
    Evidence(&'static str),
    Length,
    Limit,
    Tester,
}

struct Column {
    head: String,
    width: f64,
    holds: Holds,
}

impl Column {
    fn new(head: &str, width: f64, holds: Holds) -> Self {
        Self { head: head.to_owned(), width, holds }
    }

    /// Times become dates and lengths numbers; everything else is text, which no spreadsheet takes for a formula.
    fn write(&self, sheet: &mut Worksheet, at: (u32, u16), value: &str, looks: &Looks) -> Result<(), XlsxError> {
        let (row, column) = at;
        let name = if let Holds::Evidence(name) = self.holds { name } else { "" };
        let instant = Some(value).filter(|_| is_time(name)).and_then(instant).and_then(date);
        let counts = matches!(self.holds, Holds::Number | Holds::Row) || name.ends_with("_seconds");
        let number = value.parse::<f64>().ok().filter(|_| counts);
        match (instant, number) {
            _ if self.holds == Holds::Tester => sheet.write_blank(row, column, &looks.empty)?,
            (Some(instant), _) => sheet.write_datetime_with_format(row, column, &instant, &looks.time)?,
            (None, Some(number)) => sheet.write_number_with_format(row, column, number, &looks.number)?,
            (None, None) => sheet.write_string_with_format(row, column, cell(value), &looks.wrapped)?,
        };
        Ok(())
    }
}

/// What a tester needs before the eyes, narrow enough to print on one page across.
fn paper() -> Vec<Column> {
    let mut columns = vec![
        Column::new("no.", 5.0, Holds::Number),
        Column::new("subject", 24.0, Holds::Evidence("subject")),
        Column::new("system", 9.0, Holds::Evidence("system")),
        Column::new("began (UTC)", 18.0, Holds::Evidence("began_lo")),
        Column::new("ended (UTC)", 18.0, Holds::Evidence("ended_hi")),
        Column::new("state", 8.0, Holds::Evidence("state")),
        Column::new("length", 11.0, Holds::Length),
        Column::new("limit", 7.0, Holds::Limit),
        Column::new("result", 12.0, Holds::Evidence("result")),
        Column::new("began_source", 18.0, Holds::Evidence("began_source")),
        Column::new("ended_source", 18.0, Holds::Evidence("ended_source")),
    ];
    columns.extend(TESTER.map(|(name, _)| {
        let width = if matches!(name, "source_inspected" | "conclusion" | "remarks") { 16.0 } else { 11.0 };
        Column::new(&name.replace('_', " "), width, Holds::Tester)
    }));
    columns
}

/// Every column of the evidence file.
fn all() -> Vec<Column> {
    let mut columns = vec![Column::new(FIRST[0], 9.0, Holds::Number), Column::new(FIRST[1], 9.0, Holds::Row)];
    columns.extend(super::columns().map(|OfContract { name, kind, .. }| match kind {
        Kind::Time => Column::new(&format!("{name} (UTC)"), 19.0, Holds::Evidence(name)),
        Kind::Word(_) => Column::new(name, 13.0, Holds::Evidence(name)),
        _ => Column::new(name, 24.0, Holds::Evidence(name)),
    }));
    columns.extend([Column::new(READABLE[0], 16.0, Holds::Length), Column::new(READABLE[1], 9.0, Holds::Limit)]);
    columns
}

fn choices(head: &str) -> Option<&'static [&'static str]> {
    match head {
        "exception" => Some(&["y", "n"]),
        _ if ["a ", "b ", "c "].iter().any(|letter| head.starts_with(letter)) => Some(&["yes", "no", "not applicable"]),
        _ => None,
    }
}

struct Looks {
    head: Format,
    fill_in: Format,
    wrapped: Format,
    empty: Format,
    time: Format,
    number: Format,
}

impl Looks {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        let lined = top.clone().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(0x00C8_CDD2);
        let head = top.clone().set_bold().set_text_wrap().set_background_color(0x00E8_ECEF);
        Self {
            fill_in: head.clone().set_background_color(0x00FF_F4D6),
            head,
            wrapped: lined.clone().set_text_wrap(),
            empty: lined.clone().set_text_wrap().set_background_color(0x00FF_FBF0),
            // Beside text columns, what stands at the right of its cell runs into the next one.
            time: lined.clone().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Left),
            number: lined.set_num_format("#,##0").set_align(FormatAlign::Left),
        }
    }
}

/// The height that wrapped texts need: not every spreadsheet program finds it by itself.
fn height<'t>(texts: impl Iterator<Item = (&'t str, f64)>) -> f64 {
    let lines = |(text, width): (&str, f64)| (text.chars().count() as f64 * 1.15 / width).ceil().clamp(1.0, 25.0);
    15.0 * texts.map(lines).fold(1.0, f64::max)
}

fn page(sheet: &mut Worksheet, facts: &SampleFacts) {
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
    sheet.set_header(format!("&LSample of {}, seed {}&RReport {}", facts.metric, facts.seed, facts.report_id));
    sheet.set_footer("&RPage &P of &N");
}

fn is_time(column: &str) -> bool {
    columns().any(|one| one.name == column && matches!(one.kind, Kind::Time))
}

fn instant(text: &str) -> Option<Micros> {
    match parse_time(text.as_bytes(), TimeFormat::Iso) {
        Some(Moment::At(at)) => Some(at),
        _ => None,
    }
}

/// A date that a spreadsheet can hold; what lies before 1900 stays text.
fn date(at: Micros) -> Option<ExcelDateTime> {
    let after_1900 = at >= -2_203_891_200 * SECOND;
    after_1900.then(|| ExcelDateTime::from_timestamp(at.div_euclid(SECOND)).ok()).flatten()
}

/// Text as a cell takes it: nothing hidden in it, and cut visibly where a cell ends.
fn cell(plain: &str) -> Cow<'_, str> {
    let visible = text::visible(plain, true);
    // The format counts in UTF-16: a character may take two places.
    let (head, rest) = text::cut(&visible, CELL / 2);
    if rest.is_empty() {
        return visible;
    }
    Cow::Owned(format!("{head} … (cut here: {} more characters)", rest.chars().count()))
}
