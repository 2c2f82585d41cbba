//! What a run has before its first metric: rules, exports, and the canonical tables made of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dataset::Frames;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::identity::{Authority, Context, Facts, Resolved, resolve};
use crate::pack::{Document, ReadAs, Replay};
use crate::policy::{AsOf, WaiverBook, add_roles};
use crate::pseudonym::Key;
use crate::source::{LoadOptions, Loaded, Override, RawClass, Rights, exports_folder, load};
use crate::time::{LeaveInstant, Micros, Period, Zone};

use super::decisions;
use super::options::{Clock, Progress, RunOptions};
use super::pseudonyms::{self, Known, OwnRules};
use super::rules::{Rules, file_name, own_name};
use super::scope::{self, LeftOut, restrict};

/// The code of the message about a metric whose file has mistakes.
pub const METRIC_LEFT_OUT: &str = "metric-left-out";

/// Everything about a run before the first metric.
pub struct Inputs {
    /// The rules.
    pub rules: Arc<Rules>,
    /// What reading gave, without its frames.
    pub loaded: Loaded,
    /// The input tables, kept for other readings of the same data.
    pub raw: Frames,
    /// The canonical tables.
    pub frames: Frames,
    /// What was noticed while making them.
    pub facts: Facts,
    /// What the project's scope took out of them.
    pub left_out: LeftOut,
    /// Who wins.
    pub authority: Authority,
    /// Zone of dates without a time.
    pub zone: Zone,
    /// Reporting period.
    pub period: Period,
    /// The moment the report speaks about.
    pub as_of: Micros,
    /// Where it comes from, in words.
    pub as_of_basis: String,
    /// Waivers, and what is wrong with them.
    pub waivers: WaiverBook,
    /// What the run was asked to do.
    pub replay: Replay,
    /// Everything that was noticed so far.
    pub messages: Vec<Diagnostic>,
    /// The key under which personal values were replaced.
    pub pseudonyms: Option<Arc<Key>>,
    /// Which rule files of the company's own go into a pack.
    pub(super) own_rules: OwnRules,
}

impl Inputs {
    /// Loads rules and exports and makes the canonical tables.
    ///
    /// # Errors
    /// A rule file is wrong, the period or as-of is missing or wrong, or the folder holds nothing that can be read.
    pub fn prepare(options: &RunOptions, progress: &dyn Progress) -> Outcome<Self> {
        progress.stage("loading rules");
        let rules = Arc::new(Rules::load(Some(&options.exports), &options.rules)?);
        Self::prepare_with(rules, options, Vec::new(), progress)
    }

    /// As [`Inputs::prepare`], with the rules at hand, and for a run that writes to a folder: that folder is no input,
    /// wherever it lies, and so are the templates.
    pub(super) fn prepare_with(
        rules: Arc<Rules>,
        options: &RunOptions,
        mut except: Vec<PathBuf>,
        progress: &dyn Progress,
    ) -> Outcome<Self> {
        exports_folder(&options.exports)?;
        except.extend(rules.templates.clone());
        let zone = zone(options, &rules);
        let period = period(options, &rules, zone)?;
        progress.stage("reading");
        let heard = |step: &crate::source::Progress| progress.bytes(step.done, step.total);
        let reading = LoadOptions {
            zone,
            overrides: overrides(&options.rules.read_as, &rules)?,
            except: except.into_iter().chain(options.except.iter().cloned()).collect(),
            rights: Rights::of(&rules.project),
            progress: &heard,
            ..LoadOptions::default()
        };
        let mut loaded = load(&options.exports, &rules.sources, &reading)?;
        let mut raw = std::mem::take(&mut loaded.frames);
        let wanted = wanted_as_of(options, &rules, zone)?;
        let (as_of, as_of_basis) = as_of(wanted, options.clock, &period, &loaded);
        progress.stage("matching people and accounts");
        let mut authority = authority(&rules);
        let decided = decisions::apply(&mut raw, &mut authority, &loaded.files, &rules.register, zone)?;
        let context = context(&loaded, &authority, rules.policy.leave_instant, as_of, zone, true);
        let Resolved { mut frames, mut facts } = resolve(raw.clone(), &context)?;
        facts.mark_partial(&mut loaded.files);
        let left_out = restrict(&mut frames, &rules.project)?;
        add_roles(&mut frames, &rules.policy.roles)?;
        let (mut own_rules, mut said) = (OwnRules::default(), Vec::new());
        if let Some(key) = &options.pseudonyms {
            let mut known = Known { frames: &mut frames, facts: &mut facts, loaded: &mut loaded };
            (own_rules, said) = pseudonyms::replace(key, &rules, options, &mut known)?;
        }
        let paths: Vec<String> = loaded.files.iter().map(|file| file.path.clone()).collect();
        let known = rules.register.ids().map(str::to_owned).collect();
        let (waivers, more) = WaiverBook::load(&frames, &paths, &known, as_of);
        let mut messages = loaded.diagnostics.clone();
        messages.extend(facts.messages(&loaded.files));
        messages.extend(decided);
        messages.extend(rules.register.warnings().iter().chain(&rules.warnings).cloned().map(in_pack));
        messages.extend(left_out_metrics(&rules).map(in_pack));
        messages.extend(more.into_iter().chain(said));
        messages.extend(scope::idle_authorities(&rules.project, &facts));
        let replay = Replay {
            period: period.label.clone(),
            as_of: wanted.to_string(),
            zone: zone.to_string(),
            findings: options.findings as u64,
            frameworks: rules.frameworks.iter().map(|framework| framework.id.clone()).collect(),
            read_as: options.rules.read_as.clone(),
            canonical: true,
            csv_bom: false,
            documents: Document::all(),
            history: None,
            pseudonyms: options.pseudonyms.as_ref().map(|key| key.fingerprint().to_owned()),
            rules: options.rules.flags(),
        };
        Ok(Self {
            rules,
            loaded,
            raw,
            frames,
            facts,
            left_out,
            authority,
            zone,
            period,
            as_of,
            as_of_basis,
            waivers,
            replay,
            messages,
            pseudonyms: options.pseudonyms.clone(),
            own_rules,
        })
    }

    /// Whose report it is.
    pub(super) fn organisation(&self) -> &str {
        self.rules.organisation()
    }

    /// The canonical tables under another reading of the same inputs.
    pub(super) fn reread(&self, authority: &Authority, usernames: bool) -> Outcome<Frames> {
        let leave_instant = self.rules.policy.leave_instant;
        let context = context(&self.loaded, authority, leave_instant, self.as_of, self.zone, usernames);
        let mut frames = resolve(self.raw.clone(), &context)?.frames;
        restrict(&mut frames, &self.rules.project)?;
        add_roles(&mut frames, &self.rules.policy.roles)?;
        if let Some(key) = &self.pseudonyms {
            pseudonyms::reread(key, &mut frames, &self.frames)?;
        }
        Ok(frames)
    }
}

/// What is wrong with the metrics that are left out: a word on each, then its mistakes.
fn left_out_metrics(rules: &Rules) -> impl Iterator<Item = Diagnostic> {
    rules.register.broken().flat_map(|(id, mistakes)| {
        let message = format!("the metric {id} is left out: its file has mistakes");
        let hint =
            "the rest of the report is made without it; a reference that it is evidence for is not assessed by it";
        let place = mistakes.first().and_then(|mistake| mistake.place.clone());
        let said = Diagnostic::error(METRIC_LEFT_OUT, message).hint(hint);
        let said = match place {
            Some(place) => said.at(Place::file(place.file)),
            None => said,
        };
        std::iter::once(said).chain(mistakes.iter().cloned())
    })
}

/// A message about a rule file names it as the manifest does: the folder of a checkout has no place in a pack.
fn in_pack(mut message: Diagnostic) -> Diagnostic {
    if let Some(place) = &mut message.place {
        place.file = own_name(&place.file);
    }
    message
}

fn context<'a>(
    loaded: &'a Loaded,
    authority: &'a Authority,
    leave_instant: LeaveInstant,
    as_of: Micros,
    zone: Zone,
    usernames: bool,
) -> Context<'a> {
    Context { files: &loaded.files, authority, leave_instant, as_of, usernames, zone }
}

/// Which files belong to which source by decision: flags before the project file.
///
/// # Errors
/// A pattern is not a glob.
pub fn overrides(read_as: &[ReadAs], rules: &Rules) -> Outcome<Vec<Override>> {
    let flags = read_as.iter().map(|one| Override::new(&one.pattern, &one.source));
    let project = rules.project.sources.iter().map(|rule| {
        let place = Some(Place { file: file_name(Path::new(&rule.place.file)), ..rule.place.clone() });
        Ok(Override { place, ..Override::new(&rule.pattern, &rule.source)? })
    });
    flags.chain(project).collect()
}

/// Zone of dates without a time.
pub(super) fn zone(options: &RunOptions, rules: &Rules) -> Zone {
    options.rules.zone.or(rules.project.zone).unwrap_or(Zone::UTC)
}

/// The reporting period that was asked for.
pub(super) fn period(options: &RunOptions, rules: &Rules, zone: Zone) -> Outcome<Period> {
    let Some(text) = options.period.as_ref().or(rules.project.period.as_ref()) else {
        let message = "no reporting period is given";
        let hint = "use --period 2026-Q3, or write period = \"2026-Q3\" in overstay.toml";
        return Err(Failure::usage_one(Diagnostic::error("no-period", message).hint(hint)));
    };
    let bad = |cause: String| Failure::usage_one(Diagnostic::error("bad-period", format!("--period: {cause}")));
    Period::parse(text, zone).map_err(|cause| bad(cause.to_string()))
}

fn wanted_as_of(options: &RunOptions, rules: &Rules, zone: Zone) -> Outcome<AsOf> {
    match &options.as_of {
        Some(text) => parse_as_of(text, zone),
        None => Ok(rules.project.as_of.unwrap_or(AsOf::PeriodEnd)),
    }
}

/// The moment that the report speaks about, and where it comes from.
fn as_of(wanted: AsOf, clock: Clock, period: &Period, loaded: &Loaded) -> (Micros, String) {
    let newest = || {
        let instants = loaded.files.iter().flat_map(|file| [file.observed_at, file.covers.map(|window| window.1)]);
        instants.flatten().max()
    };
    match wanted {
        AsOf::At(at) => (at, "given".to_owned()),
        AsOf::Now => (clock.now(), "the time of the run".to_owned()),
        AsOf::PeriodEnd => (period.to, "the end of the period".to_owned()),
        AsOf::NewestInput => match newest() {
            Some(at) => (at, "the newest instant in the inputs".to_owned()),
            None => (period.to, "the end of the period; no input carries a time".to_owned()),
        },
    }
}

/// The flag also takes a plain date: its first instant.
fn parse_as_of(text: &str, zone: Zone) -> Outcome<AsOf> {
    use crate::time::{DayEdge, Moment, TimeFormat, parse_time};
    if let Some(moment @ (Moment::Day(_) | Moment::Local(_))) = parse_time(text.trim().as_bytes(), TimeFormat::Iso) {
        return Ok(AsOf::At(zone.resolve(moment, DayEdge::Start)));
    }
    text.parse().map_err(|_: String| {
        let message = "--as-of: expected a time such as \"2026-10-01T00:00:00Z\", a date, or \"now\", \"period-end\" or \
                       \"newest-input\"";
        Failure::usage_one(Diagnostic::error("bad-as-of", message))
    })
}

fn authority(rules: &Rules) -> Authority {
    let mut authority = Authority::default();
    for source in rules.sources.iter() {
        let rank = match source.class() {
            RawClass::Hr => 0,
            RawClass::Directory => 1,
            RawClass::Application => 2,
            _ => 3,
        };
        authority.class_rank.insert(source.id().to_owned(), rank);
    }
    let own = &rules.project.authority;
    for (attribute, order) in [
        ("status", &own.status),
        ("dates", &own.dates),
        ("department", &own.department),
        ("manager", &own.manager),
        ("name", &own.name),
    ] {
        if !order.is_empty() {
            authority.order.insert(attribute.to_owned(), order.clone());
        }
    }
    authority
}
