//! Who an account or an owner is: ordered exact rules on normalised keys. Nothing is matched by similarity.

#[cfg(test)]
mod tests;

use hashbrown::HashMap;

use crate::time::{DAY, Micros};

use super::employment::{Employment, End};
use super::people::Person;
use super::{Context, keys};

/// The rule that decided, in the order in which rules are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    Link,
    PersonId,
    EmployeeId,
    ImmutableId,
    Upn,
    Email,
    Alias,
    Username,
    Owner,
    Ambiguous,
    Unmatched,
}

impl Rule {
    pub(super) const ALL: [Self; 11] = [
        Self::Link,
        Self::PersonId,
        Self::EmployeeId,
        Self::ImmutableId,
        Self::Upn,
        Self::Email,
        Self::Alias,
        Self::Username,
        Self::Owner,
        Self::Ambiguous,
        Self::Unmatched,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::PersonId => "person-id",
            Self::EmployeeId => "employee-id",
            Self::ImmutableId => "immutable-id",
            Self::Upn => "upn",
            Self::Email => "email",
            Self::Alias => "alias",
            Self::Username => "username",
            Self::Owner => "owner",
            Self::Ambiguous => "ambiguous",
            Self::Unmatched => "unmatched",
        }
    }
}

/// The field of a person in which a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    PersonId,
    EmployeeId,
    ImmutableId,
    Upn,
    Email,
    Alias,
    LocalPart,
}

/// Where a key leads.
#[derive(Debug, Clone)]
enum Hits {
    One(Field, u32),
    Many(Vec<(Field, u32)>),
}

impl Hits {
    /// The persons in whose field the key stands.
    fn of(&self, field: Field) -> impl Iterator<Item = u32> + Clone {
        let (one, many) = match self {
            Self::One(own, person) => (Some((*own, *person)), &[][..]),
            Self::Many(hits) => (None, hits.as_slice()),
        };
        one.into_iter().chain(many.iter().copied()).filter(move |hit| hit.0 == field).map(|hit| hit.1)
    }
}

/// How many persons a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pick {
    Nobody,
    One(u32),
    Tie,
}

impl Pick {
    fn and(self, person: u32) -> Self {
        match self {
            Self::Nobody => Self::One(person),
            Self::One(known) if known == person => self,
            _ => Self::Tie,
        }
    }
}

/// What is known of an account when its person is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Probe<'a> {
    pub person_ref: Option<&'a str>,
    pub immutable_id: Option<&'a str>,
    pub username: Option<&'a str>,
    pub email: Option<&'a str>,
    pub aliases: Option<&'a str>,
    /// When it was made, where that is known.
    pub made: Option<Micros>,
    /// From when on it surely opened nothing any more; without it, it may still do.
    pub over: Option<Micros>,
}

/// Whose an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The person, if exactly one fits.
    pub person: Option<u32>,
    /// The rule that decided.
    pub rule: Rule,
    /// The persons of an ambiguous account, and the rule that they fulfil.
    pub candidates: Option<(Vec<u32>, Rule)>,
}

/// The index of all keys of all persons, and when each of them was there.
#[derive(Debug)]
pub(super) struct Matcher {
    hits: HashMap<String, Hits>,
    /// By person: begin and latest possible end of each employment.
    employed: Vec<Vec<(Micros, Micros)>>,
    live: Vec<Option<bool>>,
    as_of: Micros,
    usernames: bool,
}

/// An account may be made this long before its person begins.
const AHEAD: Micros = 30 * DAY;

impl Matcher {
    pub(super) fn new(persons: &[Person], context: &Context<'_>) -> Self {
        let of = |person: &Person| -> Vec<(Micros, Micros)> {
            let end = |end: &End| if end.doubtful { Micros::MAX } else { end.left.1 };
            let span = |one: &Employment| (one.begins(), one.end.as_ref().map_or(Micros::MAX, end));
            person.employments.iter().map(span).collect()
        };
        let mut matcher = Self {
            hits: HashMap::with_capacity(persons.len() * 3),
            employed: persons.iter().map(of).collect(),
            live: persons.iter().map(|person| person.is_employed(context.as_of)).collect(),
            as_of: context.as_of,
            usernames: context.usernames,
        };
        for (index, person) in persons.iter().enumerate() {
            let index = index as u32;
            let text = |name: &str| person.texts.get(name).map(String::as_str);
            matcher.add(&keys::address(&person.id), Field::PersonId, index);
            for (name, field) in
                [("employee_id", Field::EmployeeId), ("immutable_id", Field::ImmutableId), ("upn", Field::Upn)]
            {
                if let Some(value) = text(name) {
                    matcher.add(&keys::address(value), field, index);
                }
            }
            let email = text("email").map(|email| keys::address(email).into_owned());
            if let Some(email) = &email {
                matcher.add(email, Field::Email, index);
            }
            for address in &person.addresses {
                if email.as_ref() != Some(address) {
                    matcher.add(address, Field::Alias, index);
                }
                if let Some(local) = keys::local_part(address) {
                    matcher.add(local, Field::LocalPart, index);
                }
            }
        }
        matcher
    }

    fn add(&mut self, key: &str, field: Field, person: u32) {
        if key.is_empty() {
            return;
        }
        match self.hits.get_mut(key) {
            None => {
                self.hits.insert(key.to_owned(), Hits::One(field, person));
            }
            Some(Hits::Many(list)) => list.push((field, person)),
            Some(one) => {
                if let Hits::One(known_field, known) = *one
                    && (known_field, known) != (field, person)
                {
                    *one = Hits::Many(vec![(known_field, known), (field, person)]);
                }
            }
        }
    }

    fn get(&self, text: Option<&str>) -> Option<&Hits> {
        let key = keys::address(text?);
        if key.is_empty() { None } else { self.hits.get(key.as_ref()) }
    }

    /// The person of an account. `usernames` switches the last rule: the sensitivity run leaves it out.
    pub(super) fn account(&self, probe: Probe<'_>, usernames: bool) -> (Option<u32>, Rule) {
        let found = self.find(probe, usernames);
        (found.person, found.rule)
    }

    /// The person of an account, or the persons it may belong to. A key that several persons have belongs to the one
    /// who was there when the account was made.
    pub(super) fn find(&self, probe: Probe<'_>, usernames: bool) -> Found {
        let reference = self.get(probe.person_ref);
        let immutable = self.get(probe.immutable_id);
        let email = self.get(probe.email);
        // The two are the same in most exports: one look-up less.
        let username = if probe.username == probe.email { email } else { self.get(probe.username) };
        let plain_name = probe.username.filter(|name| usernames && !name.contains('@')).and(username);
        let aliases: Vec<&Hits> = probe
            .aliases
            .map(|list| keys::list(list).filter_map(|alias| self.get(Some(alias))).collect())
            .unwrap_or_default();
        let listed = |field: Field| aliases.iter().flat_map(move |hits| hits.of(field));
        let named = |field: Field| of(email, field).chain(of(username, field));
        let mut search = Search { matcher: self, probe, found: None, tied: None };
        search.ask(Rule::PersonId, of(reference, Field::PersonId));
        search.ask(Rule::EmployeeId, of(reference, Field::EmployeeId));
        search.ask(Rule::ImmutableId, of(immutable, Field::ImmutableId));
        search.ask(Rule::Upn, named(Field::Upn));
        search.ask(Rule::Email, named(Field::Email));
        search.ask(Rule::Alias, named(Field::Alias).chain(listed(Field::Email)).chain(listed(Field::Alias)));
        search.ask(Rule::Username, of(plain_name, Field::LocalPart));
        search.end()
    }

    /// Those of several persons whose an account can be, by time.
    fn there(&self, mut persons: Vec<u32>, probe: Probe<'_>) -> Vec<u32> {
        let spans = |person: u32| self.employed[person as usize].iter().copied();
        let over = probe.over.unwrap_or(self.as_of);
        if let Some(made) = probe.made {
            narrow(&mut persons, |person| spans(person).any(|span| span.1 > made));
        }
        // An account that opened nothing any more when somebody came is not theirs.
        narrow(&mut persons, |person| spans(person).any(|span| span.0 < over));
        let Some(made) = probe.made else {
            return persons;
        };
        let at_making = |person: u32| spans(person).find(|span| span.0 <= made && made < span.1);
        let mut first = persons.iter().filter_map(|person| at_making(*person).map(|span| (*person, span.1)));
        // One of them worked here then. Others may have been on the way, or got the account when that one had left.
        if let (Some((owner, left)), None) = (first.next(), first.next()) {
            let later = |start: Micros| (start > made && start <= made + AHEAD) || (start >= left && start < over);
            persons.retain(|person| *person == owner || spans(*person).any(|span| later(span.0)));
        }
        persons
    }

    /// Whether a person had left at a time, and did not come back.
    pub(super) fn had_left(&self, person: u32, at: Micros) -> bool {
        let spans = &self.employed[person as usize];
        !spans.is_empty() && spans.iter().all(|span| span.1 <= at)
    }

    /// Whether the second person may have taken over what the first had: came when the first had left.
    fn follows(&self, first: u32, second: u32, over: Option<Micros>) -> bool {
        let left = self.employed[first as usize].iter().map(|span| span.1).max().unwrap_or(Micros::MAX);
        let over = over.unwrap_or(self.as_of);
        // People move on the day, or a little before their last one.
        self.employed[second as usize].iter().any(|span| span.0 >= left.saturating_sub(AHEAD) && span.0 < over)
    }

    /// The person that an owner field names: somebody who works here, if any of those named does; else who left last.
    pub(super) fn owner(&self, text: Option<&str>) -> Option<u32> {
        let text = text?;
        let mut persons = self.named(text);
        if persons.is_empty() {
            for part in text.split([';', ',', '|', '\n']) {
                let inner = part.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inner, _)| inner);
                persons.extend(self.named(inner.unwrap_or(part)));
            }
        }
        let left = |person: u32| self.employed[person as usize].iter().map(|span| span.1).max();
        persons.into_iter().max_by_key(|person| {
            let live = match self.live[*person as usize] {
                Some(true) => 2,
                None => 1,
                Some(false) => 0,
            };
            (live, left(*person), std::cmp::Reverse(*person))
        })
    }

    /// The persons that a text names, by the best rule that gives any.
    fn named(&self, text: &str) -> Vec<u32> {
        let text = text.trim();
        let text = text.strip_prefix("mailto:").unwrap_or(text);
        let hits = self.get(Some(text));
        let exact = [Field::PersonId, Field::EmployeeId, Field::Upn, Field::Email, Field::Alias];
        let weak = self.usernames.then_some(Field::LocalPart);
        let fields = exact.into_iter().chain(weak);
        fields
            .map(|field| of(hits, field).collect::<Vec<u32>>())
            .find(|persons| !persons.is_empty())
            .unwrap_or_default()
    }

    /// The person of a person id.
    pub(super) fn person(&self, id: &str) -> Option<u32> {
        match of(self.get(Some(id)), Field::PersonId).fold(Pick::Nobody, Pick::and) {
            Pick::One(person) => Some(person),
            _ => None,
        }
    }

    /// Whether a reference that a source gives leads to anybody.
    pub(super) fn knows(&self, reference: &str) -> bool {
        let hits = self.get(Some(reference));
        [Field::PersonId, Field::EmployeeId].into_iter().any(|field| of(hits, field).next().is_some())
    }
}

/// The rules, asked one after the other.
struct Search<'a> {
    matcher: &'a Matcher,
    probe: Probe<'a>,
    found: Option<(u32, Rule)>,
    tied: Option<(Vec<u32>, Rule)>,
}

impl Search<'_> {
    fn ask(&mut self, rule: Rule, persons: impl Iterator<Item = u32> + Clone) {
        let pick = persons.clone().fold(Pick::Nobody, Pick::and);
        match (pick, self.found) {
            (Pick::Nobody, _) | (Pick::Tie, Some(_)) => {}
            // A reference to who left, beside the key of who came then: the record moved on, or the account did.
            (Pick::One(other), Some((person, by))) => {
                let exact = !matches!(rule, Rule::Alias | Rule::Username);
                if exact && other != person && self.matcher.follows(person, other, self.probe.over) {
                    self.tied = Some((vec![person, other], by));
                    self.found = None;
                }
            }
            (Pick::One(person), None) => {
                // What several persons have is settled only by a key of one of these.
                if self.tied.as_ref().is_none_or(|(tied, _)| tied.contains(&person)) {
                    self.found = Some((person, rule));
                }
            }
            (Pick::Tie, None) => {
                let mut all: Vec<u32> = persons.collect();
                all.sort_unstable();
                all.dedup();
                if let Some((tied, _)) = &self.tied {
                    narrow(&mut all, |person| tied.contains(&person));
                }
                match self.matcher.there(all, self.probe).as_slice() {
                    [person] => self.found = Some((*person, rule)),
                    several if self.tied.is_none() => self.tied = Some((several.to_vec(), rule)),
                    _ => {}
                }
            }
        }
    }

    fn end(self) -> Found {
        match (self.found, self.tied) {
            (Some((person, rule)), _) => Found { person: Some(person), rule, candidates: None },
            (None, Some(tied)) => Found { person: None, rule: Rule::Ambiguous, candidates: Some(tied) },
            (None, None) => Found { person: None, rule: Rule::Unmatched, candidates: None },
        }
    }
}

/// Keeps what fulfils a condition, unless nothing does.
fn narrow(persons: &mut Vec<u32>, keep: impl Fn(u32) -> bool) {
    if persons.iter().any(|person| keep(*person)) {
        persons.retain(|person| keep(*person));
    }
}

fn of(hits: Option<&Hits>, field: Field) -> impl Iterator<Item = u32> + Clone {
    hits.into_iter().flat_map(move |hits| hits.of(field))
}
