//! Reason sentences: templates cut into pieces once, then written for each finding without lookups.

use crate::time::{LeaveInstant, Micros, Zone, display_range, push_span};

/// The placeholders that a template may contain.
const NAMES: [(&str, Slot); 10] = [
    ("person", Slot::Person),
    ("subject", Slot::Subject),
    ("system", Slot::System),
    ("began", Slot::Began),
    ("ended", Slot::Ended),
    ("seen_until", Slot::SeenUntil),
    ("length", Slot::Length),
    ("limit", Slot::Limit),
    ("over", Slot::Over),
    ("note", Slot::Note),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Person,
    Subject,
    System,
    Began,
    Ended,
    SeenUntil,
    Length,
    Limit,
    Over,
    Note,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Slot(Slot),
}

/// A template, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(Vec<Piece>);

/// What a sentence can speak about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The person.
    pub person: Option<&'a str>,
    /// The subject.
    pub subject: &'a str,
    /// The system.
    pub system: Option<&'a str>,
    /// When it began, at the earliest and at the latest.
    pub began: [Option<Micros>; 2],
    /// Set where the beginning is a leave: how the policy reads a leave date. An instant at the edge of a day is printed
    /// as that day then.
    pub leave: Option<LeaveInstant>,
    /// When it ended, at the earliest and at the latest.
    pub ended: [Option<Micros>; 2],
    /// When it was last seen open.
    pub seen_until: Option<Micros>,
    /// How long it lasted at least.
    pub shortest: Micros,
    /// How long it lasted at most, where that is known.
    pub longest: Option<Micros>,
    /// Whether it had no end.
    pub open: bool,
    /// The limit, in words.
    pub limit: &'a str,
    /// How much longer than the limit it is, at least and at most.
    pub over: (Micros, Option<Micros>),
    /// The zone of plain dates.
    pub zone: Option<Zone>,
    /// The variable part of the row.
    pub note: Option<&'a str>,
}

impl Sentence {
    /// Cuts a template into pieces. `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// Names a placeholder that does not exist, or a brace without its partner.
    pub fn compile(template: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut words = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            words.push_str(&rest[..at]);
            let tail = &rest[at..];
            if tail.starts_with("{{") || tail.starts_with("}}") {
                words.push_str(&tail[..1]);
                rest = &tail[2..];
                continue;
            }
            let end = tail.find('}').filter(|end| *end > 0);
            let Some(end) = end else {
                return Err("a brace without its partner".to_owned());
            };
            let name = &tail[1..end];
            let Some((_, slot)) = NAMES.iter().find(|(known, _)| *known == name) else {
                let known: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
                return Err(format!("unknown placeholder {{{name}}}; known are {}", known.join(", ")));
            };
            if !words.is_empty() {
                pieces.push(Piece::Words(std::mem::take(&mut words)));
            }
            pieces.push(Piece::Slot(*slot));
            rest = &tail[end + 1..];
        }
        words.push_str(rest);
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        Ok(Self(pieces))
    }

    /// Appends the sentence. What is not known is said in words.
    pub fn write(&self, facts: &Facts<'_>, out: &mut String) {
        for piece in &self.0 {
            let slot = match piece {
                Piece::Words(words) => {
                    out.push_str(words);
                    continue;
                }
                Piece::Slot(slot) => slot,
            };
            match slot {
                Slot::Person => out.push_str(facts.person.unwrap_or("nobody known")),
                Slot::Subject => out.push_str(facts.subject),
                Slot::System => out.push_str(facts.system.unwrap_or("no system named")),
                Slot::Began => facts.push_beginning(out),
                Slot::Ended => push_moment(out, facts.ended, facts.zone()),
                Slot::SeenUntil => push_span(out, facts.seen_until, facts.seen_until, facts.zone()),
                Slot::Length => out.push_str(&display_range(facts.shortest, facts.longest, facts.open)),
                Slot::Limit => out.push_str(facts.limit),
                Slot::Over => out.push_str(&display_range(facts.over.0, facts.over.1, facts.open)),
                Slot::Note => out.push_str(facts.note.unwrap_or("no further detail")),
            }
        }
    }
}

/// Appends an instant or a range. A sentence says `on` before an instant or a day, and not before a range.
fn push_moment(out: &mut String, [lo, hi]: [Option<Micros>; 2], zone: Zone) {
    let one = lo.is_some() && lo == hi || lo.zip(hi).is_some_and(|(lo, hi)| zone.day_between(lo, hi).is_some());
    if !one && out.ends_with(" on ") {
        out.truncate(out.len() - "on ".len());
    }
    push_span(out, lo, hi, zone);
}

impl Facts<'_> {
    fn zone(&self) -> Zone {
        self.zone.unwrap_or(Zone::UTC)
    }

    fn push_beginning(&self, out: &mut String) {
        let [lo, hi] = self.began;
        let exact = lo.filter(|lo| Some(*lo) == hi);
        let day = match (self.leave, exact) {
            (Some(LeaveInstant::EndOfDay), Some(at)) => self.zone().day_until(at).map(|day| (day, " (end of day)")),
            (Some(LeaveInstant::StartOfDay), Some(at)) => self.zone().day_from(at).map(|day| (day, " (start of day)")),
            _ => None,
        };
        match day {
            Some((day, edge)) => {
                out.push_str(&day);
                out.push_str(edge);
            }
            None => push_moment(out, [lo, hi], self.zone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{self, DAY, HOUR};

    fn written(template: &str, facts: &Facts<'_>) -> String {
        let mut out = String::new();
        Sentence::compile(template).expect("a template").write(facts, &mut out);
        out
    }

    /// 2026-07-03T00:00:00Z.
    const AT: Micros = 1_783_036_800_000_000;

    fn doe() -> Facts<'static> {
        Facts {
            person: Some("j.doe"),
            subject: "jdoe@example.com",
            system: Some("salesforce"),
            began: [Some(AT); 2],
            ended: [Some(AT + 9 * DAY + 4 * HOUR); 2],
            shortest: 9 * DAY + 4 * HOUR,
            longest: Some(9 * DAY + 4 * HOUR),
            limit: "24 h",
            over: (8 * DAY + 4 * HOUR, Some(8 * DAY + 4 * HOUR)),
            ..Facts::default()
        }
    }

    #[test]
    fn every_placeholder() {
        let all =
            "{person} {subject} {system}, {began} to {ended}, {seen_until}, {length}, {limit}, {over}, {note} {{x}}";
        let expected = "j.doe jdoe@example.com salesforce, 2026-07-03 00:00 UTC to 2026-07-12 04:00 UTC, an unknown time, \
                        9 d 4 h, 24 h, 8 d 4 h, no further detail {x}";
        assert_eq!(written(all, &doe()), expected);
        assert_eq!(written("{began}", &doe()), time::readable(AT));
        let before = Facts { began: [None, Some(AT)], ..doe() };
        assert_eq!(written("since {began}", &before), "since before 2026-07-03 00:00 UTC");
    }

    #[test]
    fn ranges_are_ranges() {
        let facts = Facts {
            ended: [Some(AT + 10 * DAY + HOUR), Some(AT + 40 * DAY + HOUR)],
            shortest: 10 * DAY + HOUR,
            longest: Some(40 * DAY + HOUR),
            over: (9 * DAY + HOUR, Some(39 * DAY + HOUR)),
            ..doe()
        };
        assert_eq!(
            written("for {length} from {began}; ended on {ended}; exceeded by {over}", &facts),
            "for at least 10 d 1 h, at most 40 d 1 h from 2026-07-03 00:00 UTC; ended between 2026-07-13 01:00 UTC and \
             2026-08-12 01:00 UTC; exceeded by at least 9 d 1 h, at most 39 d 1 h"
        );
        let open = Facts { open: true, ended: [None; 2], seen_until: Some(AT + 11 * DAY), ..facts };
        assert_eq!(
            written("{length}, last observed on {seen_until}", &open),
            "at least 10 d 1 h, last observed on 2026-07-14 00:00 UTC"
        );
        let day = Facts { ended: [Some(AT), Some(AT + DAY)], ..doe() };
        assert_eq!(written("used on {ended}", &day), "used on 2026-07-03");
    }

    #[test]
    fn a_leave_date_is_a_date() {
        let left = |leave| written("left on {began}", &Facts { leave: Some(leave), ..doe() });
        assert_eq!(left(LeaveInstant::EndOfDay), "left on 2026-07-02 (end of day)");
        assert_eq!(left(LeaveInstant::StartOfDay), "left on 2026-07-03 (start of day)");
        assert_eq!(left(LeaveInstant::At(0, Zone::UTC)), "left on 2026-07-03 00:00 UTC");
        let hour = Facts { began: [Some(AT + HOUR); 2], leave: Some(LeaveInstant::EndOfDay), ..doe() };
        assert_eq!(written("left on {began}", &hour), "left on 2026-07-03 01:00 UTC", "an instant that HR gives");
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            Sentence::compile("{persn}").map_err(|cause| cause.starts_with("unknown placeholder {persn}")),
            Err(true)
        );
        assert!(Sentence::compile("{person").is_err());
        assert!(Sentence::compile("person}").is_err());
        assert!(Sentence::compile("{}").is_err());
    }

    #[test]
    fn times_beyond_the_calendar_do_not_break_it() {
        assert_eq!(written("{began}", &Facts { began: [Some(i64::MAX); 2], ..Facts::default() }), "out-of-range");
    }
}
