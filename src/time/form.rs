//! The forms in which sources write time.

use schemars::JsonSchema;
use serde::Deserialize;

/// A way in which a source writes time. A mapping lists the forms that a column may have, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// ISO 8601 / RFC 3339: `2026-07-03`, `2026-07-03T14:05:09Z`, with a fraction of 1 to 12 digits, an offset
    /// `+02:00` (and perhaps the zone's name behind it: `+0000 UTC`, `[Europe/Berlin]`), a blank in place of the `T`, or without a zone (then the zone of the source applies).
    Iso,
    /// Seconds since 1970, whole or with a fraction, as a number or as text.
    EpochSeconds,
    /// Milliseconds since 1970, whole or with a fraction.
    EpochMillis,
    /// Microseconds since 1970.
    EpochMicros,
    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by how large the number is.
    Epoch,
    /// 100 ns ticks since 1601-01-01 (Windows FILETIME).
    Filetime,
    /// LDAP generalizedTime: `20251127040618.0Z`.
    Generalized,
    /// `/Date(1335522678000)/`, also with literal backslashes.
    MsDate,
    /// Month first: `3/24/2022 2:42:35 PM`, `3/24/22`, `03/24/2022 14:42`.
    UsDate,
    /// Day first, with `/`, `-` or `.`: `24.03.2022 14:42:35`, `24/03/22`.
    DayFirst,
    /// Year first, with `/` or `.`: `2026/09/24 14:42`.
    YearFirst,
    /// Without separators: `20260924`, `20260924T101112Z`.
    Compact,
    /// With the name of the month: `24 Sep 2026`, `24-Sep-26`, `Sep 24, 2026`, RFC 2822, `Thu Sep 24 10:11:12 2026`.
    MonthName,
    /// Days since 1899-12-30, the time as a fraction: how spreadsheets keep a date.
    Serial,
}

impl TimeFormat {
    /// All forms.
    pub const ALL: [Self; 14] = [
        Self::Iso,
        Self::EpochSeconds,
        Self::EpochMillis,
        Self::EpochMicros,
        Self::Epoch,
        Self::Filetime,
        Self::Generalized,
        Self::MsDate,
        Self::UsDate,
        Self::DayFirst,
        Self::YearFirst,
        Self::Compact,
        Self::MonthName,
        Self::Serial,
    ];

    /// All forms that mean one thing: `epoch` is one of four, which all values of a column tell together.
    pub fn single() -> Vec<Self> {
        Self::ALL.into_iter().filter(|form| *form != Self::Epoch).collect()
    }

    /// Its name in a mapping.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iso => "iso",
            Self::EpochSeconds => "epoch-seconds",
            Self::EpochMillis => "epoch-millis",
            Self::EpochMicros => "epoch-micros",
            Self::Epoch => "epoch",
            Self::Filetime => "filetime",
            Self::Generalized => "generalized",
            Self::MsDate => "ms-date",
            Self::UsDate => "us-date",
            Self::DayFirst => "day-first",
            Self::YearFirst => "year-first",
            Self::Compact => "compact",
            Self::MonthName => "month-name",
            Self::Serial => "serial",
        }
    }

    /// Whether it is a bare count: then only a plausible date tells it from another count.
    pub fn is_count(self) -> bool {
        matches!(self, Self::EpochSeconds | Self::EpochMillis | Self::EpochMicros | Self::Epoch | Self::Filetime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_named_as_mappings_write_it() {
        #[derive(Deserialize)]
        struct One {
            form: TimeFormat,
        }
        for form in TimeFormat::ALL {
            let read: One = toml::from_str(&format!("form = \"{}\"", form.name())).expect("a known form");
            assert_eq!(read.form, form);
        }
    }
}
