//! AI agents with their sponsors: what the tables know of each.

use hashbrown::{HashMap, HashSet};

use crate::assess::Names;
use crate::dataset::{Flags, Frames, Table, Texts, Times};
use crate::report::{Action, Agent, AgentList, Stamp};
use crate::time::Micros;

/// Agents that a report lists.
const SHOWN: usize = 200;

/// All accounts of agents, and accounts that act for one.
pub(super) fn agents(frames: &Frames, names: &Names, actions: &[Action], as_of: Micros) -> AgentList {
    let frame = frames.get_or_empty(Table::Accounts);
    let text = |name: &str| Texts::of(&frame, name);
    let (key, system, id) = (text("account_key"), text("system"), text("account_id"));
    let (username, email, kind, status) = (text("username"), text("email"), text("kind"), text("status"));
    let (owner, owner_text, ownership) = (text("owner_person_id"), text("owner_text"), text("ownership"));
    let (parent, live) = (text("parent_id"), Flags::of(&frame, "owner_live"));
    let (created, used) = (Times::of(&frame, "created_at"), Times::of(&frame, "last_seen_hi"));
    let mut agents = Vec::new();
    let is_agent = |row: &usize| {
        let is_later = created.get(*row).is_some_and(|at| at > as_of);
        (kind.get(*row) == Some("agent") || parent.get(*row).is_some()) && !is_later
    };
    let called = |row: usize| {
        let account = username.get(row).or(email.get(row)).or(id.get(row)).unwrap_or_default();
        (system.get(row).unwrap_or_default(), account)
    };
    let rows: Vec<usize> = (0..frame.height()).filter(is_agent).collect();
    let (reviewed, found) = (reviewed(frames), found(actions, &rows.iter().map(|row| called(*row)).collect()));
    let mut list = AgentList::default();
    for row in rows {
        let (system, account) = called(row);
        let named = owner.get(row).and_then(|id| names.person(id)).map(|person| person.name.unwrap_or(person.id));
        let known = ownership.get(row).is_some_and(|word| word != "unknown");
        let active = status.get(row) == Some("active");
        list.total += 1;
        list.active += u64::from(active);
        list.with_sponsor_field += u64::from(active && known);
        list.with_live_sponsor += u64::from(active && live.get(row) == Some(true));
        agents.push(Agent {
            findings: found.get(&(system, account)).cloned().unwrap_or_default(),
            status: status.get(row).unwrap_or("unknown").to_owned(),
            sponsor: named.or(owner_text.get(row)).filter(|text| !text.trim().is_empty()).map(str::to_owned),
            sponsor_known: known,
            sponsor_live: live.get(row),
            created_at: created.get(row).map(Stamp),
            last_used: used.get(row).map(|at| Stamp(at.min(as_of))),
            reviewed_at: key.get(row).and_then(|key| reviewed.get(key)).copied().map(Stamp),
            system: system.to_owned(),
            account: account.to_owned(),
        });
    }
    agents.sort();
    agents.truncate(SHOWN);
    list.items = agents;
    list
}

/// When somebody last decided on each account.
fn reviewed(frames: &Frames) -> HashMap<String, Micros> {
    let frame = frames.get_or_empty(Table::Reviews);
    let (key, decision) = (Texts::of(&frame, "account_key"), Texts::of(&frame, "decision"));
    let at = Times::of(&frame, "decided_at");
    let mut newest: HashMap<String, Micros> = HashMap::new();
    for row in 0..frame.height() {
        let decided = matches!(decision.get(row), Some("keep" | "revoke"));
        if let (true, Some(key), Some(at)) = (decided, key.get(row), at.get(row)) {
            let known = newest.entry(key.to_owned()).or_insert(at);
            *known = (*known).max(at);
        }
    }
    newest
}

/// The metrics that have a finding, by system and account, of those that are asked for.
fn found<'a>(actions: &'a [Action], asked: &HashSet<(&str, &str)>) -> HashMap<(&'a str, &'a str), Vec<String>> {
    let mut of: HashMap<(&str, &str), Vec<String>> = HashMap::new();
    for action in actions.iter().filter(|action| action.subject_kind == "account") {
        let account = (action.system.as_deref().unwrap_or_default(), action.subject.as_str());
        if asked.contains(&account) {
            let metrics = action.findings.iter().map(|finding| finding.metric.clone());
            of.entry(account).or_default().extend(metrics);
        }
    }
    of
}
