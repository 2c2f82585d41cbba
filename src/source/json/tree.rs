//! A record as a tree that holds only what the mapping asks for, with texts borrowed from the file.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::source::eval::{Cell as Got, Record};
use crate::source::path::{Path, Step, same_key};
use crate::source::plan::{Condition, Plan};

/// Which keys are wanted, as a tree; lists are transparent.
#[derive(Debug, Default)]
pub(in crate::source) struct Trie {
    nodes: Vec<Vec<(String, usize)>>,
    /// What stands between the parts of a text, where a path asks for parts.
    splits: Vec<Option<String>>,
}

impl Trie {
    /// Everything that a plan looks at.
    pub(in crate::source) fn of(plan: &Plan) -> Self {
        let mut trie = Self { nodes: vec![Vec::new()], splits: vec![None] };
        let of = |conditions: &[Condition]| -> Vec<usize> {
            conditions
                .iter()
                .flat_map(|condition| std::iter::once(condition.slot).chain(condition.test.differs_from))
                .collect()
        };
        let skips = plan.skips.iter().chain(&plan.doubts).map(|skip| &skip.when);
        let whole = skips.chain(plan.leaves_out.as_ref().map(|left| &left.shown_by));
        for slot in whole.flat_map(|conditions| of(conditions)) {
            trie.add(0, &plan.slots[slot]);
        }
        if let Some(slot) = plan.observed_at {
            trie.add(0, &plan.slots[slot]);
        }
        for rows in &plan.rows {
            let base = rows.each.map_or(0, |slot| trie.add(0, &plan.slots[slot]));
            let mut slots = of(&rows.when);
            slots.extend(of(&rows.or_when));
            for (_, rule) in &rows.columns {
                rule.slots(&mut slots);
            }
            for slot in slots {
                let path = &plan.slots[slot];
                trie.add(if path.from_record { 0 } else { base }, path);
            }
        }
        trie
    }

    fn add(&mut self, base: usize, path: &Path) -> usize {
        let mut node = base;
        for step in &path.steps {
            match step {
                Step::Key(key) => node = self.child(node, key),
                Step::Index(_) => {}
                Step::Pick(key, _) => {
                    self.child(node, key);
                }
                Step::Split(by) => self.splits[node] = Some(by.clone()),
            }
        }
        node
    }

    fn child(&mut self, node: usize, key: &str) -> usize {
        if let Some((_, child)) = self.nodes[node].iter().find(|(known, _)| known == key) {
            return *child;
        }
        self.nodes.push(Vec::new());
        self.splits.push(None);
        let child = self.nodes.len() - 1;
        self.nodes[node].push((key.to_owned(), child));
        child
    }

    /// Parses one record, and tells whether a whole number in it was rounded.
    pub(super) fn parse<'de, 't>(&'t self, text: &'de str) -> serde_json::Result<(Node<'de, 't>, bool)> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let rounded = Cell::new(false);
        let node = Seed { trie: self, node: 0, rounded: &rounded }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok((node, rounded.get()))
    }
}

/// A pruned value.
#[derive(Debug)]
pub(super) enum Node<'de, 't> {
    Null,
    Text(Cow<'de, str>),
    /// A text and its parts.
    Parts(Cow<'de, str>, Vec<Node<'de, 't>>),
    List(Vec<Node<'de, 't>>),
    /// Wanted members, and whether there was any member at all.
    Map(Vec<(&'t str, Node<'de, 't>)>, bool),
}

impl<'t> Node<'_, 't> {
    /// The same with texts of its own.
    fn owned<'de>(self) -> Node<'de, 't> {
        let text = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let list = |list: Vec<Node<'_, 't>>| list.into_iter().map(Node::owned).collect();
        match self {
            Self::Null => Node::Null,
            Self::Text(inner) => Node::Text(text(inner)),
            Self::Parts(inner, parts) => Node::Parts(text(inner), list(parts)),
            Self::List(inner) => Node::List(list(inner)),
            Self::Map(members, any) => {
                Node::Map(members.into_iter().map(|(name, node)| (name, node.owned())).collect(), any)
            }
        }
    }
}

struct Seed<'t, 'r> {
    trie: &'t Trie,
    node: usize,
    /// Whether a number was met that only a floating-point number holds, and none exactly.
    rounded: &'r Cell<bool>,
}

impl<'t> Seed<'t, '_> {
    /// What a text is, where it holds a record that paths go into, or parts that they ask for.
    fn within<'de>(&self, text: &str) -> Option<Node<'de, 't>> {
        if let Some(by) = &self.trie.splits[self.node] {
            let parts = text.split(by.as_str()).map(str::trim).filter(|part| !part.is_empty());
            let parts = parts.map(|part| Node::Text(Cow::Owned(part.to_owned()))).collect();
            return Some(Node::Parts(Cow::Owned(text.to_owned()), parts));
        }
        if self.trie.nodes[self.node].is_empty() || !holds_record(text) {
            return None;
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let inner = Seed { trie: self.trie, node: self.node, rounded: self.rounded }.deserialize(&mut deserializer);
        let node = inner.ok()?.owned();
        deserializer.end().ok().map(|()| node)
    }
}

/// Whether a text looks like a JSON object or list.
pub(in crate::source) fn holds_record(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'))
}

/// From here on, whole numbers become floating-point ones.
const EXACT: f64 = 9.0e18;

impl<'de, 't> DeserializeSeed<'de> for Seed<'t, '_> {
    type Value = Node<'de, 't>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 't> Visitor<'de> for Seed<'t, '_> {
    type Value = Node<'de, 't>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Borrowed(if flag { "true" } else { "false" })))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.rounded.set(self.rounded.get() || number.abs() >= EXACT);
        Ok(Node::Text(Cow::Owned(number.to_string())))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(self.within(text).unwrap_or(Node::Text(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.within(text).unwrap_or_else(|| Node::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(node) =
            seq.next_element_seed(Seed { trie: self.trie, node: self.node, rounded: self.rounded })?
        {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let wanted = &self.trie.nodes[self.node];
        let mut members: Vec<(&'t str, Node<'de, 't>)> = Vec::new();
        let mut any = false;
        let mut clock = Clock::default();
        while let Some(key) = map.next_key_seed(Key { wanted })? {
            any = true;
            match key {
                Known::Child(at) => {
                    let (name, node) = &wanted[at];
                    let value = map.next_value_seed(Seed { trie: self.trie, node: *node, rounded: self.rounded })?;
                    members.push((name, value));
                }
                Known::Clock(field) => clock.set(field, &map.next_value::<Value>()?),
                Known::Nothing => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(match clock.text() {
            Some(text) => Node::Text(Cow::Owned(text)),
            None => Node::Map(members, any),
        })
    }
}

enum Known {
    Child(usize),
    /// A field of a recorded date object.
    Clock(usize),
    Nothing,
}

struct Key<'t> {
    wanted: &'t [(String, usize)],
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Known;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Known, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Known, E> {
        if let Some(at) = self.wanted.iter().position(|(folded, _)| same_key(key, folded)) {
            return Ok(Known::Child(at));
        }
        if self.wanted.is_empty()
            && let Some(field) = CLOCK.iter().position(|name| *name == key)
        {
            return Ok(Known::Clock(field));
        }
        Ok(Known::Nothing)
    }
}

pub(super) const CLOCK: [&str; 8] = ["__class__", "year", "month", "day", "hour", "minute", "second", "microsecond"];

/// `{"__class__": "datetime", "year": …}`: how recorded cloud answers write an instant.
#[derive(Default)]
pub(super) struct Clock {
    is_clock: bool,
    fields: [i64; 8],
}

impl Clock {
    pub(super) fn set(&mut self, field: usize, value: &Value) {
        if field == 0 {
            self.is_clock = value.as_str() == Some("datetime");
        } else {
            self.fields[field] = value.as_i64().unwrap_or_default();
        }
    }

    pub(super) fn text(&self) -> Option<String> {
        let [_, year, month, day, hour, minute, second, micros] = self.fields;
        self.is_clock.then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"))
    }
}

/// A record, or an element of it.
pub(super) struct Item<'n, 'de, 't> {
    pub(super) slots: &'n [Path],
    pub(super) record: &'n Node<'de, 't>,
    pub(super) element: &'n Node<'de, 't>,
}

impl<'n, 'de, 't> Item<'n, 'de, 't> {
    fn visit(&self, slot: usize, f: &mut dyn FnMut(&'n Node<'de, 't>) -> bool) {
        let path = &self.slots[slot];
        visit(if path.from_record { self.record } else { self.element }, &path.steps, f);
    }

    /// The elements of the list at a slot, each as a record.
    pub(super) fn elements(&self, slot: usize) -> Vec<Self> {
        let mut out = Vec::new();
        let (slots, record) = (self.slots, self.record);
        self.visit(slot, &mut |node| {
            if !matches!(node, Node::Null) && !matches!(node, Node::List(list) if list.is_empty()) {
                out.push(Self { slots, record, element: node });
            }
            true
        });
        out
    }
}

impl Record for Item<'_, '_, '_> {
    fn cell(&self, slot: usize) -> Got<'_> {
        let mut found = Got::Absent;
        self.visit(slot, &mut |node| {
            match cell(node) {
                text @ Got::Text(_) => {
                    found = text;
                    return false;
                }
                Got::Whole => found = Got::Whole,
                Got::Null if found == Got::Absent => found = Got::Null,
                _ => {}
            }
            true
        });
        found
    }

    fn all<'s>(&'s self, slot: usize, out: &mut Vec<&'s str>) {
        self.visit(slot, &mut |node| {
            if let Got::Text(text) = cell(node) {
                out.push(text);
            }
            true
        });
    }
}

fn cell<'n>(node: &'n Node<'_, '_>) -> Got<'n> {
    match node {
        Node::Null | Node::Map(_, false) => Got::Null,
        Node::Text(text) | Node::Parts(text, _) => match text.trim() {
            "" => Got::Null,
            text => Got::Text(text),
        },
        Node::List(list) if list.is_empty() => Got::Null,
        Node::List(_) | Node::Map(..) => Got::Whole,
    }
}

/// Calls `f` with every node at a path until it says `false`; gives whether to go on.
fn visit<'n, 'de, 't>(node: &'n Node<'de, 't>, steps: &[Step], f: &mut dyn FnMut(&'n Node<'de, 't>) -> bool) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return match node {
            Node::List(list) if !list.is_empty() => list.iter().all(|item| visit(item, &[], f)),
            other => f(other),
        };
    };
    match (step, node) {
        (Step::Key(key), Node::Map(members, _)) => {
            members.iter().filter(|(name, _)| name == key).all(|(_, member)| visit(member, rest, f))
        }
        (Step::Key(_), Node::List(list)) => list.iter().all(|item| visit(item, steps, f)),
        (Step::Index(at), Node::List(list)) => list.get(*at).is_none_or(|item| visit(item, rest, f)),
        (Step::Index(at), other) => *at != 0 || visit(other, rest, f),
        (Step::Pick(key, words), Node::List(list)) => {
            list.iter().find(|item| picks(item, key, words)).is_none_or(|item| visit(item, rest, f))
        }
        (Step::Pick(key, words), other) => !picks(other, key, words) || visit(other, rest, f),
        (Step::Split(_), Node::List(list)) => list.iter().all(|item| visit(item, steps, f)),
        (Step::Split(_), Node::Parts(_, parts)) => parts.iter().all(|part| visit(part, rest, f)),
        (Step::Split(_), other) => visit(other, rest, f),
        (Step::Key(_), _) => true,
    }
}

fn picks(node: &Node<'_, '_>, key: &str, words: &[String]) -> bool {
    let Node::Map(members, _) = node else { return false };
    members.iter().any(|(name, member)| {
        *name == key
            && matches!(cell(member), Got::Text(text) if words.iter().any(|word| word.eq_ignore_ascii_case(text)))
    })
}
