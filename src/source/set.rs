//! The register of source mappings: those that ship, those written from the catalogue, and a company's own.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::rules::{RuleFile, did_you_mean, rule_files, shipped};

use super::compile::compile;
use super::index::Index;
use super::own;
use super::plan::Plan;
use super::spec::{RawClass, RawFormat};

/// One source mapping.
#[derive(Debug, Clone)]
pub struct Source {
    pub(super) plan: Plan,
    text: String,
    file: String,
    /// The company's own, and not shipped.
    own: bool,
}

impl Source {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.plan.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.plan.title
    }

    /// How to make the export, and what it cannot say.
    pub fn description(&self) -> &str {
        &self.plan.description
    }

    /// What kind of system it comes from.
    pub fn class(&self) -> RawClass {
        self.plan.class
    }

    /// Container family.
    pub fn format(&self) -> RawFormat {
        self.plan.format
    }

    /// The system that rows belong to when neither the row nor the folder says so.
    pub fn system(&self) -> Option<&str> {
        self.plan.system.as_deref()
    }

    /// How far back the source keeps data, as written (`90d`).
    pub fn retention(&self) -> Option<&str> {
        self.plan.retention.as_deref()
    }

    /// Tables that it feeds, in the order of the tables.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables: Vec<Table> = self.plan.rows.iter().map(|rows| rows.table).collect();
        tables.sort_unstable();
        tables.dedup();
        tables
    }

    /// Canonical columns that it can fill, by table.
    pub fn columns(&self) -> BTreeMap<Table, Vec<&'static str>> {
        let mut columns: BTreeMap<Table, Vec<&'static str>> = BTreeMap::new();
        for rows in &self.plan.rows {
            let names = columns.entry(rows.table).or_default();
            names.extend(rows.columns.iter().map(|(column, _)| column.name));
            names.sort_unstable();
            names.dedup();
        }
        columns
    }

    /// The keys by which a file is known, as a sentence for each set of them that will do.
    pub fn signs(&self) -> Vec<String> {
        let names = |paths: &[super::path::Path]| {
            paths.iter().map(|path| format!("`{}`", path.text)).collect::<Vec<_>>().join(", ")
        };
        let ways = self.plan.recognise.iter().map(|signs| {
            let mut out = Vec::new();
            if !signs.all.is_empty() {
                out.push(format!("all of {}", names(&signs.all)));
            }
            out.extend(signs.any.iter().map(|keys| format!("one of {}", names(keys))));
            out.extend(signs.one.iter().map(|keys| format!("exactly one of {}", names(keys))));
            if !signs.none.is_empty() {
                out.push(format!("none of {}", names(&signs.none)));
            }
            out.extend(signs.values.iter().map(|(path, _)| format!("a certain value in `{}`", path.text)));
            if let Some(wrapper) = &signs.wrapper {
                out.push(format!("the wrapping key `{wrapper}`"));
            }
            out.join("; ")
        });
        ways.collect()
    }

    /// How to make the export: a command, or the way through a console.
    pub fn export(&self) -> &str {
        &self.plan.export
    }

    /// What goes wrong when it is made otherwise, and what it cannot tell.
    pub fn pitfalls(&self) -> &[String] {
        &self.plan.pitfalls
    }

    /// The mapping as text: what `explain` shows and what the manifest hashes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is the company's own.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// Where it comes from: `mappings/sources/<id>.toml` for shipped ones, else the path as given.
    pub fn file(&self) -> &str {
        &self.file
    }
}

/// All mappings of a run, sorted by id.
#[derive(Debug, Clone)]
pub struct SourceSet {
    sources: Vec<Arc<Source>>,
    index: Arc<Index>,
}

/// Mappings by id, and the mistakes in their files.
type Found = (BTreeMap<String, Arc<Source>>, Vec<Diagnostic>);

/// The mappings that ship and those of the catalogue: compiled once in a process, however many runs it makes.
static SHIPPED: LazyLock<Found> = LazyLock::new(|| {
    let mut found = Found::default();
    let shipped = shipped("sources").map(|file| (file.stem().to_owned(), file.text.to_owned()));
    for (id, text) in own::mappings().into_iter().chain(shipped) {
        let file = format!("mappings/sources/{id}.toml");
        add(&mut found, (file, false), text, &id);
    }
    found
});

/// The same as a set.
static SHIPPED_SET: LazyLock<Outcome<SourceSet>> = LazyLock::new(|| SourceSet::of(SHIPPED.clone()));

impl SourceSet {
    /// The mappings that ship, then every `*.toml` of the given folders, and the given files; the same id replaces.
    ///
    /// # Errors
    /// All mistakes of all files at once, each with line and column.
    pub fn load(extra: &[PathBuf]) -> Outcome<Self> {
        if extra.is_empty() {
            return SHIPPED_SET.clone();
        }
        let mut found = SHIPPED.clone();
        for folder in extra {
            let mut from: BTreeMap<String, String> = BTreeMap::new();
            let nested = folder.join("sources");
            let folder = if nested.is_dir() { &nested } else { folder };
            for RuleFile { path, stem, text } in rule_files(folder, "toml", "mapping", &mut found.1) {
                if let Some(earlier) = from.insert(stem.clone(), path.clone()) {
                    let message = format!("the id `{stem}` is given twice, first in {earlier}");
                    found.1.push(Diagnostic::error("mapping-duplicate", message).at(Place::file(&path)));
                }
                add(&mut found, (path, true), text, &stem);
            }
        }
        Self::of(found)
    }

    fn of((found, problems): Found) -> Outcome<Self> {
        if !problems.is_empty() {
            return Err(Failure::usage(problems));
        }
        let sources: Vec<Arc<Source>> = found.into_values().collect();
        let index = Arc::new(Index::of(&sources));
        Ok(Self { sources, index })
    }

    /// All mappings, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().map(AsRef::as_ref)
    }

    /// What the mappings need.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// The mappings of a format of which some signs could stand in records with these folded keys.
    pub(super) fn possible(&self, format: RawFormat, keys: &HashSet<String>) -> impl Iterator<Item = &Source> {
        self.index.possible(format, keys).into_iter().map(|at| &*self.sources[at])
    }

    /// The mapping of an id.
    pub fn get(&self, id: &str) -> Option<&Source> {
        self.sources.binary_search_by(|source| source.id().cmp(id)).ok().map(|at| &*self.sources[at])
    }

    /// The mapping of an id that a user wrote.
    ///
    /// # Errors
    /// There is none: the message suggests the nearest.
    pub fn require(&self, id: &str) -> Outcome<&Source> {
        self.get(id).ok_or_else(|| {
            let ids: Vec<&str> = self.iter().map(Source::id).collect();
            let hint = did_you_mean(id, ids.iter().copied())
                .unwrap_or_else(|| "`overstay list sources` shows all of them".to_owned());
            Failure::usage_one(Diagnostic::error("unknown-source", format!("there is no source `{id}`")).hint(hint))
        })
    }
}

/// What is wrong with a mapping: every mistake with line and column.
pub fn mistakes_in(file: &str, text: &str) -> Vec<Diagnostic> {
    compile(file, text, None).err().unwrap_or_default()
}

fn add((found, problems): &mut Found, (file, own): (String, bool), text: String, stem: &str) {
    match compile(&file, &text, Some(stem)) {
        Ok(plan) => {
            found.insert(plan.id.clone(), Arc::new(Source { plan, text, file, own }));
        }
        Err(more) => problems.extend(more),
    }
}
