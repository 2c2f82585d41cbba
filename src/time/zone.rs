//! Time zones, the edges of calendar days, and the company's rule for when a leave date takes effect.

use std::fmt;
use std::str::FromStr;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::{DAY, Micros, Moment};

/// An IANA time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The instant of a local clock reading. A reading that a clock change skips moves forward to the first
    /// reading that exists; one that occurs twice is the earlier.
    pub fn instant(self, local: NaiveDateTime) -> Micros {
        let mut reading = local;
        for _ in 0..8 {
            if let Some(time) = self.0.from_local_datetime(&reading).earliest() {
                return time.timestamp_micros();
            }
            reading += Duration::minutes(30);
        }
        local.and_utc().timestamp_micros()
    }

    /// The instant of a clock reading given as microseconds since 1970-01-01 on the local clock.
    pub fn instant_of_local(self, local: Micros) -> Micros {
        if self.0 == Tz::UTC {
            return local;
        }
        super::utc(local).map_or(local, |time| self.instant(time.naive_utc()))
    }

    /// The first instant of a day given as days since 1970-01-01.
    pub fn start_of_day(self, days: i32) -> Micros {
        if self.0 == Tz::UTC {
            return i64::from(days) * DAY;
        }
        match day_number(days) {
            Some(date) => self.instant(date.and_time(NaiveTime::MIN)),
            None => i64::from(days) * DAY,
        }
    }

    /// `[start of day, start of next day)` of a day given as days since 1970-01-01.
    pub fn day_bounds(self, days: i32) -> (Micros, Micros) {
        (self.start_of_day(days), self.start_of_day(days.saturating_add(1)))
    }

    /// The day (`2026-07-03`) of which these instants are the first one and the first one of the next day, if they are.
    pub fn day_between(self, lo: Micros, hi: Micros) -> Option<String> {
        // No day is longer than 26 hours: all other ranges are told apart without a calendar.
        if !(20 * super::HOUR..=27 * super::HOUR).contains(&hi.saturating_sub(lo)) {
            return None;
        }
        let (date, days) = self.day_of(lo)?;
        (self.day_bounds(days) == (lo, hi)).then(|| date.to_string())
    }

    /// The day that begins at an instant, if one does.
    pub fn day_from(self, at: Micros) -> Option<String> {
        let (date, days) = self.day_of(at)?;
        (self.start_of_day(days) == at).then(|| date.to_string())
    }

    /// The day that ends at an instant, if one does.
    pub fn day_until(self, at: Micros) -> Option<String> {
        self.day_from(at)?;
        Some(self.day_of(at.checked_sub(1)?)?.0.to_string())
    }

    /// The day of an instant, and its number since 1970-01-01.
    fn day_of(self, at: Micros) -> Option<(NaiveDate, i32)> {
        let date = super::utc(at)?.with_timezone(&self.0).date_naive();
        let days = date.signed_duration_since(NaiveDate::from_ymd_opt(1970, 1, 1)?).num_days();
        Some((date, i32::try_from(days).ok()?))
    }

    /// A clock time, in minutes after midnight, on the day that an instant falls on here. On a day with a change of the
    /// clock it is still what the clock on the wall shows.
    fn at_clock(self, at: Micros, minutes: u16) -> Micros {
        let midnight = super::utc(at).map(|time| time.with_timezone(&self.0).date_naive().and_time(NaiveTime::MIN));
        midnight.map_or(at, |midnight| self.instant(midnight + Duration::minutes(minutes.into())))
    }

    /// Calendar month (`2026-07`), weekday (0 = Monday) and hour of an instant on this zone's clock.
    pub fn clock(self, at: Micros) -> Option<(String, usize, usize)> {
        use chrono::{Datelike, Timelike};
        let local = super::utc(at)?.with_timezone(&self.0);
        Some((
            local.format("%Y-%m").to_string(),
            local.weekday().num_days_from_monday() as usize,
            local.hour() as usize,
        ))
    }

    /// The day of an instant on this zone's calendar, as days since 1970-01-01.
    pub fn day_number(self, at: Micros) -> i64 {
        let local = super::utc(at).map(|time| time.with_timezone(&self.0).naive_local().and_utc().timestamp_micros());
        local.unwrap_or(at).div_euclid(DAY)
    }

    /// `2026-07-03`: the day of an instant on this zone's calendar.
    pub fn day(self, at: Micros) -> String {
        super::day(self.day_number(at).saturating_mul(DAY))
    }

    /// Turns a parsed value into an instant; a day takes the given edge.
    pub fn resolve(self, moment: Moment, edge: DayEdge) -> Micros {
        match moment {
            Moment::At(at) => at,
            Moment::Local(local) => self.instant_of_local(local),
            Moment::Day(days) => match edge {
                DayEdge::Start => self.start_of_day(days),
                DayEdge::End => self.start_of_day(days.saturating_add(1)),
            },
        }
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Tz>()
            .map(Self)
            .map_err(|_| "expected an IANA time zone, such as \"UTC\" or \"Europe/Berlin\"".to_owned())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

fn day_number(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1970, 1, 1)?.checked_add_signed(Duration::days(i64::from(days)))
}

/// Which edge a plain date means where an instant is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayEdge {
    /// The first instant of the day: beginnings, creations.
    Start,
    /// The first instant of the next day: expiries, last uses.
    End,
}

/// When a leave date without a time takes effect: the policy's official reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveInstant {
    /// The first instant of the leave date.
    StartOfDay,
    /// The first instant of the next day. The shipped default.
    EndOfDay,
    /// A clock time on the leave date, in minutes after midnight as the clocks of the zone show them.
    At(u16, Zone),
}

impl LeaveInstant {
    /// The official instant of a leave known as `[lo, hi]`. Exact instants stay as they are.
    pub fn official(self, lo: Micros, hi: Micros) -> Micros {
        if lo == hi {
            return lo;
        }
        match self {
            Self::StartOfDay => lo,
            Self::EndOfDay => hi,
            Self::At(minutes, zone) => zone.at_clock(lo + (hi - lo) / 2, minutes).clamp(lo, hi),
        }
    }

    /// The earliest and the latest official instant of a leave on the day `[lo, hi)` of a zone, if its day was that of any
    /// zone of the earth, from UTC+14 to UTC-12. Exact instants stay as they are.
    pub fn official_in_any_zone(self, zone: Zone, lo: Micros, hi: Micros) -> (Micros, Micros) {
        let official = self.official(lo, hi);
        if lo == hi {
            return (official, official);
        }
        // A day of a source with a zone of its own: its noon falls on the same day of UTC.
        let day = if zone.day_from(lo).is_some() { zone.day_number(lo) } else { (lo + (hi - lo) / 2).div_euclid(DAY) };
        let into_the_day = official - lo;
        (day * DAY - 14 * super::HOUR + into_the_day, day * DAY + 12 * super::HOUR + into_the_day)
    }

    /// The same rule with its clock time in a zone.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        match self {
            Self::At(minutes, _) => Self::At(minutes, zone),
            edge => edge,
        }
    }
}

impl FromStr for LeaveInstant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "start-of-day" => Ok(Self::StartOfDay),
            "end-of-day" => Ok(Self::EndOfDay),
            _ => NaiveTime::parse_from_str(text, "%H:%M")
                .map(|time| {
                    use chrono::Timelike;
                    Self::At((time.hour() * 60 + time.minute()) as u16, Zone::UTC)
                })
                .map_err(|_| "expected \"start-of-day\", \"end-of-day\" or a clock time such as \"18:00\"".to_owned()),
        }
    }
}

impl fmt::Display for LeaveInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartOfDay => f.write_str("start-of-day"),
            Self::EndOfDay => f.write_str("end-of-day"),
            Self::At(minutes, _) => write!(f, "{:02}:{:02}", minutes / 60, minutes % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_a_clock_change_has_23_hours() {
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        let days = 20_541; // 2026-03-29
        let (start, end) = zone.day_bounds(days);
        assert_eq!(end - start, 23 * super::super::HOUR);
        assert_eq!(super::super::rfc3339(start), "2026-03-28T23:00:00Z");
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        let at = 20_758 * DAY - super::super::HOUR; // 2026-10-31T23:00Z
        assert_eq!((berlin.day(at).as_str(), Zone::UTC.day(at).as_str()), ("2026-11-01", "2026-10-31"));
        assert_eq!((berlin.day_number(at), Zone::UTC.day_number(-1)), (20_758, -1));
    }

    #[test]
    fn official_reading_of_a_leave_date() {
        assert_eq!(LeaveInstant::EndOfDay.official(0, DAY), DAY);
        assert_eq!(LeaveInstant::StartOfDay.official(0, DAY), 0);
        assert_eq!("18:00".parse::<LeaveInstant>().map(|rule| rule.official(0, DAY)), Ok(18 * super::super::HOUR));
        assert_eq!(LeaveInstant::StartOfDay.official(5, 5), 5);
    }

    #[test]
    fn a_day_of_any_zone() {
        let hours = super::super::HOUR;
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        let (lo, hi) = berlin.day_bounds(20_635); // 2026-07-01, from 2026-06-30T22:00Z
        let told = |rule: LeaveInstant, zone| {
            let (earliest, latest) = rule.official_in_any_zone(zone, lo, hi);
            [super::super::rfc3339(earliest), super::super::rfc3339(latest)]
        };
        assert_eq!(told(LeaveInstant::StartOfDay, berlin), ["2026-06-30T10:00:00Z", "2026-07-01T12:00:00Z"]);
        assert_eq!(told(LeaveInstant::EndOfDay, berlin), ["2026-07-01T10:00:00Z", "2026-07-02T12:00:00Z"]);
        // The source has a zone of its own.
        assert_eq!(told(LeaveInstant::EndOfDay, Zone::UTC), ["2026-07-01T10:00:00Z", "2026-07-02T12:00:00Z"]);
        assert_eq!(LeaveInstant::EndOfDay.official_in_any_zone(berlin, 5 * hours, 5 * hours), (5 * hours, 5 * hours));
    }

    #[test]
    fn a_clock_time_is_what_the_wall_shows() {
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        let rule = "18:00".parse::<LeaveInstant>().expect("a rule").in_zone(berlin);
        for (days, expected) in [
            (20_541, "2026-03-29T16:00:00Z"), // 23 hours long
            (20_635, "2026-07-01T16:00:00Z"),
            (20_751, "2026-10-25T17:00:00Z"), // 25 hours long
            (20_752, "2026-10-26T17:00:00Z"),
        ] {
            let (lo, hi) = berlin.day_bounds(days);
            assert_eq!(super::super::rfc3339(rule.official(lo, hi)), expected);
        }
        // A day of another zone: the clock of the company on that day, never outside of it.
        let (lo, hi) = Zone::UTC.day_bounds(20_751);
        assert_eq!(super::super::rfc3339(rule.official(lo, hi)), "2026-10-25T17:00:00Z");
        assert_eq!("18:00".parse::<LeaveInstant>().map(|rule| rule.to_string()), Ok("18:00".to_owned()));
    }
}
