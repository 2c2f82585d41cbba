//! What sources claim about people, row by row, and which rows are about one person.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use crate::dataset::{Column, ColumnKind, Frames, Lineage, Role, Table, Texts, Times};
use crate::time::{DAY, Micros};

use super::series::{Series, Sight};
use super::{Context, Facts, keys};

/// Typed access to the rows of the people table.
pub(super) struct Rows {
    /// Every text that merges by authority, by column.
    texts: BTreeMap<&'static str, Texts>,
    /// `started`, `ended`, `on_leave`, `effective`.
    bounds: BTreeMap<&'static str, (Times, Times)>,
    pub aliases: Texts,
    ids: Texts,
    pub recorded: Times,
    pub changed: Times,
    unread: Texts,
    lineage: Lineage,
    as_of: Micros,
}

/// One row about a person.
pub(super) struct Claim {
    pub row: usize,
    pub source: String,
    pub observed: Micros,
    /// The export that it stands in.
    pub sight: Option<Sight>,
}

/// The columns whose texts merge by authority: what sources say of a person beside its id, addresses and dates.
pub(super) fn text_columns() -> impl Iterator<Item = &'static Column> {
    let own = ["person_id", "aliases"];
    let is_text = |column: &&Column| column.kind == ColumnKind::Text && column.role != Role::Derived;
    Table::People.columns().iter().filter(is_text).filter(move |column| !own.contains(&column.name))
}

/// The authority that decides a column.
pub(super) fn attribute(column: &str) -> &'static str {
    match column {
        "worker_type" | "status" | "on_leave" => "status",
        "department" | "title" => "department",
        "manager_id" => "manager",
        _ => "name",
    }
}

/// What each source says of people, by attribute.
pub(super) fn attributes(rows: &Rows, context: &Context<'_>) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut all: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let columns: Vec<&'static str> = text_columns().map(|column| column.name).collect();
    for row in 0..rows.len() {
        let source = context.source_of(rows.file(row));
        let known = match all.get_mut(source) {
            Some(known) => known,
            None => all.entry(source.to_owned()).or_default(),
        };
        let said = columns.iter().map(|column| (attribute(column), rows.text(column, row).is_some()));
        let dates = ["started", "ended"].map(|name| ("dates", rows.bounds(name, row).is_some()));
        for (attribute, _) in said.chain(dates).filter(|(_, says)| *says) {
            known.insert(attribute);
        }
    }
    all
}

impl Rows {
    pub(super) fn of(frames: &Frames, as_of: Micros) -> Self {
        let frame = frames.get_or_empty(Table::People);
        let bounds = |name: &'static str| {
            let [lo, hi] = ["lo", "hi"].map(|edge| Times::of(&frame, &format!("{name}_{edge}")));
            (name, (lo, hi))
        };
        Self {
            texts: text_columns().map(|column| (column.name, Texts::of(&frame, column.name))).collect(),
            bounds: ["started", "ended", "on_leave", "effective"].map(bounds).into(),
            aliases: Texts::of(&frame, "aliases"),
            ids: Texts::of(&frame, "person_id"),
            recorded: Times::of(&frame, "end_recorded_at"),
            changed: Times::of(&frame, "changed_at"),
            unread: Texts::of(&frame, "unread"),
            lineage: Lineage::of(&frame),
            as_of,
        }
    }

    /// Since when the row holds: its own date, else the beginning of the employment that it is about.
    pub(super) fn since(&self, row: usize) -> Option<(Micros, Micros)> {
        self.bounds("effective", row).or_else(|| self.bounds("started", row))
    }

    /// Whether the row holds only after the as-of time.
    pub(super) fn is_to_come(&self, row: usize) -> bool {
        self.since(row).is_some_and(|since| since.0 > self.as_of)
    }

    pub(super) fn text(&self, name: &str, row: usize) -> Option<&str> {
        self.texts.get(name).and_then(|column| column.get(row)).map(str::trim).filter(|text| !text.is_empty())
    }

    pub(super) fn bounds(&self, name: &str, row: usize) -> Option<(Micros, Micros)> {
        let (lo, hi) = self.bounds.get(name)?;
        lo.get(row).zip(hi.get(row))
    }

    /// The columns of the row in which something stands that was not understood.
    pub(super) fn unread(&self, row: usize) -> impl Iterator<Item = &str> {
        self.unread.get(row).unwrap_or_default().split(';').filter(|column| !column.is_empty())
    }

    /// Whether something stands in a column of the row that was not understood.
    pub(super) fn is_unread(&self, name: &str, row: usize) -> bool {
        self.unread(row).any(|column| column == name)
    }

    pub(super) fn src(&self, row: usize) -> (i32, i32) {
        (self.lineage.file(row), self.lineage.row(row))
    }

    pub(super) fn file(&self, row: usize) -> i32 {
        self.lineage.file(row)
    }

    /// Whether the row says of the end of an employment anything at all.
    pub(super) fn tells_end(&self, row: usize) -> bool {
        self.bounds("ended", row).is_some()
            || self.text("status", row).is_some_and(|status| status != "unknown")
            || self.is_unread("ended", row)
            || self.is_unread("status", row)
    }

    /// Whether the person of the row works, as far as the row tells.
    pub(super) fn is_current(&self, row: usize) -> bool {
        self.bounds("ended", row).is_none() && self.text("status", row) != Some("terminated")
    }

    fn id(&self, row: usize) -> Option<Cow<'_, str>> {
        self.ids.get(row).map(keys::id).filter(|id| !id.is_empty())
    }

    fn len(&self) -> usize {
        self.ids.len()
    }
}

/// The rows of each person, by person id.
pub(super) struct Groups {
    pub claims: BTreeMap<String, Vec<Claim>>,
    /// The exports that rows of people stand in.
    pub series: Series,
}

/// Groups the rows by person. HR rows make persons; rows of other sources join the person whose id or employee number
/// they give. Ids that differ in case only are one person, unless one export has both.
pub(super) fn group(rows: &Rows, context: &Context<'_>, facts: &mut Facts) -> Groups {
    let spellings = Spellings::of(rows, context);
    let lists = lists_of_leavers(rows, context);
    facts.keeps_leavers = keeps_leavers(rows, context);
    let series = Series::of(context, "people", &lists, rows.len(), |row| {
        Some((rows.file(row), "", spellings.canonical(rows.id(row)?)))
    });
    let mut claims: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    let mut numbers: HashMap<String, Option<String>> = HashMap::new();
    let mut others = Vec::new();
    for row in 0..rows.len() {
        let Some(id) = rows.id(row) else {
            continue;
        };
        let file = rows.file(row);
        let source = context.source_of(file);
        let claim = Claim {
            row,
            source: source.to_owned(),
            observed: context.observed_at(file),
            sight: series.sight(file, ""),
        };
        if !context.authority.makes_people(source) {
            others.push((id, claim));
            continue;
        }
        let id = spellings.canonical(id).into_owned();
        if let Some(number) = rows.text("employee_id", row) {
            // A number that two persons share leads to nobody.
            let other = |known: &mut Option<String>| {
                if known.as_deref() != Some(&id) {
                    *known = None;
                }
            };
            numbers.entry(keys::address(number).into_owned()).and_modify(other).or_insert_with(|| Some(id.clone()));
        }
        claims.entry(id).or_default().push(claim);
    }
    let mut strangers = 0;
    for (id, claim) in others {
        let id = spellings.canonical(id);
        let known = if claims.contains_key(id.as_ref()) {
            Some(id.as_ref())
        } else {
            numbers.get(keys::address(&id).as_ref()).and_then(Option::as_deref)
        };
        match known.and_then(|id| claims.get_mut(id)) {
            Some(claims) => claims.push(claim),
            None => strangers += 1,
        }
    }
    if strangers > 0 {
        facts.count("people", "directory entries about people whom HR does not list", strangers);
    }
    Groups { claims, series }
}

/// Files in which nobody works any more: whoever is absent from a list of leavers has not left.
fn lists_of_leavers(rows: &Rows, context: &Context<'_>) -> BTreeSet<i32> {
    let (mut all, mut current) = (BTreeSet::new(), BTreeSet::new());
    for row in 0..rows.len() {
        let file = rows.file(row);
        // A file mostly shows soon that somebody works.
        if !current.contains(&file) {
            all.insert(file);
            if rows.is_current(row) || rows.bounds("ended", row).is_some_and(|end| end.1 > context.observed_at(file)) {
                current.insert(file);
            }
        }
    }
    let others = (0..).zip(context.files).filter(|(_, file)| file.only_left_out).map(|(file, _)| file);
    all.difference(&current).copied().chain(others).collect()
}

/// How long ago somebody left whom a source of leavers still lists.
const LONG: Micros = 92 * DAY;

/// Sources of HR that go on listing people who left long ago.
fn keeps_leavers(rows: &Rows, context: &Context<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for row in 0..rows.len() {
        let (file, ended) = (rows.file(row), rows.bounds("ended", row));
        if ended.is_some_and(|end| end.1 + LONG < context.observed_at(file)) && !found.contains(context.source_of(file))
        {
            found.insert(context.source_of(file).to_owned());
        }
    }
    found
}

/// The spelling under which each person id is known, where HR writes it in several ways.
struct Spellings(HashMap<String, Spelling>);

enum Spelling {
    /// In one way, or in several ways of which the newest is given.
    One(String),
    /// In several ways in one export: they are several persons.
    Several,
}

impl Spellings {
    fn of(rows: &Rows, context: &Context<'_>) -> Self {
        // When each spelling was seen; made only for ids that have several.
        let mut seen: BTreeMap<String, BTreeMap<String, BTreeSet<Micros>>> = BTreeMap::new();
        let mut known: HashMap<String, Spelling> = HashMap::new();
        let people =
            || (0..rows.len()).filter(|row| context.authority.makes_people(context.source_of(rows.file(*row))));
        for id in people().filter_map(|row| rows.id(row)) {
            let key = keys::address(&id);
            match known.get(key.as_ref()) {
                None => {
                    known.insert(key.into_owned(), Spelling::One(id.into_owned()));
                }
                Some(Spelling::One(first)) if *first == id => {}
                Some(_) => {
                    seen.entry(key.into_owned()).or_default();
                }
            }
        }
        if seen.is_empty() {
            return Self(known);
        }
        for row in people() {
            let Some(id) = rows.id(row) else { continue };
            if let Some(ways) = seen.get_mut(keys::address(&id).as_ref()) {
                ways.entry(id.into_owned()).or_default().insert(context.observed_at(rows.file(row)));
            }
        }
        known.extend(seen.into_iter().map(|(key, ways)| {
            let times = ways.values().map(BTreeSet::len).sum::<usize>();
            let distinct = ways.values().flatten().collect::<BTreeSet<_>>().len();
            let newest = ways.into_iter().max_by_key(|(_, times)| times.last().copied());
            match newest {
                Some((id, _)) if times == distinct => (key, Spelling::One(id)),
                _ => (key, Spelling::Several),
            }
        }));
        Self(known)
    }

    fn canonical<'a>(&self, id: Cow<'a, str>) -> Cow<'a, str> {
        match self.0.get(keys::address(&id).as_ref()) {
            Some(Spelling::One(known)) if *known != id => Cow::Owned(known.clone()),
            _ => id,
        }
    }
}
