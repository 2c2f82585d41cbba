//! Lengths of time as policies write them (`24h`, `90d`) and as people read them (`9 d 4 h`).

use std::fmt;
use std::str::FromStr;

use super::{DAY, HOUR, MINUTE, Micros, SECOND};

/// A length of time, never negative. Days are 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Length(Micros);

/// Why a text is not a length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LengthError(String);

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LengthError {}

impl Length {
    /// From microseconds; negative values become zero.
    pub fn from_micros(micros: Micros) -> Self {
        Self(micros.max(0))
    }

    /// Microseconds.
    pub fn micros(self) -> Micros {
        self.0
    }

    /// Whole seconds, rounded down.
    pub fn seconds(self) -> i64 {
        self.0 / SECOND
    }
}

impl FromStr for Length {
    type Err = LengthError;

    /// Reads a whole number and a unit: `0s`, `30m`, `24h`, `90d`, `2w`. A bare `0` is allowed.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "0" {
            return Ok(Self(0));
        }
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at(split);
        let factor = match unit.trim() {
            "s" => SECOND,
            "m" | "min" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            "w" => 7 * DAY,
            _ => return Err(expected()),
        };
        let number: i64 = digits.parse().map_err(|_| expected())?;
        number
            .checked_mul(factor)
            .map(Self)
            .ok_or_else(|| LengthError("that is longer than the engine can count".to_owned()))
    }
}

fn expected() -> LengthError {
    LengthError("expected a whole number and a unit, such as \"24h\" or \"90d\" (units: s, m, h, d, w)".to_owned())
}

impl fmt::Display for Length {
    /// The shortest exact form that a policy could contain: `24h`, `90d`, `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if value == 0 {
            f.write_str("0s")
        } else if value % DAY == 0 && value > DAY {
            write!(f, "{}d", value / DAY)
        } else if value % HOUR == 0 {
            write!(f, "{}h", value / HOUR)
        } else if value % MINUTE == 0 {
            write!(f, "{}m", value / MINUTE)
        } else {
            write!(f, "{}s", value / SECOND)
        }
    }
}

/// The tenth part of a year of 365.25 days.
const TENTH_OF_A_YEAR: Micros = 36_525 * (DAY / 1_000);

/// Two leading units, rounded down: `9 d 4 h`, `3 h 12 min`, `45 s`, `0 s`. From two years on `5.6 years`.
pub fn display_length(micros: Micros) -> String {
    let value = micros.max(0);
    if value >= 20 * TENTH_OF_A_YEAR {
        let tenths = value / TENTH_OF_A_YEAR;
        return format!("{}.{} years", tenths / 10, tenths % 10);
    }
    let pair = |big: i64, big_unit: &str, small: i64, small_unit: &str| {
        if small == 0 { format!("{big} {big_unit}") } else { format!("{big} {big_unit} {small} {small_unit}") }
    };
    if value >= DAY {
        pair(value / DAY, "d", value % DAY / HOUR, "h")
    } else if value >= HOUR {
        pair(value / HOUR, "h", value % HOUR / MINUTE, "min")
    } else if value >= MINUTE {
        pair(value / MINUTE, "min", value % MINUTE / SECOND, "s")
    } else if value >= SECOND || value == 0 {
        format!("{} s", value / SECOND)
    } else {
        "under 1 s".to_owned()
    }
}

/// As [`display_length`], rounded up: for upper bounds.
pub fn display_length_at_most(micros: Micros) -> String {
    let value = micros.max(0);
    let unit = if value >= 20 * TENTH_OF_A_YEAR {
        TENTH_OF_A_YEAR
    } else if value >= DAY {
        HOUR
    } else if value >= HOUR {
        MINUTE
    } else {
        SECOND
    };
    let rest = value % unit;
    display_length(if rest == 0 { value } else { value.saturating_add(unit - rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in ["0s", "24h", "90d", "30m", "7s", "36h", "2d"] {
            assert_eq!(text.parse::<Length>().map(|length| length.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("1w".parse::<Length>(), "7d".parse::<Length>());
        assert!("90".parse::<Length>().is_err());
        assert!("-1d".parse::<Length>().is_err());
        assert!("99999999999999d".parse::<Length>().is_err());
    }

    #[test]
    fn people_read_two_units() {
        assert_eq!(display_length(9 * DAY + 4 * HOUR + 59 * MINUTE), "9 d 4 h");
        assert_eq!(display_length(24 * HOUR), "1 d");
        assert_eq!(display_length(1), "under 1 s");
        assert_eq!(display_length(0), "0 s");
        assert_eq!(display_length(730 * DAY), "730 d");
        // 5.6 years of 365.25 days are 2,045.4 days; one day less is less than that.
        assert_eq!(display_length(2_045 * DAY), "5.5 years");
        assert_eq!(display_length(2_046 * DAY), "5.6 years");
        assert_eq!(display_length(731 * DAY), "2.0 years");
    }

    #[test]
    fn upper_bounds_are_rounded_up() {
        assert_eq!(display_length_at_most(9 * DAY + 4 * HOUR), "9 d 4 h");
        assert_eq!(display_length_at_most(9 * DAY + 4 * HOUR + 1), "9 d 5 h");
        assert_eq!(display_length_at_most(3 * HOUR + 59 * MINUTE + SECOND), "4 h");
        assert_eq!(display_length_at_most(1), "1 s");
        assert_eq!(display_length_at_most(2_045 * DAY), "5.6 years");
        assert_eq!(display_length_at_most(i64::MAX), display_length(i64::MAX));
    }
}
