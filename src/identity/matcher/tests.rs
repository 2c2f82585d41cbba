//! Persons by hand: times are days.

use super::*;
use crate::identity::Authority;
use crate::identity::employment::Basis;
use crate::time::{LeaveInstant, Zone};

/// Id, main address, other addresses, and first and last day of each employment.
type Known<'a> = (&'a str, &'a str, &'a [&'a str], &'a [(i64, Option<i64>)]);

fn person(&(id, email, addresses, employed): &Known<'_>) -> Person {
    let mut person = Person { id: id.to_owned(), ..Person::default() };
    person.texts.insert("email", email.to_owned());
    person.addresses = addresses.iter().map(|&address| address.to_owned()).collect();
    person.addresses.push(keys::address(email).into_owned());
    let end = |day: i64| End {
        left: (Some(day * DAY), day * DAY),
        basis: Basis::Dates,
        date: None,
        recorded_at: None,
        doubtful: false,
    };
    person.employments = employed
        .iter()
        .map(|(from, to)| Employment {
            started: Some((from * DAY, from * DAY)),
            end: to.map(end),
            worker_type: None,
            source: "hr".to_owned(),
            src: (0, 1),
        })
        .collect();
    person
}

/// A matcher as of day 1000.
fn matcher(persons: &[Known<'_>]) -> Matcher {
    let authority = Authority::default();
    let context = Context {
        files: &[],
        authority: &authority,
        leave_instant: LeaveInstant::EndOfDay,
        as_of: 1000 * DAY,
        usernames: true,
        zone: Zone::UTC,
    };
    Matcher::new(&persons.iter().map(person).collect::<Vec<_>>(), &context)
}

const HERE: &[(i64, Option<i64>)] = &[(0, None)];

fn three() -> Matcher {
    matcher(&[
        ("001", "ann@x.example", &["team@x.example"], HERE),
        ("002", "Bob@X.example", &["team@x.example", "bobby"], HERE),
        ("003", "ann@y.example", &[], HERE),
    ])
}

#[test]
fn the_first_rule_with_exactly_one_person_wins() {
    let matcher = three();
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
    let matcher = three();
    let probe = Probe { email: Some("team@x.example"), ..Probe::default() };
    let tied = matcher.find(probe, true);
    assert_eq!((tied.person, tied.rule), (None, Rule::Ambiguous));
    assert_eq!(tied.candidates, Some((vec![0, 1], Rule::Alias)));
    let settled = Probe { username: Some("bob"), ..probe };
    assert_eq!(matcher.account(settled, true), (Some(1), Rule::Username));
    // Not by the key of somebody else.
    let other = matcher.find(Probe { username: Some("ann"), ..Probe::default() }, true);
    assert_eq!(other.candidates, Some((vec![0, 2], Rule::Username)));
    let crossed = matcher
        .find(Probe { username: Some("ann@y.example"), email: Some("team@x.example"), ..Probe::default() }, true);
    assert_eq!((crossed.person, crossed.rule), (Some(2), Rule::Email));
}

/// Whose an account is whose address several persons have or had: one, or several.
#[test]
fn a_key_belongs_to_who_was_there() {
    // Persons 0 and 1 by their employments, when the account was made and over, and whose it is.
    type Case<'a> = (&'a str, [&'a [(i64, Option<i64>)]; 2], (Option<i64>, Option<i64>), &'a [u32]);
    let left = |from, to| (from, Some(to));
    let (old, new) = (left(100, 200), (400, None));
    let cases: [Case<'_>; 11] = [
        ("made for the second, after the first had left", [&[old], &[new]], (Some(400), None), &[1]),
        ("made a little before the second began", [&[old], &[new]], (Some(390), None), &[1]),
        ("made in between", [&[old], &[new]], (Some(300), None), &[1]),
        ("made for the first, and still there for the second", [&[old], &[new]], (Some(150), None), &[0, 1]),
        ("made for the first, and over before the second came", [&[old], &[new]], (Some(150), Some(250)), &[0]),
        ("the second has not begun yet", [&[old], &[(1100, None)]], (Some(150), None), &[0]),
        ("nobody knows when it was made", [&[old], &[new]], (None, None), &[0, 1]),
        ("both there, made before the second came", [&[(100, None)], &[new]], (Some(150), None), &[0]),
        ("both there, made shortly before the second came", [&[(100, None)], &[new]], (Some(380), None), &[0, 1]),
        ("both there when it was made", [&[(100, None)], &[new]], (Some(500), None), &[0, 1]),
        ("hired again under the first number", [&[old, (500, None)], &[left(180, 400)]], (Some(120), None), &[0]),
    ];
    for (name, [first, second], (made, over), expected) in cases {
        let matcher = matcher(&[("1", "a@x", &[], first), ("2", "a@x", &[], second)]);
        let made = made.map(|day| day * DAY);
        let over = over.map(|day| day * DAY);
        let found = matcher.find(Probe { email: Some("A@x"), made, over, ..Probe::default() }, true);
        let candidates = found.candidates.map(|(persons, _)| persons).unwrap_or_default();
        let whose = found.person.map_or(candidates, |person| vec![person]);
        assert_eq!(whose, expected, "{name}");
    }
}

#[test]
fn a_reference_to_who_left_beside_the_key_of_who_came_is_not_certain() {
    let moved = matcher(&[("1", "old@x", &[], &[(0, Some(500))]), ("2", "ann@x", &[], &[(500, None)])]);
    let probe = Probe { person_ref: Some("1"), email: Some("ann@x"), ..Probe::default() };
    assert_eq!(moved.find(probe, true).candidates, Some((vec![0, 1], Rule::PersonId)));
    // Over before the second came, or both there: the reference counts.
    assert_eq!(moved.account(Probe { over: Some(400 * DAY), ..probe }, true), (Some(0), Rule::PersonId));
    let both = matcher(&[("1", "old@x", &[], &[(0, Some(500))]), ("2", "ann@x", &[], &[(100, None)])]);
    assert_eq!(both.account(probe, true), (Some(0), Rule::PersonId));
}

#[test]
fn an_owner_is_who_works_here_of_those_named() {
    let matcher = matcher(&[
        ("1", "ann@x", &["ops@x"], &[(0, Some(100))]),
        ("2", "bob@x", &["ops@x"], &[(0, None)]),
        ("3", "cy@x", &[], &[(0, Some(200))]),
    ]);
    let cases: [(&str, Option<u32>); 12] = [
        ("ann@x", Some(0)),
        (" 1 ", Some(0)),
        ("Ann Alves <Ann@x>", Some(0)),
        ("mailto:ann@x", Some(0)),
        ("ann@x; bob@x", Some(1)),
        ("bob@x,ann@x", Some(1)),
        // Both left: the one who left last.
        ("ann@x; cy@x", Some(2)),
        ("nobody@x; ann@x", Some(0)),
        ("ops@x", Some(1)),
        ("cy", Some(2)),
        ("nobody@x", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(matcher.owner(Some(text)), expected, "{text}");
    }
    assert_eq!(Matcher { usernames: false, ..matcher }.owner(Some("cy")), None, "a local part only by the weak rule");
}
