//! The first sheet: who, which period, the verdict, how much, from what, every metric at a glance, what stands where.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::PackTables;
use super::book::{Book, SUMMARY, failed};
use super::cell::shown;
use super::metrics::behind;
use super::rows::Names;
use super::style::{Styles, Tab};
use super::table::{height_of, lines, to_sheet};
use crate::failure::Outcome;
use crate::render::csv::looks_like_formula;
use crate::render::{facts, text};
use crate::report::Report;
use crate::time;

/// Widths of the columns; facts stretch over all but the first.
const WIDTHS: [f64; 9] = [34.0, 21.0, 34.0, 10.0, 34.0, 13.0, 14.0, 13.0, 26.0];
const LAST: u16 = WIDTHS.len() as u16 - 1;

struct Page<'b> {
    sheet: Worksheet,
    styles: &'b Styles,
    row: u32,
}

/// Builds the sheet.
pub(super) fn summary(book: &Book, report: &Report, tables: &dyn PackTables, names: &Names) -> Outcome<Worksheet> {
    let mut page = Page { sheet: book.sheet(SUMMARY, Tab::Report)?, styles: &book.styles, row: 0 };
    let mut write = || -> Result<(), XlsxError> {
        page.title(report)?;
        page.verdict(report)?;
        page.facts(report, tables)?;
        page.metrics(report, names)?;
        page.references(report)?;
        page.contents(book)
    };
    write().map_err(|cause| failed(&cause))?;
    Ok(page.sheet)
}

impl Page<'_> {
    fn title(&mut self, report: &Report) -> Result<(), XlsxError> {
        for (index, width) in (0_u16..).zip(WIDTHS) {
            self.sheet.set_column_width(index, width)?;
        }
        let title = format!("Access lifecycle evidence: {}, {}", report.organisation, report.period.label);
        self.sheet.set_row_height(0, 26)?;
        self.sheet.write_string_with_format(0, 0, shown(&title).as_ref(), &self.styles.title)?;
        self.sheet.set_freeze_panes(1, 0)?;
        self.row = 2;
        Ok(())
    }

    fn verdict(&mut self, report: &Report) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, "Verdict", &self.styles.label)?;
        let status = self.styles.status(report.verdict.status);
        self.sheet.write_string_with_format(self.row, 1, report.verdict.status.words_of_all(), &status)?;
        self.wide(2, &report.verdict.sentence)?;
        if !report.verdict.inconclusive.is_empty() {
            self.fact("Inconclusive", &report.verdict.inconclusive)?;
        }
        for figure in facts::headline(&report.headline) {
            let words = if facts::measured(report) {
                figure.sentence()
            } else {
                format!("{}: not counted, no metric had an item", figure.what)
            };
            self.fact("Headline", &words)?;
        }
        self.fact("Coverage", &facts::coverage(report))?;
        for drift in &report.changes {
            self.fact(&facts::since(drift), &format!("{}. {}", facts::change(drift.result), drift.sentence))?;
        }
        let missing = facts::systems_missing(report);
        if !missing.is_empty() {
            self.fact("In scope and not loaded", &missing.join(", "))?;
        }
        self.row += 1;
        Ok(())
    }

    fn facts(&mut self, report: &Report, tables: &dyn PackTables) -> Result<(), XlsxError> {
        let not_written = "no pack was written";
        self.fact("Organisation", &report.organisation)?;
        self.fact("Classification", report.classification.as_deref().unwrap_or("none given"))?;
        let period = &report.period;
        let (from, to) = (time::rfc3339(period.from.0), time::rfc3339(period.to.0));
        self.fact("Period", &format!("{}: from {from} up to, and not including, {to}", period.label))?;
        self.fact("As of", &format!("{} ({})", time::rfc3339(report.as_of.0), report.as_of_basis))?;
        let zone = format!("{}; a leave date without a time means {}", report.zone, report.leave_instant);
        self.fact("Zone of dates without a time", &zone)?;
        self.fact("Report id", &report.report_id)?;
        self.fact("Tool", &format!("{} {}", report.tool.name, report.tool.version))?;
        self.fact("Inputs, SHA-256", &report.inputs_sha256)?;
        self.fact("Rules, SHA-256", &report.rules_sha256)?;
        self.fact("Data files of the pack, SHA-256", report.evidence_sha256.as_deref().unwrap_or(not_written))?;
        let findings = tables.sha256(&report.findings.file);
        self.fact("findings.csv, SHA-256", findings.as_deref().unwrap_or(not_written))?;
        self.fact("Command", &report.command)?;
        self.fact("Look", &facts::look(report))?;
        facts::pseudonyms(report).iter().try_for_each(|words| self.fact("Pseudonyms", words))?;
        self.fact(
            "What this book is not",
            "It states what was computed from the files listed in Sources, against the limits that the organisation \
             configured. It draws no conclusion on any control or framework as a whole, and says nothing about systems \
             that were not loaded. “Within its limit” means that every item measured is within the configured limit, and no more.",
        )?;
        self.row += 1;
        Ok(())
    }

    fn metrics(&mut self, report: &Report, names: &Names) -> Result<(), XlsxError> {
        self.section("Metrics at a glance")?;
        self.heads(&[
            "Metric",
            "Status",
            "Items behind it",
            "Limit",
            "Whose limit",
            "Median",
            "90th percentile",
            "Longest",
            "Rows",
        ])?;
        for metric in &report.metrics {
            let percentile = |seconds| facts::percentile(seconds, metric.beyond_seconds);
            let limit_source = metric.limit_source.as_deref();
            let styles = self.styles;
            let (left, right) = (Styles::ruled(&styles.wrapped), Styles::ruled(&styles.readable));
            self.put(0, &metric.title, &left)?;
            self.put(1, metric.status.words(), &Styles::ruled(&styles.status(metric.status)))?;
            self.put(2, &behind(metric), &left)?;
            self.put(3, &facts::limit_text(metric), &left)?;
            self.put(4, limit_source.unwrap_or(if facts::has_limit(metric) { "not supplied" } else { "–" }), &left)?;
            self.put(5, &percentile(metric.p50_seconds), &right)?;
            self.put(6, &percentile(metric.p90_seconds), &right)?;
            self.put(7, &metric.max_seconds.map_or_else(|| "–".to_owned(), text::length), &right)?;
            let link = Styles::ruled(&styles.link);
            match names.of(&metric.id) {
                Some(name) => self.sheet.write_url_with_format(self.row, 8, to_sheet(name), &link).map(|_| ())?,
                None => self.put(8, &format!("no {} loaded", metric.missing.join(", ")), &left)?,
            }
            let height = lines(&metric.title, WIDTHS[0]).max(limit_source.map_or(1, |text| lines(text, WIDTHS[4])));
            self.sheet.set_row_height(self.row, height_of(height))?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    /// What names mean under which people often ask for references.
    fn references(&mut self, report: &Report) -> Result<(), XlsxError> {
        if report.resolutions.is_empty() {
            return Ok(());
        }
        self.section("References under other names")?;
        for one in &report.resolutions {
            self.fact(&format!("Often asked for as “{}”", one.requested), &one.text)?;
            for to in &one.resolved {
                let framework = report.frameworks.iter().find(|framework| framework.id == to.framework);
                let control =
                    framework.and_then(|found| found.controls.iter().find(|control| control.id == to.reference));
                let (state, reason) = control.map_or(("not assessed", "not among the chosen frameworks"), |control| {
                    (control.state.words_with(control.all_waived), control.reason.as_str())
                });
                self.put(0, &format!("    {}", to.reference), &self.styles.label)?;
                self.put(1, state, &self.styles.wrapped)?;
                self.wide(2, &format!("{}: {reason}", to.title))?;
            }
        }
        self.row += 1;
        Ok(())
    }

    fn contents(&mut self, book: &Book) -> Result<(), XlsxError> {
        self.section("Sheets of this book")?;
        for entry in &book.contents {
            self.sheet.write_url_with_format(self.row, 0, to_sheet(&entry.sheet), &self.styles.link)?;
            self.put(1, &format!("{} rows", entry.rows), &self.styles.text)?;
            self.wide(2, &entry.what)?;
        }
        Ok(())
    }

    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 22)?;
        self.sheet.write_string_with_format(self.row, 0, title, &self.styles.section)?;
        self.row += 1;
        Ok(())
    }

    fn heads(&mut self, titles: &[&str]) -> Result<(), XlsxError> {
        for (index, title) in (0_u16..).zip(titles) {
            let head = if (5..8).contains(&index) { &self.styles.head_right } else { &self.styles.head };
            self.sheet.write_string_with_format(self.row, index, *title, head)?;
        }
        self.row += 1;
        Ok(())
    }

    fn fact(&mut self, label: &str, value: &str) -> Result<(), XlsxError> {
        self.put(0, label, &self.styles.label)?;
        self.wide(1, value)
    }

    /// A text from a column to the last one, on as many lines as it needs; ends the row.
    fn wide(&mut self, from: u16, value: &str) -> Result<(), XlsxError> {
        let value = shown(value);
        let lines = lines(&value, WIDTHS[usize::from(from)..].iter().sum());
        if lines > 1 {
            self.sheet.set_row_height(self.row, height_of(lines))?;
        }
        let format = Self::guard(&value, &self.styles.wrapped);
        self.sheet.merge_range(self.row, from, self.row, LAST, &value, &format)?;
        self.row += 1;
        Ok(())
    }

    fn put(&mut self, column: u16, value: &str, format: &Format) -> Result<(), XlsxError> {
        let value = shown(value);
        let format = Self::guard(&value, format);
        self.sheet.write_string_with_format(self.row, column, value.as_ref(), &format).map(|_| ())
    }

    fn guard<'f>(value: &str, format: &'f Format) -> Cow<'f, Format> {
        if looks_like_formula(value) { Cow::Owned(format.clone().set_quote_prefix()) } else { Cow::Borrowed(format) }
    }
}
