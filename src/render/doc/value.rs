//! What a cell holds, typed: pages print its words, screens sort by it, spreadsheets hold it as a number or a date.

use super::badge::Badge;
use super::words::{Look, Piece, Words, code, loaded, plain, quiet, rules};
use crate::render::text;
use crate::time::{self, Micros, Zone};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: to be filled in by hand, or nothing to say.
    Empty,
    /// Our own words for what is not there: `not supplied`.
    Missing(&'static str),
    /// Loaded data.
    Loaded(String),
    /// Words of the rules or of the engine.
    Rules(String),
    /// A file, an id or a digest, and the place that it leads to.
    Code(String, Option<String>),
    /// A paragraph.
    Words(Words),
    /// Several paragraphs.
    Lines(Vec<Words>),
    /// A number of things.
    Count(u64),
    /// `k of n`.
    Share(u64, u64),
    /// A length in seconds.
    Length(i64),
    /// A length in seconds that lies between two.
    Lengths {
        /// At least.
        shortest: i64,
        /// At most; `None` when there is no bound.
        longest: Option<i64>,
        /// Whether it goes on.
        open: bool,
    },
    /// Days with one decimal, of seconds.
    Days(i64),
    /// An instant.
    Time(Micros),
    /// An instant, a day of a zone, or a range; `not known` without bounds.
    Moment {
        /// At the earliest.
        lo: Option<Micros>,
        /// At the latest.
        hi: Option<Micros>,
        /// The zone whose days are days.
        zone: Zone,
    },
    /// Yes or no.
    Flag(bool),
    /// A verdict, a result or a severity.
    Badge(Badge),
    /// Parts of a population as a bar, with what they are called.
    Bar(Vec<(BarPart, u64)>),
    /// The page on which a place stands; nothing where there are no pages.
    Page(String),
}

/// Which part of a population a part of a bar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarPart {
    /// Surely over its limit.
    Over,
    /// Over in one reading, within in another, or unknown.
    Unsure,
    /// Surely within its limit.
    Within,
}

/// What a bar shows, in words: for readers who do not see it.
pub fn words_of_bar(parts: &[(BarPart, u64)]) -> String {
    let named = |(part, count): &(BarPart, u64)| {
        let name = match part {
            BarPart::Over => "over",
            BarPart::Unsure => "may be over or unknown",
            BarPart::Within => "within",
        };
        format!("{} {name}", text::count(*count))
    };
    parts.iter().map(named).collect::<Vec<_>>().join(", ")
}

impl Value {
    /// Loaded data, or our own words where there is none.
    pub fn loaded_or(words: Option<&str>, missing: &'static str) -> Self {
        match words {
            Some(words) if !words.is_empty() => Self::Loaded(words.to_owned()),
            _ => Self::Missing(missing),
        }
    }

    /// Words of the rules, or our own words where there are none.
    pub fn rules_or(words: Option<&str>, missing: &'static str) -> Self {
        match words {
            Some(words) if !words.is_empty() => Self::Rules(words.to_owned()),
            _ => Self::Missing(missing),
        }
    }

    /// Our own words.
    pub fn own(words: impl Into<String>) -> Self {
        Self::Words(vec![plain(words)])
    }

    /// A length, or a dash.
    pub fn length_or_dash(seconds: Option<i64>) -> Self {
        seconds.map_or(Self::Missing("–"), Self::Length)
    }

    /// Its words on a page; none for what is no text.
    pub fn lines(&self) -> Vec<Words> {
        let one = |piece: Piece| vec![vec![piece]];
        match self {
            Self::Empty | Self::Badge(_) | Self::Bar(_) | Self::Page(_) => Vec::new(),
            Self::Missing(words) => one(quiet(*words)),
            Self::Loaded(words) => one(loaded(words)),
            Self::Rules(words) => one(rules(words)),
            Self::Code(words, place) => one(code(words).to(place.clone())),
            Self::Words(words) => vec![words.clone()],
            Self::Lines(lines) => lines.clone(),
            Self::Count(count) => one(plain(text::count(*count))),
            Self::Share(part, whole) => one(plain(text::of(*part, *whole))),
            Self::Length(seconds) => one(plain(text::length(*seconds))),
            Self::Lengths { shortest, longest, open } => one(plain(text::range(*shortest, *longest, *open))),
            Self::Days(seconds) => one(plain(text::days(*seconds))),
            Self::Time(at) => one(plain(time::readable(*at))),
            Self::Moment { lo: None, hi: None, .. } => one(quiet("not known")),
            Self::Moment { lo, hi, zone } => one(plain(time::span(*lo, *hi, *zone))),
            Self::Flag(flag) => one(plain(if *flag { "yes" } else { "no" })),
        }
    }

    /// Whether it is a number: at the right, never broken.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Share(..) | Self::Length(_) | Self::Days(_) | Self::Lengths { .. })
    }

    /// What rows are sorted by on a screen, where the words would sort otherwise.
    pub fn sort_key(&self) -> Option<i64> {
        match self {
            Self::Count(count) | Self::Share(count, _) => i64::try_from(*count).ok(),
            Self::Length(seconds) | Self::Days(seconds) | Self::Lengths { shortest: seconds, .. } => Some(*seconds),
            Self::Time(at) => Some(*at),
            Self::Moment { lo, hi, .. } => lo.or(*hi),
            Self::Badge(Badge::Severity(severity)) => Some(*severity as i64),
            _ => None,
        }
    }
}

/// The same paragraphs in another look; what has one of its own keeps it.
pub(super) fn with_look(mut lines: Vec<Words>, look: Look) -> Vec<Words> {
    for piece in lines.iter_mut().flatten() {
        if piece.look == Look::Plain {
            piece.look = look;
        }
    }
    lines
}
