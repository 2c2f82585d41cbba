//! Who an account or an owner is: ordered exact rules on normalised keys. Nothing is matched by similarity.

use hashbrown::HashMap;

use super::keys;
use super::people::Person;

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
    Ambiguous,
    Unmatched,
}

impl Rule {
    pub(super) const ALL: [Self; 10] = [
        Self::Link,
        Self::PersonId,
        Self::EmployeeId,
        Self::ImmutableId,
        Self::Upn,
        Self::Email,
        Self::Alias,
        Self::Username,
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
    fn as_slice_of(&self, field: Field) -> Pick {
        match self {
            Self::One(own, person) if *own == field => Pick::One(*person),
            Self::One(..) => Pick::Nobody,
            Self::Many(hits) => {
                hits.iter().filter(|hit| hit.0 == field).fold(Pick::Nobody, |pick, hit| pick.and(hit.1))
            }
        }
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

    fn merge(self, other: Self) -> Self {
        match other {
            Self::Nobody => self,
            Self::One(person) => self.and(person),
            Self::Tie => Self::Tie,
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
}

/// The index of all keys of all persons.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    hits: HashMap<String, Hits>,
}

impl Matcher {
    pub(super) fn new(persons: &[Person]) -> Self {
        let mut matcher = Self { hits: HashMap::with_capacity(persons.len() * 3) };
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
        let reference = self.get(probe.person_ref);
        let immutable = self.get(probe.immutable_id);
        let email = self.get(probe.email);
        // The two are the same in most exports: one look-up less.
        let username = if probe.username == probe.email { email } else { self.get(probe.username) };
        let plain_name = probe.username.filter(|name| !name.contains('@')).and(username);
        let listed = |field: Field| {
            probe.aliases.map_or(Pick::Nobody, |aliases| {
                keys::list(aliases).fold(Pick::Nobody, |pick, alias| pick.merge(pick_of(self.get(Some(alias)), field)))
            })
        };
        let mut tie = false;
        let mut decide = |rule: Rule, pick: Pick| match pick {
            Pick::One(person) => Some((Some(person), rule)),
            Pick::Tie => {
                tie = true;
                None
            }
            Pick::Nobody => None,
        };
        let both = |field: Field| pick_of(email, field).merge(pick_of(username, field));
        let found = decide(Rule::PersonId, pick_of(reference, Field::PersonId))
            .or_else(|| decide(Rule::EmployeeId, pick_of(reference, Field::EmployeeId)))
            .or_else(|| decide(Rule::ImmutableId, pick_of(immutable, Field::ImmutableId)))
            .or_else(|| decide(Rule::Upn, both(Field::Upn)))
            .or_else(|| decide(Rule::Email, both(Field::Email)))
            .or_else(|| decide(Rule::Alias, both(Field::Alias).merge(listed(Field::Email)).merge(listed(Field::Alias))))
            .or_else(|| if usernames { decide(Rule::Username, pick_of(plain_name, Field::LocalPart)) } else { None });
        match found {
            Some(found) => found,
            None if tie => (None, Rule::Ambiguous),
            None => (None, Rule::Unmatched),
        }
    }

    /// The person that an owner field names.
    pub(super) fn owner(&self, text: Option<&str>) -> Option<u32> {
        let hits = self.get(text)?;
        let order = [Field::PersonId, Field::EmployeeId, Field::Upn, Field::Email, Field::Alias, Field::LocalPart];
        order.into_iter().find_map(|field| match pick_of(Some(hits), field) {
            Pick::One(person) => Some(person),
            _ => None,
        })
    }

    /// The person of a person id.
    pub(super) fn person(&self, id: &str) -> Option<u32> {
        match pick_of(self.get(Some(id)), Field::PersonId) {
            Pick::One(person) => Some(person),
            _ => None,
        }
    }
}

fn pick_of(hits: Option<&Hits>, field: Field) -> Pick {
    hits.map_or(Pick::Nobody, |hits| hits.as_slice_of(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, email: &str, addresses: &[&str]) -> Person {
        let mut person = Person { id: id.to_owned(), ..Person::default() };
        person.texts.insert("email", email.to_owned());
        person.addresses = addresses.iter().map(|&address| address.to_owned()).collect();
        person.addresses.push(keys::address(email).into_owned());
        person
    }

    fn matcher() -> Matcher {
        Matcher::new(&[
            person("001", "ann@x.example", &["team@x.example"]),
            person("002", "Bob@X.example", &["team@x.example", "bobby"]),
            person("003", "ann@y.example", &[]),
        ])
    }

    #[test]
    fn the_first_rule_with_exactly_one_person_wins() {
        let matcher = matcher();
        let probe = |username, email| Probe { username, email, ..Probe::default() };
        assert_eq!(matcher.account(probe(None, Some("ANN@x.example")), true), (Some(0), Rule::Email));
        assert_eq!(matcher.account(probe(Some("bobby"), None), true), (Some(1), Rule::Alias));
        assert_eq!(matcher.account(probe(Some("bob"), None), true), (Some(1), Rule::Username));
        assert_eq!(matcher.account(probe(Some("bob"), None), false), (None, Rule::Unmatched));
        let reference = Probe { person_ref: Some("003"), email: Some("ann@x.example"), ..Probe::default() };
        assert_eq!(matcher.account(reference, true), (Some(2), Rule::PersonId));
    }

    #[test]
    fn a_tie_is_ambiguous_unless_a_later_rule_decides() {
        let matcher = matcher();
        let probe = Probe { email: Some("team@x.example"), ..Probe::default() };
        assert_eq!(matcher.account(probe, true), (None, Rule::Ambiguous));
        let probe = Probe { username: Some("bob"), ..probe };
        assert_eq!(matcher.account(probe, true), (Some(1), Rule::Username));
        // `ann` is the local part of two persons.
        let probe = Probe { username: Some("ann"), ..Probe::default() };
        assert_eq!(matcher.account(probe, true), (None, Rule::Ambiguous));
        assert_eq!(matcher.owner(Some("team@x.example")), None);
        assert_eq!(matcher.owner(Some(" 002 ")), Some(1));
    }
}
