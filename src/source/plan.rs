//! The compiled form of a mapping: paths are numbered, words are lower-cased, everything is known to be valid.

use crate::dataset::{Column, Table};
use crate::time::{TimeFormat, Zone};

use super::path::{Path, WayStep};
use super::spec::{FileFact, RawClass, RawFormat, Side};

/// A mapping, ready to read with.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) export: String,
    pub(super) pitfalls: Vec<String>,
    pub(super) asked_by: Vec<String>,
    pub(super) class: RawClass,
    pub(super) format: RawFormat,
    pub(super) system: Option<String>,
    /// Its rows may name any system.
    pub(super) speaks_of_any: bool,
    pub(super) zone: Option<Zone>,
    pub(super) generated_at: Option<Path>,
    /// Lower-case null words of the whole source.
    pub(super) nulls: Vec<String>,
    pub(super) retention: Option<String>,
    pub(super) leaves_out: Option<LeavesOut>,
    /// The slot of the time at which a record was collected.
    pub(super) observed_at: Option<usize>,
    /// Signs, any of which will do.
    pub(super) recognise: Vec<Recognise>,
    /// Folded names of secret columns.
    pub(super) secret: Vec<String>,
    /// Folded names of columns that are left out on purpose.
    pub(super) ignore: Vec<String>,
    /// Every path that rules and conditions name; elsewhere a path is its index here.
    pub(super) slots: Vec<Path>,
    pub(super) skips: Vec<Skip>,
    /// Records that contradict themselves.
    pub(super) doubts: Vec<Skip>,
    pub(super) rows: Vec<RowPlan>,
    /// How many rules read times.
    pub(super) clocks: usize,
}

/// The signs of a source.
#[derive(Debug, Clone)]
pub(super) struct Recognise {
    /// Where the records are; empty: at the top and under the usual wrappers.
    pub(super) at: Vec<Vec<WayStep>>,
    pub(super) all: Vec<Path>,
    pub(super) any: Vec<Vec<Path>>,
    /// Of each of these exactly one.
    pub(super) one: Vec<Vec<Path>>,
    pub(super) none: Vec<Path>,
    /// Folded keys that must not stand beside the list of records.
    pub(super) none_beside: Vec<String>,
    pub(super) values: Vec<(Path, Test)>,
    /// The entity of `@odata.context` that stands for the lists of `any`.
    pub(super) entity: Option<String>,
    /// Whether a file holds a part of a list that says nothing about the rest.
    pub(super) part: bool,
    /// Folded wrapper key.
    pub(super) wrapper: Option<String>,
}

/// What a list does not hold unless it was asked for.
#[derive(Debug, Clone)]
pub(super) struct LeavesOut {
    pub(super) what: String,
    pub(super) shown_by: Vec<Condition>,
    /// Lower case.
    pub(super) query: Vec<String>,
    pub(super) hint: String,
}

/// Records to leave out.
#[derive(Debug, Clone)]
pub(super) struct Skip {
    pub(super) reason: String,
    pub(super) when: Vec<Condition>,
}

/// The rows that one record gives to one table.
#[derive(Debug, Clone)]
pub(super) struct RowPlan {
    pub(super) table: Table,
    pub(super) when: Vec<Condition>,
    /// Other conditions that do as well; empty: there are none.
    pub(super) or_when: Vec<Condition>,
    pub(super) each: Option<usize>,
    /// The system comes out of the record, and not from the mapping itself.
    pub(super) names_system: bool,
    pub(super) columns: Vec<(&'static Column, Rule)>,
}

/// A condition on one path.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) slot: usize,
    pub(super) test: Test,
}

/// What a value must be. Words are lower case.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Test {
    pub(super) one_of: Option<Vec<String>>,
    pub(super) none_of: Vec<String>,
    pub(super) starts_with: Option<String>,
    pub(super) ends_with: Option<String>,
    pub(super) not_starts_with: Option<String>,
    pub(super) present: Option<bool>,
    pub(super) differs_from: Option<usize>,
    /// What stands between the stars.
    pub(super) like: Option<Vec<String>>,
    pub(super) bit: Option<u64>,
    pub(super) not_bit: Option<u64>,
    pub(super) above: Option<f64>,
    pub(super) below: Option<f64>,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum From {
    Slot(usize),
    First(Vec<usize>),
    Join(Vec<usize>, String),
    /// As `Join`, where every part must be there.
    JoinAll(Vec<usize>, String),
    /// A fact about the file; it becomes a constant before the file is read.
    File(FileFact),
    /// Times that hold, and times that are only an upper bound.
    Latest(Vec<usize>, Vec<usize>),
    Const(String),
    Cases(Vec<Case>),
}

/// One case.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) when: Vec<Condition>,
    pub(super) gives: Gives,
}

/// What a case gives.
#[derive(Debug, Clone)]
pub(super) enum Gives {
    Word(String),
    Slot(usize),
}

/// What to do with a word that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Other {
    Reject,
    /// The record is out of scope; the text is the reason under which it is counted.
    Skip(String),
    Keep,
    Null,
    Word(String),
}

/// Words for presence.
#[derive(Debug, Clone)]
pub(super) struct Presence {
    pub(super) present: String,
    pub(super) empty: String,
    pub(super) absent: String,
    pub(super) all_empty: Option<String>,
}

/// A column rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) from: From,
    /// Lower-case null words of the source and of the rule.
    pub(super) nulls: Vec<String>,
    pub(super) strip: Vec<String>,
    pub(super) take: Option<Take>,
    /// Exact words, then words that match a beginning.
    pub(super) map: Option<WordMap>,
    pub(super) other: Other,
    pub(super) missing: Option<String>,
    pub(super) times: Vec<TimeFormat>,
    /// Every time of the column is a midnight: read them as dates.
    pub(super) days: bool,
    /// The number of this column of times in its plan.
    pub(super) clock: Option<usize>,
    pub(super) bound: Option<Side>,
    pub(super) presence: Option<Presence>,
    pub(super) lower: bool,
    pub(super) slug: bool,
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) otherwise: Option<Box<Rule>>,
}

/// Takes a part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Take {
    /// What stands before, between and after the gaps.
    literals: Vec<String>,
    /// Which gap is taken.
    this: usize,
}

impl Take {
    /// Reads a pattern such as `projects/{}/keys/{this}`.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let mut literals = vec![String::new()];
        let mut this = None;
        let mut rest = pattern;
        while let Some(at) = rest.find('{') {
            let end = at + rest[at..].find('}')?;
            if let Some(last) = literals.last_mut() {
                last.push_str(&rest[..at]);
            }
            match &rest[at + 1..end] {
                "" => {}
                "this" if this.is_none() => this = Some(literals.len() - 1),
                _ => return None,
            }
            // Two gaps with nothing between them could be cut anywhere.
            if literals.len() > 1 && literals.last().is_some_and(String::is_empty) {
                return None;
            }
            literals.push(String::new());
            rest = &rest[end + 1..];
        }
        literals.last_mut()?.push_str(rest);
        Some(Self { literals, this: this? })
    }

    /// The part of a text, if it fits the pattern: each gap is as short as it can be, the last one reaches to the end.
    pub(super) fn of<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut rest = text.strip_prefix(self.literals[0].as_str())?;
        let mut found = None;
        let last = self.literals.len() - 1;
        for (gap, literal) in self.literals[1..].iter().enumerate() {
            let at = match literal.as_str() {
                "" if gap + 1 == last => rest.len(),
                literal if gap + 1 == last => rest.strip_suffix(literal)?.len(),
                literal => rest.find(literal)?,
            };
            if gap == self.this {
                found = Some(&rest[..at]);
            }
            rest = &rest[at + literal.len()..];
        }
        found.filter(|part| !part.is_empty())
    }
}

/// Replacement of words, without regard to case.
#[derive(Debug, Clone, Default)]
pub(super) struct WordMap {
    /// Sorted by word.
    exact: Vec<(String, String)>,
    /// Longest beginning first.
    beginnings: Vec<(String, String)>,
}

impl WordMap {
    pub(super) fn new(words: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut map = Self::default();
        for (word, value) in words {
            match word.strip_suffix('*') {
                Some(beginning) => map.beginnings.push((beginning.to_lowercase(), value)),
                None => map.exact.push((word.to_lowercase(), value)),
            }
        }
        map.exact.sort();
        map.beginnings.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        map
    }

    /// The replacement of a word.
    pub(super) fn get(&self, word: &str) -> Option<&str> {
        let lower;
        let word = if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            word
        } else {
            lower = word.to_lowercase();
            &lower
        };
        if let Ok(at) = self.exact.binary_search_by(|(known, _)| known.as_str().cmp(word)) {
            return Some(&self.exact[at].1);
        }
        self.beginnings.iter().find(|(beginning, _)| word.starts_with(beginning.as_str())).map(|(_, value)| &**value)
    }

    /// All words that it can give.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.exact.iter().chain(&self.beginnings).map(|(_, value)| value.as_str())
    }
}

impl Rule {
    /// The reason under which a record that this rule puts out of scope is counted.
    pub(super) fn skip_reason(&self) -> Option<&str> {
        match &self.other {
            Other::Skip(reason) => Some(reason),
            _ => self.otherwise.as_ref()?.skip_reason(),
        }
    }

    /// Every slot that the rule looks at.
    pub(super) fn slots(&self, out: &mut Vec<usize>) {
        self.own_slots(out);
        if let Some(rule) = &self.otherwise {
            rule.slots(out);
        }
    }

    /// Every slot that it looks at before it asks the next rule.
    pub(super) fn own_slots(&self, out: &mut Vec<usize>) {
        match &self.from {
            From::Slot(slot) => out.push(*slot),
            From::First(slots) | From::Join(slots, _) | From::JoinAll(slots, _) => out.extend(slots),
            From::Latest(slots, upper) => out.extend(slots.iter().chain(upper)),
            From::Const(_) | From::File(_) => {}
            From::Cases(cases) => {
                for case in cases {
                    out.extend(case.when.iter().map(|condition| condition.slot));
                    out.extend(case.when.iter().filter_map(|condition| condition.test.differs_from));
                    if let Gives::Slot(slot) = case.gives {
                        out.push(slot);
                    }
                }
            }
        }
    }
}

impl Plan {
    /// The plan with the facts of one file in place of rules that ask for them.
    pub(super) fn about_file(&self, stem: &str, folder: Option<&str>) -> Self {
        fn bind(rule: &mut Rule, stem: &str, folder: Option<&str>) {
            if let From::File(fact) = rule.from {
                let text = match fact {
                    FileFact::Stem => Some(stem),
                    FileFact::Folder => folder,
                };
                rule.from = text.map_or(From::First(Vec::new()), |text| From::Const(text.to_owned()));
            }
            if let Some(next) = &mut rule.otherwise {
                bind(next, stem, folder);
            }
        }
        let mut plan = self.clone();
        for (_, rule) in plan.rows.iter_mut().flat_map(|rows| &mut rows.columns) {
            bind(rule, stem, folder);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_part_of_a_text() {
        for (pattern, text, part) in [
            ("projects/{}/serviceAccounts/{this}/keys/{}", "projects/p/serviceAccounts/a@p/keys/k1", Some("a@p")),
            ("projects/{}/serviceAccounts/{}/keys/{this}", "projects/p/serviceAccounts/a@p/keys/k1", Some("k1")),
            ("{this}@{}", "ann@x.example", Some("ann")),
            ("{}:{this}", "serviceAccount:a:b", Some("a:b")),
            ("CN={this},{}", "CN=Ann,OU=People", Some("Ann")),
            ("{}/{this}.json", "a/b.json", Some("b")),
            ("user:{this}", "group:x", None),
            ("user:{this}", "user:", None),
        ] {
            assert_eq!(Take::parse(pattern).expect("a pattern").of(text), part, "{pattern} of {text}");
        }
        for wrong in ["", "a", "{}", "{this}{}", "{that}", "{this", "{this}/{this}"] {
            assert_eq!(Take::parse(wrong), None, "{wrong}");
        }
    }
}
