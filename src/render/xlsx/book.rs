//! The book: sheets with names of their own, print set-up, properties, and the list of what stands where.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::style::{Styles, Tab};
use super::table::{Column, Kind, Table};
use crate::failure::{Failure, Outcome};
use crate::render::text;
use crate::report::Report;
use crate::time::SECOND;

/// The longest name of a sheet, in UTF-16 units.
const NAME_LIMIT: usize = 31;
/// A4 and A3, as spreadsheets number them.
const PAPER: (u8, u8) = (9, 8);
/// Columns that A4 holds in letters that can be read.
const NARROW: usize = 16;

pub(super) const READ_ME: &str = "Read me";
pub(super) const SUMMARY: &str = "Summary";
pub(super) const FINDINGS: &str = "Findings";
/// What the sheets of populations are called together.
pub(super) const POPULATIONS: &str = "every sheet of a population";

/// One entry of the contents on the first sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) sheet: String,
    pub(super) what: String,
    pub(super) rows: String,
    /// Heads of its columns, and what they hold; none where they are those of the evidence contract.
    pub(super) columns: Vec<(String, Kind)>,
}

/// A place of the document, and the sheet that stands for it.
pub(super) type Place = (String, String);

/// A book in the making.
pub(super) struct Book {
    workbook: Workbook,
    sheets: Vec<Worksheet>,
    names: BTreeSet<String>,
    header: String,
    footer: String,
    pub(super) styles: Styles,
    pub(super) contents: Vec<Entry>,
    places: Rc<[Place]>,
}

/// A failure of the spreadsheet library.
pub(super) fn failed(cause: &XlsxError) -> Failure {
    Failure::run(format!("cannot write the spreadsheet: {cause}"))
}

impl Book {
    /// An empty book; no metric can take one of the names `own`. Rows that are on their way wait in nameless files in the
    /// folder `scratch`.
    pub(super) fn new(report: &Report, own: &[&str], scratch: &Path) -> Outcome<Self> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(scratch).map_err(|cause| failed(&cause))?;
        workbook.set_properties(&properties(report)?);
        // Half the time of the usual level for a file that is a tenth longer.
        workbook.set_zip_compression_level(3);
        let name = guarded(&header_text(&report.organisation, 40));
        let period = header_text(&report.period.label, 20);
        let classification = guarded(&header_text(report.classification.as_deref().unwrap_or_default(), 60));
        let id = guarded(&header_text(&report.report_id, 24));
        Ok(Self {
            workbook,
            sheets: Vec::new(),
            names: own
                .iter()
                .map(|name| name.to_lowercase())
                .chain([READ_ME, SUMMARY, FINDINGS].map(str::to_lowercase))
                .collect(),
            header: format!("&L{name}, {period}&C&A&R{id}"),
            footer: format!("&L{classification}&RPage &P of &N"),
            styles: Styles::new(),
            contents: Vec::new(),
            places: Rc::new([]),
        })
    }

    /// A name that no other sheet has and every spreadsheet accepts.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let bad = |c: char| matches!(c, '*' | '?' | ':' | '[' | ']' | '\\' | '/' | '\'');
        let clean: String = text::visible(wanted, false).chars().map(|c| if bad(c) { '-' } else { c }).collect();
        // Spreadsheets keep the name History to themselves.
        let clean = match clean.trim() {
            "" => "sheet",
            name if name.eq_ignore_ascii_case("history") => "history-",
            name => name,
        };
        let mut name = cut(clean, NAME_LIMIT);
        let mut number = 2;
        while !self.names.insert(name.to_lowercase()) {
            let ending = format!("~{number}");
            name = cut(clean, NAME_LIMIT - ending.len()) + &ending;
            number += 1;
        }
        name
    }

    /// Begins a sheet that is a table.
    pub(super) fn table(&mut self, name: &str, tab: Tab, note: &str, columns: &[Column]) -> Outcome<Table<'_>> {
        let mut sheet = self.workbook.new_worksheet_with_constant_memory().map_err(|cause| failed(&cause))?;
        self.set_up(&mut sheet, name, tab, columns.len())?;
        Table::begin(sheet, &self.styles, note, columns)
    }

    /// Begins a sheet without a table's shape.
    pub(super) fn sheet(&self, name: &str, tab: Tab) -> Outcome<Worksheet> {
        let mut sheet = Worksheet::new();
        self.set_up(&mut sheet, name, tab, 0)?;
        Ok(sheet)
    }

    /// Adds a sheet at the end, and its line to the contents.
    pub(super) fn add(&mut self, sheet: Worksheet, what: impl Into<String>, rows: impl Into<String>, heads: &[Column]) {
        let columns = heads.iter().map(|column| (column.title.clone(), column.kind)).collect();
        self.contents.push(Entry { sheet: sheet.name(), what: what.into(), rows: rows.into(), columns });
        self.sheets.push(sheet);
    }

    /// Which sheets stand for which places of the document.
    pub(super) fn places(&self) -> Rc<[Place]> {
        Rc::clone(&self.places)
    }

    /// Says which sheets stand for which places of the document.
    pub(super) fn lead(&mut self, places: Vec<Place>) {
        self.places = places.into();
    }

    /// Writes the file, `first` in front of all other sheets.
    pub(super) fn save(mut self, first: [Worksheet; 2], to: impl Write + Send) -> Outcome<()> {
        for sheet in first {
            self.workbook.push_worksheet(sheet);
        }
        for sheet in self.sheets {
            self.workbook.push_worksheet(sheet);
        }
        self.workbook.save_to_writer(to).map_err(|cause| failed(&cause))
    }

    fn set_up(&self, sheet: &mut Worksheet, name: &str, tab: Tab, columns: usize) -> Outcome<()> {
        sheet.set_name(name).map_err(|cause| failed(&cause))?;
        sheet.set_tab_color(tab.colour());
        sheet.set_landscape();
        sheet.set_paper_size(if columns > NARROW { PAPER.1 } else { PAPER.0 });
        // On one page across, letters of a wide table would be too small to read.
        sheet.set_print_fit_to_pages(if columns > NARROW { 2 } else { 1 }, 0);
        sheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        sheet.set_header(&self.header);
        sheet.set_footer(&self.footer);
        Ok(())
    }
}

/// The moment of writing is no part of a pack: the book was "created" at as-of.
fn properties(report: &Report) -> Outcome<DocProperties> {
    let seconds = report.as_of.0.div_euclid(SECOND);
    let created = ExcelDateTime::from_timestamp(seconds).or_else(|_| ExcelDateTime::from_timestamp(0));
    let visible = |plain: &str| text::cut(&text::visible(plain, false), 200).0.to_owned();
    Ok(DocProperties::new()
        .set_title(format!(
            "Access lifecycle evidence: {}, {}",
            visible(&report.organisation),
            visible(&report.period.label)
        ))
        .set_subject(format!("Report {}", visible(&report.report_id)))
        .set_author(format!("{} {}", visible(&report.tool.name), visible(&report.tool.version)))
        .set_creation_datetime(&created.map_err(|cause| failed(&cause))?))
}

/// Text for the head of a printed page, where `&` begins a command.
fn header_text(plain: &str, limit: usize) -> String {
    let visible = text::visible(plain, false);
    let (head, rest) = text::cut(&visible, limit);
    let dots = if rest.is_empty() { "" } else { "…" };
    format!("{}{dots}", head.replace('&', "&&").replace("&&[", "&& ["))
}

/// A digit right after the code of a place would be read as a size of letters.
fn guarded(text: &str) -> String {
    let guard = if text.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
    format!("{guard}{text}")
}

fn cut(plain: &str, units: usize) -> String {
    let mut left = units;
    let fits = |c: &char| {
        let enough = c.len_utf16() <= left;
        left = if enough { left - c.len_utf16() } else { 0 };
        enough
    };
    plain.chars().take_while(fits).collect()
}
