//! Manual links from accounts to persons, and whose an account is not because it was made after its person had left.

use hashbrown::HashMap;

use crate::dataset::{Frames, Lineage, Table, Texts, Times};
use crate::time::Micros;

use super::Facts;
use super::accounts::{AccountIndex, Accounts};
use super::keys;
use super::matcher::{Matcher, Rule};
use super::names::Names;
use super::people::Person;

/// Manual links that lead from an account to a person; the others are told.
pub(super) fn of(
    accounts: &Accounts,
    frames: &Frames,
    matcher: &Matcher,
    persons: &[Person],
    facts: &mut Facts,
) -> HashMap<AccountIndex, u32> {
    let Some(frame) = frames.get(Table::Links) else {
        return HashMap::new();
    };
    let (systems, ids, people) =
        (Texts::of(frame, "system"), Texts::of(frame, "account_id"), Texts::of(frame, "person_id"));
    let (created, lineage) = (Times::of(&accounts.frame, "created_at"), Lineage::of(frame));
    let mut names = None;
    let mut found = HashMap::new();
    for row in 0..frame.height() {
        let mut idle = |why| facts.idle_links.push(((lineage.file(row), lineage.row(row)), why));
        let (Some(system), Some(id)) = (systems.get(row).and_then(|name| accounts.system_index(name)), ids.get(row))
        else {
            idle("no export has an account of this system");
            continue;
        };
        let Some(person) = people.get(row).and_then(|id| matcher.person(id)) else {
            idle("HR has no such person");
            continue;
        };
        // People write the user name where a system's own ids are long.
        let account = accounts.find(system, id).or_else(|| {
            let names = names.get_or_insert_with(|| Names::of(accounts));
            names.only(system, &keys::address(id))
        });
        let Some(account) = account else {
            idle("no export of that system has this account");
            continue;
        };
        // Of several accounts that had the id, the link means those that were there while the person was.
        let mut meant: Vec<u32> = accounts.subjects.of_id(account).collect();
        if meant.len() > 1 {
            let until = |account: &u32| accounts.gone.get(account).map(|gone| gone.1);
            meant.retain(|account| {
                were_together(&persons[person as usize], created.get(*account as usize), until(account))
            });
        }
        found.extend(meant.into_iter().map(|account| (account, person)));
    }
    found
}

/// Whether a person was employed at some time between the making of an account and its end.
fn were_together(person: &Person, made: Option<Micros>, until: Option<Micros>) -> bool {
    person.employments.iter().any(|employment| {
        let begun = employment.started.zip(until).is_none_or(|(start, until)| start.0 <= until);
        begun && employment.end.as_ref().zip(made).is_none_or(|(end, made)| end.left.1 >= made)
    })
}

/// An account whose id and name another one had before is not that of who had left when it was made: the name alone
/// says nothing. A number of the person, or a link, does.
pub(super) fn part_from_earlier(accounts: &mut Accounts, persons: &[Person]) {
    let created = Times::of(&accounts.frame, "created_at");
    for life in &accounts.subjects.earlier {
        let account = life.later as usize;
        let Some((Some(person), rule)) = accounts.matches.get(account).copied() else {
            continue;
        };
        let by_name = matches!(rule, Rule::Upn | Rule::Email | Rule::Alias | Rule::Username);
        if by_name && !were_together(&persons[person as usize], created.get(account), None) {
            accounts.matches[account] = (None, Rule::Unmatched);
        }
    }
}
