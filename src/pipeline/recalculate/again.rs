//! Evidence, findings and `report.json` of a pack, computed again.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::{
    Around, Closing, Context, Exceptions, Judge, Names, Overstays, Traits, assess_frameworks, overall, resolutions,
    shown,
};
use crate::dataset::{Frames, Table};
use crate::drift::Past;
use crate::failure::Outcome;
use crate::framework::Framework;
use crate::identity::Facts;
use crate::metric::{Engine, Metric, Params};
use crate::pack::{LOOK, Staging};
use crate::policy::{MetricPolicy, WaiverBook};
use crate::render::csv::{self, ACTIONS_FILE};
use crate::render::json;
use crate::report::{Action, Finding, FrameworkReport, Indicator, MetricReport, Populations, Relation, Report};
use crate::source::InputFile;

use super::super::agents::agents;
use super::super::build::FINDINGS_FILE;
use super::super::canonical::schema;
use super::super::coverage::leavers_without;
use super::super::measure::{Files, batch, direct, indicator};
use super::super::options::Progress;
use super::super::populations::populations;
use super::super::quality;
use super::super::queue::{waiting, write_queue};
use super::super::verify::folder_of;
use super::super::write::{PackSink, changes, write_populations, write_two_way};
use super::ground::{Basis, Ground, is_duration};
use super::{AtHand, Pack, Recalculated, tables};

/// Computes everything that the pack allows for into `staging`, `report.json` last.
pub(super) fn compute(
    pack: &Pack<'_>,
    ground: &Ground,
    at_hand: &AtHand,
    staging: Staging,
    out: &mut Recalculated,
    progress: &dyn Progress,
) -> Outcome<(Staging, Vec<Action>)> {
    let mut frames = if ground.canonical { tables::canonical(pack)? } else { tables::from_populations(pack)? };
    let paths: Vec<String> = pack.manifest.inputs.iter().map(|file| file.path.clone()).collect();
    let known: BTreeSet<String> = ground.metrics.iter().map(|(metric, _)| metric.id().to_owned()).collect();
    let (mut waivers, _) = WaiverBook::load(&frames, &paths, &known, pack.manifest.as_of.0);
    let mut sink = PackSink::open(staging)?;
    let names = Arc::new(Names::of(&frames, &pack.report.systems, direct_ones(pack, ground)));
    let measured = Measured::of(pack, ground, &names, &mut frames, &mut waivers, &mut sink, progress)?;
    let mut staging = sink.close()?;
    let mut report = pack.report.clone();
    report.leave_instant = ground.leave_instant.to_string();
    look(pack, &mut report);
    report.verdict = overall(&measured.metrics);
    report.headline = measured.overstays.headline(&measured.metrics, &frames);
    references(pack, ground, &measured.metrics, &mut report);
    report.metrics = measured.metrics;
    let around = Around { metrics: &report.metrics, frames: &frames, names: &names };
    let actions = measured.exceptions.list(&around);
    report.actions = shown(&actions);
    staging.write(ACTIONS_FILE, &csv::actions(&report, &actions))?;
    report.indicators = measured.indicators;
    report.findings.total = measured.total;
    report.findings.cap_per_metric = pack.manifest.options.findings;
    FINDINGS_FILE.clone_into(&mut report.findings.file);
    report.findings.file_sha256 = staging.sha256_of(FINDINGS_FILE).map(str::to_owned);
    report.findings.items = measured.findings;
    report.waivers = waivers.report();
    if ground.canonical {
        let as_of = pack.manifest.as_of.0;
        report.agents = report.agents.as_ref().map(|_| agents(&frames, &names, &actions, as_of));
        report.queue = waiting(&frames, (&report.metrics, &actions), as_of, &pack.period);
    }
    report.rejects = quality::rejects(&tables::rejects(pack)?, &paths);
    if ground.canonical {
        let as_of = pack.manifest.as_of.0;
        report.populations = people(pack, &frames);
        write_populations(&frames, &pack.places, true, &mut staging)?;
        write_two_way(&frames, as_of, &pack.period, &mut staging)?;
        write_queue(&frames, (&report.metrics, &actions), as_of, &pack.period, &mut staging)?;
        staging.write("canonical/schema.json", &schema())?;
    }
    earlier(pack, at_hand, &mut report, out)?;
    staging.write("report.json", &json::report(&report))?;
    Ok((staging, actions))
}

/// Framework, reference and metric of every direct edge: of the frameworks at hand, else as the report has them.
fn direct_ones<'a>(pack: &'a Pack<'_>, ground: &'a Ground) -> Vec<[&'a str; 3]> {
    let reported = |id: &str| {
        let framework = pack.report.frameworks.iter().find(|reported| reported.id == id);
        framework.into_iter().flat_map(|framework| {
            framework.controls.iter().flat_map(|control| {
                let edges = control.edges.iter().filter(|edge| edge.relation == Relation::Direct);
                edges.map(|edge| [framework.id.as_str(), control.id.as_str(), edge.metric.as_str()])
            })
        })
    };
    let chosen = pack.manifest.options.frameworks.iter();
    let of = |id: &'a String| match ground.frameworks.get(id) {
        Some(framework) => direct(framework).collect::<Vec<_>>(),
        None => reported(id).collect(),
    };
    chosen.flat_map(of).collect()
}

/// The company's own files of the look; their order is that of the run.
fn look(pack: &Pack<'_>, report: &mut Report) {
    let listed = pack.manifest.rules.iter().filter_map(|rule| rule.path.strip_prefix(LOOK));
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    if report.look.len() != listed.len() || !report.look.iter().all(|name| listed.contains(name)) {
        report.look = listed.into_iter().collect();
    }
}

/// Every metric and indicator, measured again.
#[derive(Default)]
struct Measured {
    metrics: Vec<MetricReport>,
    indicators: Vec<Indicator>,
    findings: Vec<Finding>,
    total: u64,
    overstays: Overstays,
    exceptions: Exceptions,
}

impl Measured {
    fn of(
        pack: &Pack<'_>,
        ground: &Ground,
        names: &Arc<Names>,
        frames: &mut Frames,
        waivers: &mut WaiverBook,
        sink: &mut PackSink,
        progress: &dyn Progress,
    ) -> Outcome<Self> {
        let (as_of, period) = (pack.manifest.as_of.0, &pack.period);
        let params = Params { as_of, period_from: period.from, period_to: period.to };
        let mut engine = Engine::new(frames, params, &ground.register)?;
        let limits = || ground.limits.values();
        let traits =
            Traits::of(frames, limits().any(MetricPolicy::needs_accounts), limits().any(MetricPolicy::needs_people));
        let context = Context {
            as_of,
            zone: pack.zone,
            leave_instant: ground.leave_instant,
            period: (period.from, period.to),
            places: Arc::new(pack.places.clone()),
            names: Arc::clone(names),
            cap: usize::try_from(pack.manifest.options.findings).unwrap_or(usize::MAX),
        };
        let (mut fed, mut relied) = (frames.fed(), false);
        let mut out = Self::default();
        for (metric, basis) in &ground.metrics {
            progress.stage(&format!("measuring {} again", metric.id()));
            if metric.needs().contains(&Table::WaiverUses) && !std::mem::replace(&mut relied, true) {
                frames.insert(Table::WaiverUses, waivers.uses()?);
                engine.replace(Table::WaiverUses, frames)?;
                fed = frames.fed();
            }
            let reported = pack.report.metrics.iter().find(|reported| reported.id == metric.id());
            if !is_duration(metric) {
                out.indicators.extend(value(pack, metric, *basis, &fed, &engine)?);
                continue;
            }
            let missing: Vec<String> = match (basis, reported) {
                (Basis::Rows, Some(reported)) if !ground.canonical => reported.missing.clone(),
                _ => metric.missing_needs(&fed).iter().map(|table| table.name().to_owned()).collect(),
            };
            let mut judge = Judge::new(metric.header(), ground.limits.get(metric.id()), waivers, &traits, &context)?;
            let mut evidence = None;
            if missing.is_empty() {
                let file = reported.and_then(|reported| reported.evidence.as_deref()).filter(|file| pack.lists(file));
                match (basis, file) {
                    (Basis::Sql, _) => {
                        sink.begin(metric.id(), metric.slice().map(|table| frames.height(table)))?;
                        engine.run(metric, |stays| batch(stays, &mut judge, sink, |_| ()))?;
                        evidence = sink.end()?;
                    }
                    (Basis::Rows, Some(file)) => {
                        // The form of the file stays what it is.
                        sink.begin(metric.id(), Some(if tables::is_parquet(file) { usize::MAX } else { 0 }))?;
                        batch(tables::stays(pack, metric.id(), file)?, &mut judge, sink, |_| ())?;
                        evidence = sink.end()?;
                    }
                    (Basis::Rows, None) => {}
                }
            }
            let done = judge.finish(Closing {
                gaps: reported.map(|reported| reported.gaps.clone()).unwrap_or_default(),
                sensitivity: reported.map(|reported| reported.sensitivity.clone()).unwrap_or_default(),
                hidden: Vec::new(),
                evidence,
                sql: metric.sql().trim().to_owned(),
                missing,
            });
            out.metrics.push(done.report);
            out.findings.extend(done.findings);
            out.total += done.findings_total;
            out.overstays.merge(done.overstays);
            out.exceptions.merge(done.exceptions);
            waivers.record(done.waivers);
        }
        Ok(out)
    }
}

/// An indicator; without its SQL as the report has it.
fn value(
    pack: &Pack<'_>,
    metric: &Metric,
    basis: Basis,
    fed: &BTreeSet<Table>,
    engine: &Engine,
) -> Outcome<Option<Indicator>> {
    if basis == Basis::Rows {
        return Ok(pack.report.indicators.iter().find(|reported| reported.id == metric.id()).cloned());
    }
    let missing: Vec<String> = metric.missing_needs(fed).iter().map(|table| table.name().to_owned()).collect();
    let values = if missing.is_empty() { engine.indicator(metric)? } else { Vec::new() };
    Ok(Some(indicator(metric, values, missing)))
}

/// The references of the frameworks at hand; those of the others stay as the report has them.
fn references(pack: &Pack<'_>, ground: &Ground, metrics: &[MetricReport], report: &mut Report) {
    let chosen = &pack.manifest.options.frameworks;
    let of = |id: &String| -> Option<FrameworkReport> {
        match ground.frameworks.get(id) {
            Some(framework) => assess_frameworks(std::slice::from_ref(framework), metrics).pop(),
            None => pack.report.frameworks.iter().find(|reported| reported.id == *id).cloned(),
        }
    };
    report.frameworks = chosen.iter().filter_map(of).collect();
    if chosen.iter().all(|id| ground.frameworks.contains_key(id)) {
        let all: Vec<Framework> = chosen.iter().filter_map(|id| ground.frameworks.get(id).cloned()).collect();
        report.resolutions = resolutions(&all);
    }
}

/// Who is who, in numbers; what identity alone knows stays as the report has it.
fn people(pack: &Pack<'_>, frames: &Frames) -> Populations {
    let files: Vec<InputFile> = pack
        .manifest
        .inputs
        .iter()
        .map(|file| InputFile { source: file.source.clone(), place: file.place, ..InputFile::unread(&file.path) })
        .collect();
    let reported = &pack.report.populations;
    let facts = Facts { events_unattached: reported.events_unattached, ..Facts::default() };
    let as_of = pack.manifest.as_of.0;
    let without = leavers_without(frames, as_of, &pack.period).list;
    let mut populations = populations(frames, &facts, &files, as_of, &pack.period, &without);
    populations.duplicates.clone_from(&reported.duplicates);
    let lists = [(&mut populations.unmatched, &reported.unmatched), (&mut populations.ambiguous, &reported.ambiguous)];
    for (computed, reported) in lists {
        for (computed, reported) in computed.iter_mut().zip(reported) {
            computed.suggestions.clone_from(&reported.suggestions);
        }
    }
    populations
}

/// What changed, and the trend, out of the earlier packs where they are there.
fn earlier(pack: &Pack<'_>, at_hand: &AtHand, report: &mut Report, out: &mut Recalculated) -> Outcome<()> {
    let Some(recorded) = &pack.manifest.options.history else {
        report.changes.clear();
        report.history.clear();
        return Ok(());
    };
    let folder = at_hand.history.clone().map_or_else(|| folder_of(pack.folder), Ok)?;
    let past = match Past::again(&folder, recorded) {
        Ok(past) => {
            past.before(&pack.report.organisation, pack.manifest.as_of.0, pack.manifest.options.pseudonyms.as_deref())
        }
        Err(failure) => {
            let why = failure.diagnostics.first().map_or_else(String::new, |one| one.message.clone());
            out.not_compared.push(format!("what changed since earlier packs, and the trend: {why}"));
            return Ok(());
        }
    };
    report.history = past.rows(report, &pack.manifest.rules);
    let unfinished = Report { evidence_sha256: None, files: Vec::new(), changes: Vec::new(), ..report.clone() };
    report.changes = changes(&past, &unfinished, &pack.manifest.rules, pack.folder)?;
    Ok(())
}
