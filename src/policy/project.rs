//! The project file `overstay.toml`: optional, checked as a whole, overridden by command-line flags.

use std::collections::BTreeSet;

use globset::{Glob, GlobMatcher};
use toml::Spanned;

use crate::diag::{Diagnostic, Place};
use crate::time::{Micros, Moment, Period, TimeFormat, Zone, parse_time, rfc3339};

use crate::rules::{Fields, Sheet, did_you_mean};

/// Which moment a report speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// A given instant.
    At(Micros),
    /// The wall clock, only because it was asked for.
    Now,
    /// The end of the period.
    PeriodEnd,
    /// The newest instant in the inputs.
    NewestInput,
}

impl std::str::FromStr for AsOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "now" => Ok(Self::Now),
            "period-end" => Ok(Self::PeriodEnd),
            "newest-input" => Ok(Self::NewestInput),
            other => match parse_time(other.as_bytes(), TimeFormat::Iso) {
                Some(Moment::At(at)) => Ok(Self::At(at)),
                _ => Err("expected a time with a zone, such as \"2026-10-01T00:00:00Z\", or \"now\", \"period-end\" \
                          or \"newest-input\""
                    .to_owned()),
            },
        }
    }
}

impl std::fmt::Display for AsOf {
    /// The text that reads back as this.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(at) => f.write_str(&rfc3339(*at)),
            Self::Now => f.write_str("now"),
            Self::PeriodEnd => f.write_str("period-end"),
            Self::NewestInput => f.write_str("newest-input"),
        }
    }
}

/// The order of sources per attribute of a person: the first that says something wins. Empty: the default order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authority {
    /// For the status.
    pub status: Vec<String>,
    /// For the dates of employments.
    pub dates: Vec<String>,
    /// For the department and title.
    pub department: Vec<String>,
    /// For the manager.
    pub manager: Vec<String>,
    /// For the name.
    pub name: Vec<String>,
}

/// A line of `[sources]`: files that match belong to this source, whatever they look like.
#[derive(Debug, Clone)]
pub struct SourceRule {
    /// The pattern as written; it is matched against the path under the folder of exports.
    pub pattern: String,
    /// Source id.
    pub source: String,
    /// Where it stands.
    pub place: Place,
    glob: GlobMatcher,
}

impl SourceRule {
    /// Whether the rule is for this path (with `/`, relative to the folder of exports).
    pub fn matches(&self, path: &str) -> bool {
        self.pattern == path || self.glob.is_match(path)
    }
}

/// A name, or a pattern of names, of `[scope]`.
#[derive(Debug, Clone)]
pub struct ScopeName {
    /// As written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Where it may mean several.
    glob: Option<GlobMatcher>,
}

impl ScopeName {
    /// Systems are names without regard to case.
    fn system(sheet: &mut Sheet<'_>, mut text: Spanned<String>) -> Option<Self> {
        *text.get_mut() = text.get_ref().to_lowercase();
        Self::read(sheet, text)
    }

    fn read(sheet: &mut Sheet<'_>, text: Spanned<String>) -> Option<Self> {
        let glob = check_glob(sheet, &text)?;
        let is_pattern = text.get_ref().contains(super::scope::is_special);
        Some(Self { place: sheet.place(&text.span()), text: text.into_inner(), glob: is_pattern.then_some(glob) })
    }

    /// Whether a system is meant.
    pub fn matches(&self, system: &str) -> bool {
        self.text == system || self.glob.as_ref().is_some_and(|glob| glob.is_match(system))
    }

    /// Whether it may mean several.
    pub fn is_pattern(&self) -> bool {
        self.glob.is_some()
    }
}

/// A line with names of systems: what the files of a folder may speak of, or how else a system is called.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// The folder, or the system.
    pub name: String,
    /// The systems, or the other names.
    pub names: Vec<ScopeName>,
    /// Where it stands.
    pub place: Place,
}

/// A project file. Everything is optional.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The file, as messages name it.
    pub file: String,
    /// Name of the organisation.
    pub organisation: Option<String>,
    /// Classification to print.
    pub classification: Option<String>,
    /// Zone of dates and times without one.
    pub zone: Option<Zone>,
    /// Reporting period as written; it is parsed in the zone that finally applies.
    pub period: Option<String>,
    /// The moment the report speaks about.
    pub as_of: Option<AsOf>,
    /// Systems that must be covered, and nothing else is; empty: all.
    pub systems: Vec<ScopeName>,
    /// Systems that are left out.
    pub exclude_systems: Vec<ScopeName>,
    /// Which source wins.
    pub authority: Authority,
    /// Policy file, relative to the project file.
    pub policy: Option<String>,
    /// Framework ids, in the order of the report; `None`: the default choice.
    pub frameworks: Option<Vec<String>>,
    /// Folders with own sources, metrics, frameworks, relative to the project file.
    pub mappings: Vec<String>,
    /// Folder with own templates and brand, relative to the project file, and where the line stands.
    pub templates: Option<(String, Place)>,
    /// Which source reads which file, in the order of the text: the first that matches decides.
    pub sources: Vec<SourceRule>,
    /// Systems that the files of a folder may speak of beside the folder's own.
    pub speaks_of: Vec<Allowed>,
    /// Other names of systems.
    pub aliases: Vec<Allowed>,
    /// Where registers (waivers, links, systems, extractions) count beside the top of the folder.
    pub registers: Vec<ScopeName>,
    ids: Vec<(IdKind, String, Place)>,
    authorities: Vec<(&'static str, String, Place)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdKind {
    Source,
    Framework,
}

impl Project {
    /// Reads a project file.
    ///
    /// # Errors
    /// Every mistake in the file, in the order of the text. Ids of sources and frameworks are checked later, by
    /// [`Project::unknown_ids`], when the mappings are loaded.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (project, said) = Self::read(file, text);
        if said.is_empty() { Ok(project) } else { Err(said) }
    }

    /// What can be understood of a project file, and every mistake in it: the files that it names can then be
    /// checked in the same run.
    pub fn read(file: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let (mut page, root) = Sheet::open(file, text);
        let sheet = &mut page;
        let mut fields = Fields::of(root.get_ref(), 0..0);
        let mut project = Self { file: file.to_owned(), ..Self::default() };
        let plain = |text: Option<Spanned<String>>| text.map(Spanned::into_inner);
        project.organisation = plain(fields.text(sheet, "organisation"));
        project.classification = plain(fields.text(sheet, "classification"));
        project.policy = plain(fields.text(sheet, "policy"));
        let zone = fields.text(sheet, "zone");
        project.zone = parsed(sheet, "zone", zone.as_ref());
        let as_of = fields.text(sheet, "as_of");
        project.as_of = parsed(sheet, "as_of", as_of.as_ref());
        if let Some(period) = fields.text(sheet, "period") {
            if let Err(cause) = Period::parse(period.get_ref(), project.zone.unwrap_or(Zone::UTC)) {
                sheet.say("rule-value", period.span(), format!("`period` is not understood: {cause}"));
            }
            project.period = Some(period.into_inner());
        }
        if let Some(frameworks) = fields.texts(sheet, "frameworks") {
            project.frameworks = Some(project.take_ids(sheet, IdKind::Framework, frameworks));
        }
        project.mappings = words(fields.texts(sheet, "mappings"));
        if let Some(folder) = fields.text(sheet, "templates") {
            let place = sheet.place(&folder.span());
            project.templates = Some((folder.into_inner(), place));
        }
        if let Some(mut scope) = fields.fields(sheet, "scope") {
            let mut names = |name| {
                let texts = scope.texts(sheet, name).unwrap_or_default();
                texts.into_iter().filter_map(|text| ScopeName::system(sheet, text)).collect()
            };
            project.systems = names("systems");
            project.exclude_systems = names("exclude_systems");
            scope.done(sheet);
        }
        if let Some(mut table) = fields.fields(sheet, "authority") {
            let mut order = |name: &'static str, project: &mut Self| {
                let before = project.ids.len();
                let ids = table.texts(sheet, name).unwrap_or_default();
                let ids = project.take_ids(sheet, IdKind::Source, ids);
                let named = project.ids[before..].iter().map(|(_, id, place)| (name, id.clone(), place.clone()));
                project.authorities.extend(named);
                ids
            };
            project.authority = Authority {
                status: order("status", &mut project),
                dates: order("dates", &mut project),
                department: order("department", &mut project),
                manager: order("manager", &mut project),
                name: order("name", &mut project),
            };
            table.done(sheet);
        }
        if let Some(table) = fields.fields(sheet, "sources") {
            for (pattern, node) in table.entries() {
                let Some(source) = sheet.as_text(pattern.get_ref(), node) else {
                    continue;
                };
                let place = sheet.place(&source.span());
                project.ids.push((IdKind::Source, source.get_ref().clone(), place.clone()));
                if let Some(glob) = check_glob(sheet, &pattern) {
                    let pattern = pattern.into_inner();
                    project.sources.push(SourceRule { pattern, source: source.into_inner(), place, glob });
                }
            }
        }
        project.speaks_of = allowed(sheet, &mut fields, "systems");
        project.aliases = allowed(sheet, &mut fields, "aliases");
        let registers = fields.texts(sheet, "registers").unwrap_or_default();
        project.registers = registers.into_iter().filter_map(|text| ScopeName::read(sheet, text)).collect();
        fields.done(sheet);
        (project, page.finish())
    }

    fn take_ids(&mut self, sheet: &mut Sheet<'_>, kind: IdKind, texts: Vec<Spanned<String>>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        for text in &texts {
            if !seen.insert(text.get_ref().clone()) {
                sheet.say("rule-duplicate", text.span(), format!("`{}` is listed twice", text.get_ref()));
            }
            self.ids.push((kind, text.get_ref().clone(), sheet.place(&text.span())));
        }
        texts.into_iter().map(Spanned::into_inner).collect()
    }

    /// Whether the scope leaves a system out: it is excluded, or systems are named and it is none of them.
    pub fn leaves_out(&self, system: &str) -> bool {
        let fits = |names: &[ScopeName]| names.iter().any(|name| name.matches(system));
        fits(&self.exclude_systems) || !self.systems.is_empty() && !fits(&self.systems)
    }

    /// Whether the project file has a scope.
    pub fn has_scope(&self) -> bool {
        !self.systems.is_empty() || !self.exclude_systems.is_empty()
    }

    /// The sources that `[authority]` names: attribute, source, and where that stands.
    pub fn authorities(&self) -> impl Iterator<Item = (&'static str, &str, &Place)> {
        self.authorities.iter().map(|(attribute, id, place)| (*attribute, id.as_str(), place))
    }

    /// The ids of sources and frameworks that the file names and nothing defines.
    pub fn unknown_ids(&self, sources: &BTreeSet<String>, frameworks: &BTreeSet<String>) -> Vec<Diagnostic> {
        let mut said = Vec::new();
        for (kind, id, place) in &self.ids {
            let (known, code, what, command) = match kind {
                IdKind::Source => (sources, "unknown-source", "source", "overstay list sources"),
                IdKind::Framework => (frameworks, "unknown-framework", "framework", "overstay list frameworks"),
            };
            if !known.contains(id) {
                let hint = did_you_mean(id, known.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("`{command}` shows the known ids"));
                said.push(Diagnostic::error(code, format!("unknown {what} `{id}`")).at(place.clone()).hint(hint));
            }
        }
        said
    }
}

fn words(texts: Option<Vec<Spanned<String>>>) -> Vec<String> {
    texts.unwrap_or_default().into_iter().map(Spanned::into_inner).collect()
}

/// The lines of a table with a text or a list of texts under each name.
fn allowed(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, name: &'static str) -> Vec<Allowed> {
    let lines = fields.fields(sheet, name).map(Fields::entries).unwrap_or_default();
    let mut all = Vec::new();
    for (name, node) in lines {
        let place = sheet.place(&name.span());
        let texts = sheet.as_texts(name.get_ref(), node);
        let names = texts.into_iter().filter_map(|text| ScopeName::system(sheet, text)).collect();
        all.push(Allowed { name: name.into_inner().to_lowercase(), names, place });
    }
    all
}

fn parsed<T>(sheet: &mut Sheet<'_>, name: &str, text: Option<&Spanned<String>>) -> Option<T>
where
    T: std::str::FromStr<Err = String>,
{
    let text = text?;
    match text.get_ref().parse() {
        Ok(value) => Some(value),
        Err(cause) => {
            sheet.say("rule-value", text.span(), format!("`{name}` is not understood: {cause}"));
            None
        }
    }
}

fn check_glob(sheet: &mut Sheet<'_>, text: &Spanned<String>) -> Option<GlobMatcher> {
    match Glob::new(text.get_ref()) {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(cause) => {
            sheet.say("rule-value", text.span(), format!("`{}` is not a pattern: {}", text.get_ref(), cause.kind()));
            None
        }
    }
}

/// The text of a fresh project file, for `overstay init`: everything explained, everything optional left out.
pub fn fresh_project() -> &'static str {
    include_str!("fresh_project.toml")
}
