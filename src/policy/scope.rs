//! Which part of a population an override is for.

use std::collections::BTreeSet;
use std::fmt;

use globset::{Glob, GlobMatcher};
use toml::Spanned;

use crate::dataset::Table;
use crate::report::LimitConditions;

use crate::rules::{Fields, Sheet, did_you_mean};

/// What is known about one item; `None` is "not known".
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// Its system.
    pub system: Option<&'a str>,
    /// What kind of account it is.
    pub account_kind: Option<&'a str>,
    /// Whether the account has administrative rights.
    pub privileged: Option<bool>,
    /// The worker type of its person, in any case.
    pub worker_type: Option<&'a str>,
}

/// A system by name, or several by a pattern with `*`, `?`, `[…]`, `{…}`.
#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    fn read(text: String) -> Option<Self> {
        let glob = if text.contains(is_special) { Some(Glob::new(&text).ok()?.compile_matcher()) } else { None };
        Some(Self { text, glob })
    }

    fn matches(&self, system: &str) -> bool {
        self.text == system || self.glob.as_ref().is_some_and(|glob| glob.is_match(system))
    }

    /// The part before the first special character.
    fn literal(&self) -> &str {
        &self.text[..self.text.find(is_special).unwrap_or(self.text.len())]
    }

    /// Whether some name can match both. Two patterns count as overlapping unless their literal beginnings differ.
    fn overlaps(&self, other: &Self) -> bool {
        match (&self.glob, &other.glob) {
            (None, _) => other.matches(&self.text),
            (_, None) => self.matches(&other.text),
            _ => self.literal().starts_with(other.literal()) || other.literal().starts_with(self.literal()),
        }
    }

    /// Whether everything that `other` matches is matched here, as far as that can be told.
    fn covers(&self, other: &Self) -> bool {
        self.text == other.text || self.text == "*" || (other.glob.is_none() && self.matches(&other.text))
    }
}

/// Whether a character makes a text a pattern.
pub fn is_special(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | '{')
}

/// The conditions of an override: all that are given must hold.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    system: Option<Vec<Pattern>>,
    account_kind: Option<BTreeSet<String>>,
    privileged: Option<bool>,
    worker_type: Option<BTreeSet<String>>,
}

impl Conditions {
    /// Reads the four conditions; at least one must be there.
    pub(super) fn read(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Option<Self> {
        let system = fields
            .texts(sheet, "system")
            .map(|texts| texts.into_iter().filter_map(|text| pattern(sheet, &text)).collect::<Vec<_>>());
        let account_kind = fields.texts(sheet, "account_kind").map(|texts| {
            let known = Table::Accounts.column("kind").map_or(&[][..], |column| column.words);
            for text in texts.iter().filter(|text| !known.contains(&text.get_ref().as_str())) {
                let hint = did_you_mean(text.get_ref(), known.iter().copied())
                    .unwrap_or_else(|| format!("known kinds: {}", known.join(", ")));
                let message = format!("unknown account kind `{}`", text.get_ref());
                sheet.say_hint("rule-value", text.span(), message, Some(hint));
            }
            texts.into_iter().map(Spanned::into_inner).collect::<BTreeSet<_>>()
        });
        let privileged = fields.flag(sheet, "privileged");
        let worker_type = fields
            .texts(sheet, "worker_type")
            .map(|texts| texts.into_iter().map(|text| text.into_inner().to_lowercase()).collect::<BTreeSet<_>>());
        let found = Self { system, account_kind, privileged, worker_type };
        if found.count() == 0 {
            let message = "an override needs a condition: system, account_kind, privileged or worker_type";
            sheet.say("rule-missing", fields.span.clone(), message);
            return None;
        }
        Some(found)
    }

    /// The conditions that a report names; nothing where a pattern is none.
    pub(super) fn of_report(named: &LimitConditions) -> Option<Self> {
        let patterns = |texts: &Vec<String>| texts.iter().cloned().map(Pattern::read).collect::<Option<Vec<_>>>();
        let set = |texts: &Option<Vec<String>>| texts.as_ref().map(|texts| texts.iter().cloned().collect());
        let system = match &named.systems {
            Some(texts) => Some(patterns(texts)?),
            None => None,
        };
        let (account_kind, worker_type) = (set(&named.account_kinds), set(&named.worker_types));
        Some(Self { system, account_kind, privileged: named.privileged, worker_type })
    }

    /// The conditions as a report names them.
    pub(super) fn in_report(&self) -> LimitConditions {
        let list = |set: &Option<BTreeSet<String>>| set.as_ref().map(|set| set.iter().cloned().collect());
        let texts = |list: &Vec<Pattern>| list.iter().map(|pattern| pattern.text.clone()).collect();
        LimitConditions {
            systems: self.system.as_ref().map(texts),
            account_kinds: list(&self.account_kind),
            privileged: self.privileged,
            worker_types: list(&self.worker_type),
        }
    }

    fn count(&self) -> usize {
        usize::from(self.system.is_some())
            + usize::from(self.account_kind.is_some())
            + usize::from(self.privileged.is_some())
            + usize::from(self.worker_type.is_some())
    }

    /// The one system that they are for, where they name exactly one.
    pub fn only_system(&self) -> Option<&str> {
        match self.system.as_deref()? {
            [only] if only.glob.is_none() => Some(&only.text),
            _ => None,
        }
    }

    /// How specific they are: the number of conditions, then whether every system is named exactly.
    pub(super) fn rank(&self) -> (usize, bool) {
        (self.count(), self.system.as_ref().is_some_and(|list| list.iter().all(|pattern| pattern.glob.is_none())))
    }

    pub(super) fn needs_accounts(&self) -> bool {
        self.account_kind.is_some() || self.privileged.is_some()
    }

    pub(super) fn needs_people(&self) -> bool {
        self.worker_type.is_some()
    }

    /// Whether they hold for an item.
    pub fn apply(&self, subject: &Subject<'_>) -> bool {
        self.system
            .as_ref()
            .is_none_or(|list| subject.system.is_some_and(|name| list.iter().any(|pattern| pattern.matches(name))))
            && self.account_kind.as_ref().is_none_or(|set| subject.account_kind.is_some_and(|kind| set.contains(kind)))
            && self.privileged.is_none_or(|wanted| subject.privileged == Some(wanted))
            && self.worker_type.as_ref().is_none_or(|set| subject.worker_type.is_some_and(|kind| holds(set, kind)))
    }

    /// Whether one item can fulfil both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let systems = match (&self.system, &other.system) {
            (Some(a), Some(b)) => a.iter().any(|x| b.iter().any(|y| x.overlaps(y))),
            _ => true,
        };
        systems
            && both_or(self.account_kind.as_ref(), other.account_kind.as_ref(), |a, b| !a.is_disjoint(b))
            && both_or(self.privileged.as_ref(), other.privileged.as_ref(), |a, b| a == b)
            && both_or(self.worker_type.as_ref(), other.worker_type.as_ref(), |a, b| !a.is_disjoint(b))
    }

    /// Whether they hold for every item that fulfils both `a` and `b`.
    pub(super) fn covers_both(&self, a: &Self, b: &Self) -> bool {
        let systems = self.system.as_ref().is_none_or(|own| {
            let covers = |list: &Option<Vec<Pattern>>| {
                list.as_ref().is_some_and(|list| list.iter().all(|item| own.iter().any(|x| x.covers(item))))
            };
            covers(&a.system) || covers(&b.system)
        });
        systems
            && set_covers(self.account_kind.as_ref(), a.account_kind.as_ref(), b.account_kind.as_ref())
            && self.privileged.is_none_or(|own| a.privileged == Some(own) || b.privileged == Some(own))
            && set_covers(self.worker_type.as_ref(), a.worker_type.as_ref(), b.worker_type.as_ref())
    }
}

fn both_or<T>(a: Option<&T>, b: Option<&T>, test: impl Fn(&T, &T) -> bool) -> bool {
    a.zip(b).is_none_or(|(a, b)| test(a, b))
}

/// Whether a set of lower-case words holds one, in whatever case a source writes it.
fn holds(set: &BTreeSet<String>, word: &str) -> bool {
    set.contains(word) || set.iter().any(|own| own.chars().eq(word.chars().flat_map(char::to_lowercase)))
}

/// Whether a set of words holds everything that two others have in common; a set that is not given holds everything.
fn set_covers(own: Option<&BTreeSet<String>>, a: Option<&BTreeSet<String>>, b: Option<&BTreeSet<String>>) -> bool {
    let Some(own) = own else {
        return true;
    };
    match (a, b) {
        (Some(a), Some(b)) => a.intersection(b).all(|word| own.contains(word)),
        (Some(set), None) | (None, Some(set)) => set.is_subset(own),
        (None, None) => false,
    }
}

fn pattern(sheet: &mut Sheet<'_>, text: &Spanned<String>) -> Option<Pattern> {
    // Systems are names without regard to case.
    let word = text.get_ref().to_lowercase();
    if !word.contains(is_special) {
        return Some(Pattern { text: word, glob: None });
    }
    match Glob::new(&word) {
        Ok(glob) => Some(Pattern { text: word, glob: Some(glob.compile_matcher()) }),
        Err(cause) => {
            sheet.say("rule-value", text.span(), format!("`{word}` is not a pattern: {}", cause.kind()));
            None
        }
    }
}

impl fmt::Display for Conditions {
    /// `system okta or aws-*, privileged, worker type contractor`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(list) = &self.system {
            let names: Vec<&str> = list.iter().map(|pattern| pattern.text.as_str()).collect();
            parts.push(format!("system {}", names.join(" or ")));
        }
        let words = |set: &BTreeSet<String>| set.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
        if let Some(set) = &self.account_kind {
            parts.push(format!("account kind {}", words(set)));
        }
        match self.privileged {
            Some(true) => parts.push("privileged".to_owned()),
            Some(false) => parts.push("not privileged".to_owned()),
            None => {}
        }
        if let Some(set) = &self.worker_type {
            parts.push(format!("worker type {}", words(set)));
        }
        f.write_str(&parts.join(", "))
    }
}
