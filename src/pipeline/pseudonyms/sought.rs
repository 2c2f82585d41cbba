//! What texts and patterns may name: gathered before the tables are replaced, heard while they are.

use std::collections::BTreeSet;
use std::ops::Range;

use globset::{Glob, GlobSet, GlobSetBuilder};
use hashbrown::HashMap;

use crate::dataset::Personal;
use crate::failure::{Failure, Outcome};
use crate::pseudonym::{Key, is_telling, spans};

/// Values that somebody asks about, and the tokens that they have. Only what is asked for is kept, so that a run with
/// millions of values holds no list of them.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Sought {
    /// By the value in lower case, without signs around it.
    words: HashMap<String, BTreeSet<String>>,
    patterns: Vec<String>,
    globs: GlobSet,
    /// The tokens of what each pattern fits.
    fits: Vec<BTreeSet<String>>,
}

impl Sought {
    /// Every part of a text may be a value.
    pub(super) fn text(&mut self, text: &str) {
        for span in spans(text).filter(|span| is_telling(&text[span.clone()])) {
            self.words.entry(folded(&text[span])).or_default();
        }
    }

    /// A text may be a value as it stands, whatever it looks like.
    pub(super) fn value(&mut self, value: &str) {
        self.words.entry(folded(value)).or_default();
    }

    /// A pattern may fit values.
    pub(super) fn pattern(&mut self, pattern: &str) {
        if !self.patterns.iter().any(|known| known == pattern) {
            self.patterns.push(pattern.to_owned());
        }
    }

    /// Nothing more is asked.
    pub(super) fn close(&mut self) -> Outcome<()> {
        let mut builder = GlobSetBuilder::new();
        self.patterns.retain(|pattern| Glob::new(pattern).is_ok());
        self.patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()).for_each(|glob| {
            builder.add(glob);
        });
        let too_many = |cause| Failure::run(format!("the patterns of the waivers cannot be compared at once: {cause}"));
        self.globs = builder.build().map_err(too_many)?;
        self.fits = vec![BTreeSet::new(); self.patterns.len()];
        Ok(())
    }

    /// Whether nothing is asked.
    pub(super) fn is_idle(&self) -> bool {
        self.words.is_empty() && self.patterns.is_empty()
    }

    /// A value of the tables, and its token.
    pub(super) fn hear(&mut self, value: &str, token: &str) {
        if let Some(tokens) = self.words.get_mut(folded(value).as_str()) {
            tokens.insert(token.to_owned());
        }
        if !self.globs.is_empty() {
            for at in self.globs.matches(value) {
                self.fits[at].insert(token.to_owned());
            }
        }
    }

    /// The tokens of a value that was asked for; none where the tables do not have it.
    pub(super) fn tokens(&self, value: &str) -> Option<&BTreeSet<String>> {
        self.words.get(folded(value).as_str()).filter(|tokens| !tokens.is_empty())
    }

    /// The tokens of everything that a pattern fits.
    pub(super) fn fitting(&self, pattern: &str) -> Option<&BTreeSet<String>> {
        let at = self.patterns.iter().position(|known| known == pattern)?;
        self.fits.get(at)
    }

    /// The values of the tables that a text names, as it writes them.
    pub(super) fn named<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.found(text, true).into_iter().map(|(span, _)| &text[span]).collect()
    }

    /// A text with the tokens of the values that it names, and of every address. `numbers`: whether plain numbers may be
    /// ids; in a sentence they are counts.
    pub(super) fn replaced(&self, key: &Key, text: &str, numbers: bool) -> String {
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for (span, token) in self.found(text, numbers) {
            out.push_str(&text[from..span.start]);
            out.push_str(&token.map_or_else(|| key.token(Personal::Address, &text[span.clone()]), str::to_owned));
            from = span.end;
        }
        out.push_str(&text[from..]);
        out
    }

    /// Values of the tables with their first token, and addresses between them that no table has; none overlap.
    fn found(&self, text: &str, numbers: bool) -> Vec<(Range<usize>, Option<&str>)> {
        let telling = |part: &str| is_telling(part) && (numbers || part.bytes().any(|byte| !byte.is_ascii_digit()));
        let known = |part: &str| self.tokens(part).filter(|_| telling(part))?.first();
        let mut found: Vec<(Range<usize>, Option<&str>)> = Vec::new();
        let mut free = 0;
        for span in spans(text) {
            if let Some(token) = known(&text[span.clone()]).filter(|_| span.start >= free) {
                free = span.end;
                found.push((span, Some(token)));
            }
        }
        free = 0;
        for span in spans(text).filter(|span| is_address(&text[span.clone()])) {
            let meets = |other: &(Range<usize>, Option<&str>)| other.0.start < span.end && span.start < other.0.end;
            if span.start >= free && !found.iter().any(meets) {
                free = span.end;
                found.push((span, None));
            }
        }
        found.sort_by_key(|(span, _)| span.start);
        found
    }
}

/// Whether a part of a text is an address and nothing else.
fn is_address(part: &str) -> bool {
    part.matches('@').count() == 1 && !part.contains([' ', ':', '<', '>', '|'])
}

fn folded(value: &str) -> String {
    value.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase()
}
