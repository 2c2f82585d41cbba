//! The sample as a workbook: one sheet to fill in, one that says where it was drawn and how.

use std::borrow::Cow;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::failure::{Failure, Outcome};
use crate::render::text;
use crate::time::{Micros, Moment, SECOND, TimeFormat, parse_time};

use super::paper::{FIRST, READABLE, TESTER, length, limit};
use super::{COLUMNS, Sample, SampleFacts};

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
        self.items(book.add_worksheet().set_name("Sample")?)?;
        self.facts_sheet(book.add_worksheet().set_name("Frame and method")?)?;
        book.save_to_buffer()
    }

    fn items(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color(0x00E8_ECEF);
        let fill_in = head.clone().set_background_color(0x00FF_F4D6);
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let empty = wrapped.clone().set_background_color(0x00FF_FBF0).set_unlocked();
        let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Top);
        let number = Format::new().set_num_format("#,##0").set_align(FormatAlign::Top);
        let names: Vec<&str> = [&FIRST[..], &COLUMNS[..], &READABLE[..]].concat();
        for (at, name) in (0_u16..).zip(&names) {
            let name = if is_time(name) { format!("{name} (UTC)") } else { (*name).to_owned() };
            sheet.write_string_with_format(0, at, name, &head)?;
            sheet.set_column_width(at, width(names[usize::from(at)]))?;
        }
        let first_empty = names.len() as u16;
        for (at, (name, _)) in (first_empty..).zip(TESTER) {
            sheet.write_string_with_format(0, at, name, &fill_in)?;
            sheet.set_column_width(at, 18)?;
        }
        for (row, item) in (1_u32..).zip(&self.items) {
            sheet.write_number_with_format(row, 0, f64::from(row), &number)?;
            sheet.write_number_with_format(row, 1, item.row as f64, &number)?;
            for (at, (name, value)) in (2_u16..).zip(COLUMNS.iter().zip(&item.cells)) {
                let instant = Some(value).filter(|_| is_time(name)).and_then(|value| instant(value)).and_then(date);
                let count = value.parse::<f64>().ok().filter(|_| name.ends_with("_seconds"));
                match (instant, count) {
                    (Some(instant), _) => sheet.write_datetime_with_format(row, at, &instant, &time)?,
                    (None, Some(count)) => sheet.write_number_with_format(row, at, count, &number)?,
                    (None, None) => sheet.write_string_with_format(row, at, cell(value), &wrapped)?,
                };
            }
            let at = 2 + COLUMNS.len() as u16;
            sheet.write_string_with_format(row, at, length(item), &wrapped)?;
            sheet.write_string_with_format(row, at + 1, limit(item), &wrapped)?;
            for (at, _) in (first_empty..).zip(TESTER) {
                sheet.write_blank(row, at, &empty)?;
            }
        }
        let last = self.items.len() as u32;
        let last_column = first_empty + TESTER.len() as u16 - 1;
        sheet.autofilter(0, 0, last, last_column)?;
        for (at, (name, _)) in (first_empty..).zip(TESTER) {
            let choices: &[&str] = match name {
                "exception" => &["y", "n"],
                _ if name.starts_with("a_") || name.starts_with("b_") || name.starts_with("c_") => {
                    &["yes", "no", "not applicable"]
                }
                _ => continue,
            };
            sheet.add_data_validation(1, at, last, at, &DataValidation::new().allow_list_strings(choices)?)?;
        }
        sheet.set_freeze_panes(1, 5)?;
        page(sheet, &self.facts)
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
        }
        page(sheet, &self.facts)
    }
}

fn page(sheet: &mut Worksheet, facts: &SampleFacts) -> Result<(), XlsxError> {
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_header(format!("&LSample of {}, seed {}&RReport {}", facts.metric, facts.seed, facts.report_id));
    sheet.set_footer("&RPage &P of &N");
    Ok(())
}

fn is_time(column: &str) -> bool {
    matches!(column, "began_lo" | "began_hi" | "ended_lo" | "ended_hi" | "seen_until")
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

fn width(column: &str) -> u16 {
    match column {
        "sample_no" | "frame_row" | "result" | "state" | "subject_kind" => 11,
        "note" | "subject" | "began_source" | "ended_source" | "account_key" | "credential_key" => 28,
        _ => 19,
    }
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
