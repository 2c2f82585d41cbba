//! Decides for each column of times, by all its values, in which form they are written.
//!
//! The forms that a mapping declares come first. Whether `03/04` is day or month first, the column's own other values
//! say; where they contradict each other, none of it is read. With dots the day comes first, unless the column shows
//! otherwise: nobody who puts the month first writes dots. Where no declared form reads any value and exactly one
//! known form reads every value, that one is used, and said.

use crate::dataset::{ColumnKind, Table};
use crate::time::{DAY, Moment, TimeFormat, parse_time};

use super::plan::{Plan, Rule};
use super::value::plausible;

/// A set of forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Forms(u16);

impl Forms {
    const SLASHED: Self = Self(1 << TimeFormat::UsDate as u16 | 1 << TimeFormat::DayFirst as u16);

    fn has(self, form: TimeFormat) -> bool {
        self.0 & (1 << form as u16) != 0
    }

    fn add(&mut self, form: TimeFormat) {
        self.0 |= 1 << form as u16;
    }

    fn is_slashed(self) -> bool {
        self.0 & Self::SLASHED.0 != 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = TimeFormat> {
        TimeFormat::ALL.into_iter().filter(move |form| self.has(*form))
    }
}

/// Different days that make a column of midnights a column of dates; an employment begins and ends on a day, and one
/// is enough.
const HANDFUL: usize = 5;

/// What the values of one column of times are like.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, each by itself")]
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Values that were read.
    pub(super) read: u64,
    /// Values that no form of the rule reads.
    pub(super) lost: u64,
    used: Forms,
    /// The forms that read each of the lost values.
    pub(super) fits: Option<Forms>,
    pub(super) day_first: bool,
    pub(super) month_first: bool,
    /// Not its own values show that, but others of the export.
    told: bool,
    /// Some value that could be read with the day or with the month first has dots, and some has none.
    dotted: bool,
    undotted: bool,
    /// Some value has a time of day, midnight or another.
    timed: bool,
    /// Some value has one that is not midnight.
    clocked: bool,
    /// The first different days.
    days: Vec<i64>,
    /// How the first lost value looks.
    pub(super) shape: Option<String>,
}

impl Seen {
    /// A value that was read in a form.
    pub(super) fn read(&mut self, text: &str, form: TimeFormat, moment: Moment) {
        self.read += 1;
        self.used.add(form);
        if Forms::SLASHED.has(form) {
            self.order(text);
        }
        self.clock(moment);
    }

    /// The day and the time of day of a value.
    fn clock(&mut self, moment: Moment) {
        if self.clocked {
            return;
        }
        let (day, rest) = match moment {
            Moment::Day(days) => (i64::from(days), 0),
            Moment::Local(at) | Moment::At(at) => {
                self.timed = true;
                (at.div_euclid(DAY), at.rem_euclid(DAY))
            }
        };
        self.clocked = rest != 0;
        if self.days.len() < HANDFUL && !self.days.contains(&day) {
            self.days.push(day);
        }
    }

    /// Which of day and month comes first, as far as this value tells.
    fn order(&mut self, text: &str) {
        let reads = |form| parse_time(text.as_bytes(), form).is_some();
        match (reads(TimeFormat::DayFirst), reads(TimeFormat::UsDate)) {
            (true, false) => self.day_first = true,
            (false, true) => self.month_first = true,
            (true, true) if text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.') => {
                self.dotted = true;
            }
            (true, true) => self.undotted = true,
            (false, false) => {}
        }
    }

    /// Whether the day comes first, and whether the month does, as far as its values tell.
    fn orders(&self) -> (bool, bool) {
        (self.day_first || self.dotted && !self.undotted && !self.month_first, self.month_first)
    }

    /// Why one order is chosen.
    fn why(&self, form: TimeFormat) -> Why {
        match self.day_first || self.month_first {
            true if self.told => Why::Told(form),
            true => Why::Order(form),
            false => Why::Dots,
        }
    }

    /// Takes over which of day and month comes first in what was written by the same hand, if its own values do not tell.
    pub(super) fn tell(&mut self, (day_first, month_first): (bool, bool)) {
        if !self.day_first && !self.month_first && self.has_either_order() {
            (self.day_first, self.month_first) = (day_first, month_first);
            self.told = day_first || month_first;
        }
    }

    /// A value that no form of the rule reads.
    pub(super) fn lose(&mut self, text: &str) {
        self.lost += 1;
        let mut fits = Forms::default();
        for form in self.fits.map_or_else(TimeFormat::single, |known| known.iter().collect()) {
            if let Some(moment) = parse_time(text.as_bytes(), form).filter(|moment| plausible(form, *moment)) {
                if fits == Forms::default() {
                    self.clock(moment);
                }
                fits.add(form);
            }
        }
        self.fits = Some(fits);
        self.order(text);
        if self.shape.is_none() {
            self.shape = Some(shape(text));
        }
    }

    /// Adds what another part of the column is like; parts come in the order of the file.
    pub(super) fn merge(&mut self, other: Self) {
        self.read += other.read;
        self.lost += other.lost;
        self.used.0 |= other.used.0;
        self.fits = match (self.fits, other.fits) {
            (Some(a), Some(b)) => Some(Forms(a.0 & b.0)),
            (a, b) => a.or(b),
        };
        self.day_first |= other.day_first;
        self.month_first |= other.month_first;
        self.dotted |= other.dotted;
        self.undotted |= other.undotted;
        self.timed |= other.timed;
        self.clocked |= other.clocked;
        for day in other.days {
            if self.days.len() < HANDFUL && !self.days.contains(&day) {
                self.days.push(day);
            }
        }
        self.shape = self.shape.take().or(other.shape);
    }

    /// Whether its values could be read with the day or with the month first.
    pub(super) fn has_either_order(&self) -> bool {
        self.used.is_slashed() || self.fits == Some(Forms::SLASHED)
    }

    /// Whether every time of it is a midnight, of so many different days.
    fn is_of_days(&self, least: usize) -> bool {
        self.timed && !self.clocked && self.days.len() >= least
    }
}

/// `9` for a digit, `A` and `a` for a letter, and what stands between them: how a value looks, never what it says.
fn shape(text: &str) -> String {
    const LONGEST: usize = 32;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|c| match c {
            _ if c.is_numeric() => '9',
            _ if c.is_uppercase() => 'A',
            _ if c.is_alphabetic() => 'a',
            ' '..='~' => c,
            _ => '?',
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// How a column of times is to be read, where that is not what the mapping says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    times: Vec<TimeFormat>,
    days: bool,
    pub(super) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Only this form reads every value.
    Only(TimeFormat),
    /// Some of its values can only be read so.
    Order(TimeFormat),
    /// Its own values do not tell, and others by the same hand can only be read so.
    Told(TimeFormat),
    /// It has dots, and every value can be read so.
    Dots,
    /// Some values are day first and some month first.
    Contradictory,
    /// Every time is a midnight.
    Midnights,
}

/// One column of times of a mapping.
pub(super) struct Clock<'p> {
    table: Table,
    pub(super) name: &'static str,
    kind: ColumnKind,
    pub(super) rule: &'p Rule,
}

/// The columns of times of a plan, each at its number.
pub(super) fn clocks(plan: &Plan) -> Vec<Option<Clock<'_>>> {
    let mut out: Vec<Option<Clock<'_>>> = Vec::new();
    for rows in &plan.rows {
        for (column, rule) in &rows.columns {
            let mut rule = Some(rule);
            while let Some(one) = rule {
                if let Some(at) = one.clock {
                    if out.len() <= at {
                        out.resize_with(at + 1, || None);
                    }
                    out[at] = Some(Clock { table: rows.table, name: column.name, kind: column.kind, rule: one });
                }
                rule = one.otherwise.as_deref();
            }
        }
    }
    out
}

/// What to read otherwise, by the number of the column; `None` where the mapping is right.
pub(super) fn decide(plan: &Plan, seen: &[Seen]) -> Vec<Option<Choice>> {
    const DATED: [Table; 4] = [Table::People, Table::Accounts, Table::Credentials, Table::Entitlements];
    let clocks = clocks(plan);
    // The two dates of an employment are written by one hand.
    let is_employment = |clock: &Clock<'_>| clock.table == Table::People && clock.kind == ColumnKind::Bounds;
    let mut employments = Seen::default();
    for (clock, seen) in clocks.iter().zip(seen) {
        if clock.as_ref().is_some_and(is_employment) {
            employments.merge(seen.clone());
        }
    }
    clocks
        .iter()
        .zip(seen)
        .map(|(clock, seen)| {
            let clock = clock.as_ref()?;
            let mut seen = seen.clone();
            if is_employment(clock) && seen.undotted && employments.day_first != employments.month_first {
                seen.tell((employments.day_first, employments.month_first));
            }
            let seen = &seen;
            let other = form(&clock.rule.times, seen);
            let dated = DATED.contains(&clock.table) && clock.kind == ColumnKind::Bounds;
            let (whole, least) = if clock.table == Table::People { (&employments, 1) } else { (seen, HANDFUL) };
            if !(dated && seen.timed && whole.is_of_days(least)) {
                return other;
            }
            let times = || clock.rule.times.clone();
            let choice = other.unwrap_or_else(|| Choice { times: times(), days: false, why: Why::Midnights });
            Some(Choice { days: true, ..choice })
        })
        .collect()
}

/// Other forms than the declared ones, if the values ask for them.
fn form(declared: &[TimeFormat], seen: &Seen) -> Option<Choice> {
    let slashed = |form: &TimeFormat| Forms::SLASHED.has(*form);
    let rest = || declared.iter().copied().filter(|form| !slashed(form));
    if seen.used.is_slashed() {
        let wanted = match seen.orders() {
            (true, true) => {
                return Some(Choice { times: rest().collect(), days: false, why: Why::Contradictory });
            }
            (true, false) => TimeFormat::DayFirst,
            (false, true) => TimeFormat::UsDate,
            (false, false) => return None,
        };
        let other = if wanted == TimeFormat::DayFirst { TimeFormat::UsDate } else { TimeFormat::DayFirst };
        return seen.used.has(other).then(|| Choice {
            times: rest().chain([wanted]).collect(),
            days: false,
            why: seen.why(wanted),
        });
    }
    if seen.read > 0 || seen.lost == 0 {
        return None;
    }
    let fits = seen.fits.unwrap_or_default();
    // Read by both orders: then other files of the export may tell.
    match seen.orders() {
        (true, false) if fits == Forms::SLASHED => return Some(order(seen, TimeFormat::DayFirst)),
        (false, true) if fits == Forms::SLASHED => return Some(order(seen, TimeFormat::UsDate)),
        _ => {}
    }
    let mut fits = fits.iter();
    match (fits.next(), fits.next()) {
        (Some(only), None) => Some(Choice { times: vec![only], days: false, why: Why::Only(only) }),
        _ => None,
    }
}

fn order(seen: &Seen, form: TimeFormat) -> Choice {
    Choice { times: vec![form], days: false, why: seen.why(form) }
}

/// The plan with other forms.
pub(super) fn applied(plan: &Plan, choices: &[Option<Choice>]) -> Plan {
    let mut plan = plan.clone();
    for rows in &mut plan.rows {
        for (_, rule) in &mut rows.columns {
            let mut rule = Some(rule);
            while let Some(one) = rule {
                if let Some(choice) = one.clock.and_then(|at| choices.get(at)?.as_ref()) {
                    one.times.clone_from(&choice.times);
                    one.days = choice.days;
                }
                rule = one.otherwise.as_deref_mut();
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests;
