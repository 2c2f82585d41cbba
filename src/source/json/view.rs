//! Places where records may be, in a document and inside of its records.

use serde_json::Value;

use crate::source::path::WayStep;

use super::dotted::have_dots;
use super::unfold::{ENVELOPES, unfold};

/// How many steps inside of a record envelopes are opened.
const INNERMOST: usize = 4;

/// A place where records may be, with the first of them.
#[derive(Debug, Clone)]
pub(in crate::source) struct View {
    /// Folded keys from each top-level value down to the list or object; empty: the top-level values themselves.
    pub(in crate::source) way: Vec<String>,
    /// From what stands there to the records, where they are inside of it.
    pub(in crate::source) inner: Vec<WayStep>,
    /// Folded keys at the top of the document, where the records stand inside of it.
    pub(in crate::source) beside: Vec<String>,
    /// Only a mapping that names this place looks here.
    pub(in crate::source) declared: bool,
    /// The first records.
    pub(in crate::source) records: Vec<Value>,
    /// Whether it is a list, even an empty one.
    pub(in crate::source) list: bool,
    /// Whether it is one object behind a key, where a list would have stood: an answer about one record.
    pub(in crate::source) lone: bool,
    /// The entity set that the document's `@odata.context` names: `users` of `…/$metadata#users(id,mail)`.
    pub(in crate::source) entity: Option<String>,
}

impl View {
    /// A place that everybody looks at.
    pub(super) fn usual(way: Vec<String>, records: Vec<Value>, list: bool, entity: Option<String>) -> Self {
        Self { way, inner: Vec::new(), beside: Vec::new(), declared: false, records, list, lone: false, entity }
    }

    /// The rows of a table.
    pub(in crate::source) fn rows(records: Vec<Value>) -> Self {
        Self::usual(Vec::new(), records, true, None)
    }

    /// The whole way from the top to the records.
    fn whole(&self) -> Vec<WayStep> {
        self.way.iter().map(|key| WayStep::Key(key.clone())).chain(self.inner.iter().cloned()).collect()
    }

    /// Whether a way that a mapping names leads here.
    pub(in crate::source) fn is_at(&self, way: &[WayStep]) -> bool {
        way.len() == self.way.len() + self.inner.len()
            && way.ends_with(&self.inner)
            && way.iter().zip(&self.way).all(|(step, key)| matches!(step, WayStep::Key(name) if name == key))
    }

    /// Whether its records are the members of one object, as everybody finds them.
    pub(in crate::source) fn is_map_of_records(&self) -> bool {
        !self.declared && self.way.is_empty() && self.inner == [WayStep::Each]
    }

    /// Whether it leads on from another place into an envelope: then the other only wraps its records.
    pub(in crate::source) fn is_opened(&self, other: &Self) -> bool {
        let opened = self.inner.last() != Some(&WayStep::Tree) && self.inner.len() > other.inner.len();
        !self.declared && opened && self.is_within(other)
    }

    /// Whether the way to another place is one of those that lead here: here, members of any name are looked into.
    pub(in crate::source) fn takes_all_of(&self, other: &Self) -> bool {
        let (ways, way) = (self.whole(), other.whole());
        let any = |(here, there): (&WayStep, &WayStep)| here == there || *here == WayStep::Each;
        ways.len() == way.len() && ways != way && ways.iter().zip(&way).all(any)
    }

    /// Whether its records stand inside of those of another place.
    pub(in crate::source) fn is_within(&self, other: &Self) -> bool {
        self.whole().starts_with(&other.whole())
    }
}

/// Adds the places inside of the records: those that mappings name from the top, and envelopes.
pub(in crate::source) fn look_inside(views: &mut Vec<View>, ways: &[Vec<WayStep>]) {
    // What everybody looks at comes first: that a mapping names the same place takes it from nobody.
    open_envelopes(views, 0);
    if let Some(at) =
        views.iter().position(|view| view.way.is_empty() && view.inner.is_empty() && is_map(&view.records))
    {
        add_inner(views, at, &[WayStep::Each], false);
    }
    let known = views.len();
    if let Some(top) = views.iter().position(|view| view.way.is_empty() && view.inner.is_empty()) {
        for way in ways {
            add_inner(views, top, way, true);
        }
    }
    open_envelopes(views, known);
}

/// Whether a document is one map of records by a name of theirs: members that are objects alone, and alike.
fn is_map(records: &[Value]) -> bool {
    let [Value::Object(members)] = records else { return false };
    let inner: Option<Vec<_>> = members.values().map(Value::as_object).collect();
    let alike = |all: Vec<&serde_json::Map<String, Value>>| {
        let first = all.first().copied().filter(|first| !first.is_empty());
        all.len() > 1 && first.is_some_and(|first| all.iter().all(|one| first.keys().any(|key| one.contains_key(key))))
    };
    inner.is_some_and(alike)
}

/// Adds the places inside of those from the given one on, and of what is added.
fn open_envelopes(views: &mut Vec<View>, from: usize) {
    let mut at = from;
    while at < views.len() {
        let declared = views[at].declared;
        for envelope in &ENVELOPES {
            let way: Vec<WayStep> = envelope.iter().map(|key| WayStep::Key((*key).to_owned())).collect();
            add_inner(views, at, &way, declared);
        }
        if views[at].inner.last() != Some(&WayStep::Tree) && have_dots(&views[at].records) {
            add_inner(views, at, &[WayStep::Tree], declared);
        }
        at += 1;
    }
}

/// Adds the place to which a way leads from the records of another, if it leads anywhere.
pub(super) fn add_inner(views: &mut Vec<View>, at: usize, way: &[WayStep], declared: bool) {
    let view = &views[at];
    if view.inner.len() + way.len() > INNERMOST + 2 {
        return;
    }
    let records: Vec<Value> = view.records.iter().flat_map(|record| unfold(record, way)).collect();
    if records.is_empty() {
        return;
    }
    let inner: Vec<WayStep> = view.inner.iter().chain(way).cloned().collect();
    let full: Vec<WayStep> = view.whole().into_iter().chain(way.iter().cloned()).collect();
    if views.iter().all(|known| !known.is_at(&full)) {
        let (way, entity, beside) = (view.way.clone(), view.entity.clone(), view.beside.clone());
        views.push(View { way, inner, beside, declared, records, list: false, lone: false, entity });
    }
}
