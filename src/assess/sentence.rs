//! Reason sentences: templates cut into pieces once, then written for each finding without lookups.

use crate::time::{self, Micros, display_length};

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
    /// When it began, at the earliest.
    pub began: Option<Micros>,
    /// When it began at the latest; named where the earliest is not known.
    pub began_by: Option<Micros>,
    /// When it ended.
    pub ended: Option<Micros>,
    /// When it was last seen open.
    pub seen_until: Option<Micros>,
    /// How long it lasted.
    pub length: Micros,
    /// The limit, in words.
    pub limit: &'a str,
    /// How much longer than the limit.
    pub over: Micros,
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
                Slot::Began => {
                    if facts.began.is_none() && facts.began_by.is_some() {
                        out.push_str("before ");
                    }
                    push_time(out, facts.began.or(facts.began_by));
                }
                Slot::Ended => push_time(out, facts.ended),
                Slot::SeenUntil => push_time(out, facts.seen_until),
                Slot::Length => out.push_str(&display_length(facts.length)),
                Slot::Limit => out.push_str(facts.limit),
                Slot::Over => out.push_str(&display_length(facts.over)),
                Slot::Note => out.push_str(facts.note.unwrap_or("no further detail")),
            }
        }
    }
}

fn push_time(out: &mut String, at: Option<Micros>) {
    let Some(at) = at else {
        out.push_str("an unknown time");
        return;
    };
    // `2026-07-03 14:05 UTC`, cut from the exact form: far faster than a format string.
    let start = out.len();
    time::push_rfc3339(out, at);
    if out.len() >= start + 17 && out.as_bytes().get(start + 10) == Some(&b'T') {
        out.truncate(start + 16);
        out.replace_range(start + 10..=start + 10, " ");
        out.push_str(" UTC");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, HOUR};

    fn written(template: &str, facts: &Facts<'_>) -> String {
        let mut out = String::new();
        Sentence::compile(template).expect("a template").write(facts, &mut out);
        out
    }

    #[test]
    fn every_placeholder() {
        let facts = Facts {
            person: Some("j.doe"),
            subject: "jdoe@example.com",
            system: Some("salesforce"),
            began: Some(1_783_036_800_000_000),
            began_by: Some(1_783_036_800_000_001),
            ended: Some(1_783_036_800_000_000 + 9 * DAY + 4 * HOUR),
            seen_until: None,
            length: 9 * DAY + 4 * HOUR,
            limit: "24 h",
            over: 8 * DAY + 4 * HOUR,
            note: None,
        };
        let all =
            "{person} {subject} {system}, {began} to {ended}, {seen_until}, {length}, {limit}, {over}, {note} {{x}}";
        let expected = "j.doe jdoe@example.com salesforce, 2026-07-03 00:00 UTC to 2026-07-12 04:00 UTC, an unknown time, \
                        9 d 4 h, 24 h, 8 d 4 h, no further detail {x}";
        assert_eq!(written(all, &facts), expected);
        assert_eq!(written("{began}", &facts), time::readable(1_783_036_800_000_000));
        assert_eq!(written("since {began}", &Facts { began: None, ..facts }), "since before 2026-07-03 00:00 UTC");
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
        assert_eq!(written("{began}", &Facts { began: Some(i64::MAX), ..Facts::default() }), "out-of-range");
    }
}
