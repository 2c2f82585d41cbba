//! Roles: which positions get which entitlements. The policy says it by patterns; here they become tables that metrics
//! join: who had which role when, and what each role gives.

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobMatcher};
use polars::prelude::*;
use toml::Spanned;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};
use crate::failure::Outcome;
use crate::rules::{Fields, Sheet};
use crate::time::Micros;

/// The attributes that a role can ask for.
const ATTRIBUTES: [&str; 3] = ["department", "title", "worker_type"];

/// `[[role]]`: a position and what it gives.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What a person must be, by attribute; all must hold.
    asks: BTreeMap<&'static str, Vec<GlobMatcher>>,
    grants: Vec<Grant>,
}

/// `[[role.grant]]`: systems, and entitlements in them; without any, the account itself.
#[derive(Debug, Clone)]
struct Grant {
    systems: Vec<GlobMatcher>,
    entitlements: Option<Vec<GlobMatcher>>,
}

impl Role {
    /// Reads all roles of a policy.
    pub(super) fn read_all(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Vec<Self> {
        let mut roles: Vec<Self> = Vec::new();
        for mut part in fields.list(sheet, "role") {
            let name = part.need_text(sheet, "name");
            if roles.iter().any(|role| role.name == *name.get_ref()) {
                sheet.say("rule-duplicate", name.span(), format!("the role `{}` is there twice", name.get_ref()));
            }
            let mut asks = BTreeMap::new();
            for attribute in ATTRIBUTES {
                if let Some(patterns) = patterns(sheet, &mut part, attribute) {
                    asks.insert(attribute, patterns);
                }
            }
            if asks.is_empty() {
                let message = "a role needs a department, a title or a worker_type";
                sheet.say("rule-missing", part.span.clone(), message);
            }
            let mut grants = Vec::new();
            for mut grant in part.list(sheet, "grant") {
                let systems = patterns(sheet, &mut grant, "system");
                if systems.is_none() {
                    sheet.say("rule-missing", grant.span.clone(), "`system` is missing");
                }
                let entitlements = patterns(sheet, &mut grant, "entitlement");
                grant.done(sheet);
                grants.extend(systems.map(|systems| Grant { systems, entitlements }));
            }
            if grants.is_empty() {
                sheet.say(
                    "rule-missing",
                    part.span.clone(),
                    "a role needs at least one `[[role.grant]]` with a system",
                );
            }
            part.done(sheet);
            roles.push(Self { name: name.into_inner(), asks, grants });
        }
        roles
    }

    /// Whether somebody with these values has the role; `None` where a value that it asks for is not known.
    fn fits(&self, value: impl Fn(&str) -> Option<String>) -> Option<bool> {
        let mut known = Some(true);
        for (attribute, patterns) in &self.asks {
            match value(attribute) {
                Some(value) if any(patterns, &value) => {}
                Some(_) => return Some(false),
                None => known = None,
            }
        }
        known
    }
}

fn any(patterns: &[GlobMatcher], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(text.trim()))
}

/// A pattern or a list of them, without regard to case.
fn patterns(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, name: &'static str) -> Option<Vec<GlobMatcher>> {
    let texts: Vec<Spanned<String>> = fields.texts(sheet, name)?;
    let mut found = Vec::new();
    for text in texts {
        match GlobBuilder::new(text.get_ref()).case_insensitive(true).build() {
            Ok(glob) => found.push(glob.compile_matcher()),
            Err(cause) => {
                let message = format!("`{}` is not a pattern: {}", text.get_ref(), cause.kind());
                sheet.say_hint(
                    "rule-value",
                    text.span(),
                    message,
                    Some("`*` stands for anything, `[` must be closed".to_owned()),
                );
            }
        }
    }
    Some(found)
}

/// Adds the tables `role_spans` and `role_grants`; nothing where the policy has no roles.
///
/// # Errors
/// Only if the dataframe engine itself fails.
pub fn add_roles(frames: &mut Frames, roles: &[Role]) -> Outcome<()> {
    if roles.is_empty() {
        return Ok(());
    }
    let grants = grants(frames, roles)?;
    let spans = spans(frames, roles)?;
    frames.insert(Table::RoleGrants, grants);
    frames.insert(Table::RoleSpans, spans);
    Ok(())
}

/// Role, system, entitlement.
type Given<'a> = (&'a str, &'a str, Option<&'a str>);

fn grants(frames: &Frames, roles: &[Role]) -> PolarsResult<DataFrame> {
    let mut systems = BTreeSet::new();
    for table in [Table::Accounts, Table::Systems, Table::Entitlements] {
        let frame = frames.get_or_empty(table);
        let names = Texts::of(&frame, "system");
        systems.extend((0..names.len()).filter_map(|row| names.get(row).map(str::to_owned)));
    }
    let frame = frames.get_or_empty(Table::Entitlements);
    let (system, name) = (Texts::of(&frame, "system"), Texts::of(&frame, "entitlement"));
    let known: BTreeSet<(&str, &str)> =
        (0..frame.height()).filter_map(|row| system.get(row).zip(name.get(row))).collect();
    let mut rows: BTreeSet<Given<'_>> = BTreeSet::new();
    for role in roles {
        for grant in &role.grants {
            let of_system = |system: &str| any(&grant.systems, system);
            match &grant.entitlements {
                None => rows.extend(
                    systems
                        .iter()
                        .filter(|system| of_system(system))
                        .map(|system| (role.name.as_str(), system.as_str(), None)),
                ),
                Some(patterns) => rows.extend(
                    known
                        .iter()
                        .filter(|(system, name)| of_system(system) && any(patterns, name))
                        .map(|(system, name)| (role.name.as_str(), *system, Some(*name))),
                ),
            }
        }
    }
    let text = |name: &str, value: &dyn Fn(&Given<'_>) -> Option<String>| {
        StringChunked::from_iter_options(name.into(), rows.iter().map(value)).into_column()
    };
    let columns = vec![
        text("role", &|row| Some(row.0.to_owned())),
        text("system", &|row| Some(row.1.to_owned())),
        text("entitlement", &|row| row.2.map(str::to_owned)),
    ];
    Ok(complete(Table::RoleGrants, &DataFrame::new(rows.len(), columns)?))
}

/// One change of one attribute.
struct Step {
    attribute: String,
    old: Option<String>,
    new: Option<String>,
    moved: (Micros, Micros),
    src: (i32, i32),
}

/// A time in which a person had a role.
struct Span {
    person: String,
    role: String,
    from: (Option<Micros>, Option<Micros>),
    to: (Option<Micros>, Option<Micros>),
    ended_by: Option<String>,
    src: (i32, i32),
}

/// From the beginning of an employment to its end.
struct Job {
    from: Option<Micros>,
    to: (Option<Micros>, Option<Micros>),
    src: (i32, i32),
}

fn spans(frames: &Frames, roles: &[Role]) -> PolarsResult<DataFrame> {
    let people = frames.get_or_empty(Table::People);
    let ids = Texts::of(&people, "person_id");
    let values = ATTRIBUTES.map(|name| (name, Texts::of(&people, name)));
    let (steps, jobs) = (steps(frames), jobs(frames));
    let mut spans = Vec::new();
    for row in 0..people.height() {
        let Some(id) = ids.get(row) else { continue };
        let now = |name: &str| {
            values.iter().find(|(known, _)| *known == name).and_then(|(_, texts)| texts.get(row)).map(str::to_owned)
        };
        let steps = steps.get(id).map_or(&[][..], Vec::as_slice);
        for role in roles {
            for job in jobs.get(id).map_or(&[][..], Vec::as_slice) {
                of_job(id, role, job, steps, &now, &mut spans);
            }
        }
    }
    let time = |name: &str, value: &dyn Fn(&Span) -> Option<Micros>| {
        Int64Chunked::from_iter_options(name.into(), spans.iter().map(value)).into_column()
    };
    let text = |name: &str, value: &dyn Fn(&Span) -> Option<String>| {
        StringChunked::from_iter_options(name.into(), spans.iter().map(value)).into_column()
    };
    let columns = vec![
        text("person_id", &|span| Some(span.person.clone())),
        text("role", &|span| Some(span.role.clone())),
        time("from_lo", &|span| span.from.0),
        time("from_hi", &|span| span.from.1),
        time("to_lo", &|span| span.to.0),
        time("to_hi", &|span| span.to.1),
        text("attribute", &|span| span.ended_by.clone()),
        Column::new("src_file".into(), spans.iter().map(|span| span.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), spans.iter().map(|span| span.src.1).collect::<Vec<_>>()),
    ];
    Ok(complete(Table::RoleSpans, &DataFrame::new(spans.len(), columns)?))
}

/// The times within one employment in which the person had the role.
fn of_job(
    id: &str,
    role: &Role,
    job: &Job,
    steps: &[Step],
    now: &dyn Fn(&str) -> Option<String>,
    spans: &mut Vec<Span>,
) {
    let within = |step: &&Step| {
        role.asks.contains_key(step.attribute.as_str())
            && job.from.is_none_or(|from| step.moved.1 > from)
            && job.to.1.is_none_or(|to| step.moved.0 < to)
    };
    let steps_within: Vec<&Step> = steps.iter().filter(within).collect();
    // The value of an attribute after so many of these steps.
    let value = |name: &str, done: usize| {
        let last = steps_within[..done].iter().rev().find(|step| step.attribute == name);
        let next =
            || steps.iter().find(|step| step.attribute == name && job.from.is_none_or(|from| step.moved.1 > from));
        match last {
            Some(step) => step.new.clone(),
            None => next().map_or_else(|| now(name), |step| step.old.clone()),
        }
    };
    let mut begun: Option<(Option<Micros>, Option<Micros>)> = None;
    let mut end = |begun: (Option<Micros>, Option<Micros>), to, ended_by: Option<(&str, (i32, i32))>| {
        let (person, role) = (id.to_owned(), role.name.clone());
        let src = ended_by.map_or(job.src, |(_, src)| src);
        spans.push(Span { person, role, from: begun, to, ended_by: ended_by.map(|(by, _)| by.to_owned()), src });
    };
    if role.fits(|name| value(name, 0)) == Some(true) {
        begun = Some((job.from, job.from));
    }
    let mut done = 0;
    for at_once in steps_within.chunk_by(|a, b| a.moved == b.moved) {
        done += at_once.len();
        let fits = role.fits(|name| value(name, done)) == Some(true);
        let moved = (Some(at_once[0].moved.0), Some(at_once[0].moved.1));
        match begun.take() {
            None if fits => begun = Some(moved),
            Some(from) if !fits => end(from, moved, Some((&at_once[0].attribute, at_once[0].src))),
            kept => begun = kept,
        }
    }
    if let Some(from) = begun {
        end(from, job.to, job.to.1.map(|_| ("employment", job.src)));
    }
}

/// The moves of every person in order of time.
fn steps(frames: &Frames) -> BTreeMap<String, Vec<Step>> {
    let frame = frames.get_or_empty(Table::Moves);
    let text = |name: &str| Texts::of(&frame, name);
    let (id, attribute, old, new) = (text("person_id"), text("attribute"), text("old_value"), text("new_value"));
    let (lo, hi) = (Times::of(&frame, "moved_lo"), Times::of(&frame, "moved_hi"));
    let lineage = Lineage::of(&frame);
    let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(id), Some(attribute), Some(moved)) = (id.get(row), attribute.get(row), lo.get(row).zip(hi.get(row)))
        else {
            continue;
        };
        let owned = |texts: &Texts| texts.get(row).map(str::to_owned);
        let src = (lineage.file(row), lineage.row(row));
        let step = Step { attribute: attribute.to_owned(), old: owned(&old), new: owned(&new), moved, src };
        steps.entry(id.to_owned()).or_default().push(step);
    }
    for steps in steps.values_mut() {
        steps.sort_by(|a, b| (a.moved, &a.attribute).cmp(&(b.moved, &b.attribute)));
    }
    steps
}

fn jobs(frames: &Frames) -> BTreeMap<String, Vec<Job>> {
    let frame = frames.get_or_empty(Table::Employments);
    let (id, lineage) = (Texts::of(&frame, "person_id"), Lineage::of(&frame));
    let time = |name: &str| Times::of(&frame, name);
    let (from, left_lo, left_hi, ended) = (time("started_at"), time("left_lo"), time("left_hi"), time("ended_at"));
    let mut jobs: BTreeMap<String, Vec<Job>> = BTreeMap::new();
    for row in 0..frame.height() {
        let Some(id) = id.get(row) else { continue };
        let to = if ended.get(row).is_some() {
            (left_lo.get(row), left_hi.get(row).or_else(|| ended.get(row)))
        } else {
            (None, None)
        };
        let job = Job { from: from.get(row), to, src: (lineage.file(row), lineage.row(row)) };
        jobs.entry(id.to_owned()).or_default().push(job);
    }
    jobs
}
