//! Reporting periods: `2026-Q3`, `2026-07`, `2026`, `2026-H2`, `2026-W47`, `2026-07-01..2026-10-01`.

use std::fmt;

use chrono::{Datelike, Duration, NaiveDate, Weekday};

use super::{Micros, Zone};

/// A reporting period `[from, to)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// As the user named it.
    pub label: String,
    /// First instant.
    pub from: Micros,
    /// First instant after the period.
    pub to: Micros,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodError(&'static str);

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for PeriodError {}

const EXPECTED: PeriodError = PeriodError(
    "expected a period such as 2026-Q3, 2026-07, 2026, 2026-H1, 2026-W47 or 2026-07-01..2026-10-01 (the end is not part of it)",
);

impl Period {
    /// Reads a period; its days begin at midnight in `zone`.
    ///
    /// # Errors
    /// The text is none of the documented forms, or the period is empty.
    pub fn parse(text: &str, zone: Zone) -> Result<Self, PeriodError> {
        let (from, to) = days(text.trim()).ok_or(EXPECTED)?;
        if from >= to {
            return Err(PeriodError("the period is empty: its end must be after its beginning"));
        }
        let start = |date: NaiveDate| zone.instant(date.and_time(chrono::NaiveTime::MIN));
        Ok(Self { label: text.trim().to_owned(), from: start(from), to: start(to) })
    }
}

fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    if let Some((from, to)) = text.split_once("..") {
        return Some((from.trim().parse().ok()?, to.trim().parse().ok()?));
    }
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (text, None),
    };
    if year.len() != 4 {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    let month_span = |first: u32, months: u32| {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let to = from.checked_add_months(chrono::Months::new(months))?;
        Some((from, to))
    };
    let Some(rest) = rest else {
        return month_span(1, 12);
    };
    let (kind, number) = rest.split_at_checked(1)?;
    match kind {
        "Q" | "q" => {
            let quarter: u32 = number.parse().ok().filter(|n| (1..=4).contains(n))?;
            month_span(quarter * 3 - 2, 3)
        }
        "H" | "h" => {
            let half: u32 = number.parse().ok().filter(|n| (1..=2).contains(n))?;
            month_span(half * 6 - 5, 6)
        }
        "W" | "w" => {
            let from = NaiveDate::from_isoywd_opt(year, number.parse().ok()?, Weekday::Mon)?;
            Some((from, from.checked_add_signed(Duration::weeks(1))?))
        }
        _ => {
            let date = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
            (rest.len() == 2).then_some(())?;
            month_span(date.month(), 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::rfc3339;

    fn span(text: &str) -> Option<(String, String)> {
        Period::parse(text, Zone::UTC).ok().map(|period| (rfc3339(period.from), rfc3339(period.to)))
    }

    #[test]
    fn reads_the_documented_forms() {
        let third_quarter = Some(("2026-07-01T00:00:00Z".to_owned(), "2026-10-01T00:00:00Z".to_owned()));
        assert_eq!(span("2026-Q3"), third_quarter);
        assert_eq!(span("2026-07-01..2026-10-01"), third_quarter);
        assert_eq!(span("2026-12"), Some(("2026-12-01T00:00:00Z".to_owned(), "2027-01-01T00:00:00Z".to_owned())));
        assert_eq!(span("2026-W01"), Some(("2025-12-29T00:00:00Z".to_owned(), "2026-01-05T00:00:00Z".to_owned())));
        assert_eq!(span("2026-H2").map(|s| s.0), third_quarter.map(|s| s.0));
        for wrong in ["2026-Q5", "2026-13", "26-07", "2026-7", "tomorrow", "2026-10-01..2026-07-01", ""] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_begin_in_the_zone() {
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        assert_eq!(
            Period::parse("2026-Q3", zone).map(|period| rfc3339(period.from)),
            Ok("2026-06-30T22:00:00Z".to_owned())
        );
    }
}
