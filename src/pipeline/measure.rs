//! Runs every metric, judges its rows in one pass, and hands them to the files of the pack.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

use crate::assess::{Closing, Context, Exceptions, Judge, Judged, Names, Overstays, Traits};
use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::framework::Framework;
use crate::metric::{Engine, Metric, Params, Ranges, Shape, Stays};
use crate::report::{Finding, Indicator, MetricReport, Relation, SystemReport};
use crate::source::InputFile;

use super::coverage::{Coverage, Feeds, LeaversWithout, leavers_without};
use super::inputs::Inputs;
use super::options::{Progress, RunOptions};
use super::quality::systems;
use super::readings::{Reading, Results, is_sensitive, readings, sensitivity};
use super::rules::file_name;
use super::scope;

/// Takes the rows of every metric; the rows themselves are gone afterwards.
pub(super) trait Files: Send {
    /// A metric begins; `rows` is the most that its population can be, where that is known beforehand.
    fn begin(&mut self, metric: &str, rows: Option<usize>) -> Outcome<()>;
    /// The next batch of its rows.
    fn batch(&mut self, judged: &Judged) -> Outcome<()>;
    /// The metric is done; returns the name of its evidence file.
    fn end(&mut self) -> Outcome<Option<String>>;
}

/// Keeps nothing: for `check`.
pub(super) struct NoFiles;

impl Files for NoFiles {
    fn begin(&mut self, _: &str, _: Option<usize>) -> Outcome<()> {
        Ok(())
    }

    fn batch(&mut self, _: &Judged) -> Outcome<()> {
        Ok(())
    }

    fn end(&mut self) -> Outcome<Option<String>> {
        Ok(None)
    }
}

/// Every metric and indicator, measured.
pub(super) struct Measured {
    pub metrics: Vec<MetricReport>,
    pub indicators: Vec<Indicator>,
    pub findings: Vec<Finding>,
    pub findings_total: u64,
    pub cap: usize,
    pub overstays: Overstays,
    pub exceptions: Exceptions,
    pub systems: Vec<SystemReport>,
    pub names: Arc<Names>,
    pub without: LeaversWithout,
}

/// Measures everything in the order of the register.
pub(super) fn measure(
    inputs: &mut Inputs,
    options: &RunOptions,
    files: &mut dyn Files,
    progress: &dyn Progress,
) -> Outcome<Measured> {
    let cap = options.findings;
    let params = Params { as_of: inputs.as_of, period_from: inputs.period.from, period_to: inputs.period.to };
    let mut engine = Engine::new(&inputs.frames, params, &inputs.rules.register)?;
    let readings = if options.readings { readings(inputs, &engine)? } else { Vec::new() };
    let limits = || inputs.rules.policy.metrics.values();
    let traits = Traits::of(
        &inputs.frames,
        limits().any(crate::policy::MetricPolicy::needs_accounts),
        limits().any(crate::policy::MetricPolicy::needs_people),
    );
    let mut out = Measured {
        metrics: Vec::new(),
        indicators: Vec::new(),
        findings: Vec::new(),
        findings_total: 0,
        cap,
        overstays: Overstays::default(),
        exceptions: Exceptions::default(),
        systems: Vec::new(),
        names: Arc::default(),
        without: leavers_without(&inputs.frames, inputs.as_of, &inputs.period),
    };
    let feeds = Feeds::of(&inputs.raw, &inputs.loaded.files, &inputs.rules.sources);
    out.systems = systems(inputs, &feeds);
    let known = out.systems.iter().map(|system| system.system.clone()).chain(feeds.systems().cloned()).collect();
    inputs.messages.extend(scope::messages(&inputs.rules.project, &inputs.left_out, &known));
    let coverage = Coverage::of(inputs, &feeds, &out.systems, &out.without);
    out.names = Arc::new(Names::of(&inputs.frames, &out.systems, references(inputs)));
    let context = Context {
        as_of: inputs.as_of,
        zone: inputs.zone,
        leave_instant: inputs.rules.policy.leave_instant,
        period: (inputs.period.from, inputs.period.to),
        places: Arc::new(inputs.loaded.files.iter().map(InputFile::before_row).collect()),
        names: Arc::clone(&out.names),
        cap,
    };
    let metrics: Vec<Metric> = inputs.rules.register.metrics().to_vec();
    // What the waivers are relied upon for is known of the metrics before the first that asks.
    let asks = |metric: &Metric| metric.needs().contains(&Table::WaiverUses);
    let (before, after) = metrics.split_at(metrics.iter().position(asks).unwrap_or(metrics.len()));
    let ground = Ground { readings, traits, context, coverage };
    ground.measure((before, &engine), inputs, files, progress, &mut out)?;
    if !after.is_empty() {
        inputs.frames.insert(Table::WaiverUses, inputs.waivers.uses()?);
        engine.replace(Table::WaiverUses, &inputs.frames)?;
        ground.measure((after, &engine), inputs, files, progress, &mut out)?;
    }
    Ok(out)
}

/// What all metrics are measured upon.
struct Ground {
    readings: Vec<Reading>,
    traits: Traits,
    context: Context,
    coverage: Coverage,
}

impl Ground {
    /// Measures some metrics, in their order: while one is judged, the SQL of the next one runs, and estimates are made.
    fn measure(
        &self,
        (metrics, engine): (&[Metric], &Engine),
        inputs: &mut Inputs,
        files: &mut dyn Files,
        progress: &dyn Progress,
        out: &mut Measured,
    ) -> Outcome<()> {
        let fed = inputs.frames.fed();
        let missing = |metric: &Metric| metric.missing_needs(&fed);
        let is_run = |metric: &&Metric| metric.shape() == Shape::Duration && missing(metric).is_empty();
        let run: Vec<&Metric> = metrics.iter().filter(is_run).collect();
        std::thread::scope(|scope| {
            // One batch waits: there are never more than two in memory.
            let (give, batches) = sync_channel(0);
            scope.spawn(move || run.into_iter().try_for_each(|metric| hand_over(engine, metric, &give)));
            let (ask, asked) = channel::<(usize, Ranges)>();
            let estimates = scope.spawn(move || -> Vec<_> {
                asked.into_iter().filter_map(|(at, ranges)| Some((at, ranges.percentiles()?))).collect()
            });
            for metric in metrics {
                progress.stage(&format!("measuring {}", metric.id()));
                let missing: Vec<String> = missing(metric).iter().map(|table| table.name().to_owned()).collect();
                if metric.shape() == Shape::Indicator {
                    let values = if missing.is_empty() { engine.indicator(metric)? } else { Vec::new() };
                    out.indicators.push(indicator(metric, values, missing));
                } else {
                    let ranges = self.duration((metric, missing), &batches, inputs, files, out)?;
                    if let Some(ranges) = ranges {
                        ask.send((out.metrics.len() - 1, ranges)).map_err(gone)?;
                    }
                }
            }
            drop(ask);
            for (at, percentiles) in estimates.join().unwrap_or_else(|panic| resume_unwind(panic)) {
                out.metrics[at].turnbull = Some(percentiles);
            }
            Ok(())
        })
    }

    /// Judges a duration metric, batch by batch; what is to be estimated comes back.
    fn duration(
        &self,
        (metric, missing): (&Metric, Vec<String>),
        batches: &Receiver<Handed>,
        inputs: &mut Inputs,
        files: &mut dyn Files,
        out: &mut Measured,
    ) -> Outcome<Option<Ranges>> {
        let policy = inputs.rules.policy.metric(metric.id());
        let mut judge = Judge::new(metric.header(), policy, &inputs.waivers, &self.traits, &self.context)?;
        let mut official = is_sensitive(metric, &self.readings).then(Results::default);
        let mut evidence = None;
        let measured = missing.is_empty();
        if measured {
            files.begin(metric.id(), metric.slice().map(|table| inputs.frames.height(table)))?;
            while let Some(stays) = batches.recv().map_err(gone)?? {
                let also = |judged: &Judged| official.iter_mut().for_each(|results| results.add(judged));
                batch(stays, &mut judge, files, also)?;
            }
            evidence = files.end()?;
        }
        let mut closing = Closing {
            gaps: self.coverage.gaps(metric),
            hidden: self.coverage.hidden(metric),
            sensitivity: Vec::new(),
            evidence,
            sql: metric.sql().trim().to_owned(),
            missing,
        };
        if let Some(official) = official.filter(|_| measured) {
            closing.sensitivity = sensitivity(metric, &official, &self.readings, inputs, &self.traits, &self.context)?;
        }
        let (done, ranges) = judge.sum_up(closing);
        inputs.messages.extend(done.idle.iter().filter(|_| measured).map(|(part, place)| idle(metric, part, place)));
        out.metrics.push(done.report);
        out.findings.extend(done.findings);
        out.findings_total += done.findings_total;
        out.overstays.merge(done.overstays);
        out.exceptions.merge(done.exceptions);
        inputs.waivers.record(done.waivers);
        Ok(ranges)
    }
}

/// A batch, the end of a metric, or why there is no more.
type Handed = Outcome<Option<Stays>>;

/// Runs a metric and hands over its batches, and then that it is done. Nothing when nobody asks for more.
fn hand_over(engine: &Engine, metric: &Metric, give: &SyncSender<Handed>) -> Option<()> {
    match engine.run(metric, |stays| give.send(Ok(Some(stays))).map_err(gone)) {
        Ok(()) => give.send(Ok(None)).ok(),
        Err(failure) => {
            let _ = give.send(Err(failure));
            None
        }
    }
}

/// The other side of a channel ended before its time.
fn gone<T>(_: T) -> Failure {
    Failure::run("a part of the measurement ended before its time")
}

/// Framework, reference and metric of every direct edge of the chosen frameworks.
fn references(inputs: &Inputs) -> impl Iterator<Item = [&str; 3]> {
    inputs.rules.frameworks.iter().flat_map(direct)
}

/// Framework, reference and metric of the direct edges of a framework.
pub(super) fn direct(framework: &Framework) -> impl Iterator<Item = [&str; 3]> {
    framework.references.iter().flat_map(|reference| {
        let direct = reference.edges.iter().filter(|edge| edge.relation == Relation::Direct);
        direct.map(|edge| [framework.id.as_str(), reference.id.as_str(), edge.metric.as_str()])
    })
}

/// Judges one batch of a metric, counts it and writes it.
pub(super) fn batch(
    stays: Stays,
    judge: &mut Judge<'_>,
    files: &mut dyn Files,
    also: impl FnOnce(&Judged) + Send,
) -> Outcome<()> {
    let judged = judge.decide(stays);
    let count = || {
        judge.add(&judged);
        also(&judged);
    };
    rayon::join(count, || files.batch(&judged)).1
}

/// That a limit for a part of a population applies to nothing.
fn idle(metric: &Metric, part: &str, place: &Place) -> Diagnostic {
    let mut place = place.clone();
    place.file = file_name(Path::new(&place.file));
    let message = format!("no item of {} is of {part}: this limit applies to nothing", metric.id());
    let hint = "compare the conditions with populations/accounts.csv and people.csv of a pack";
    Diagnostic::warning("override-unmatched", message).at(place).hint(hint)
}

pub(super) fn indicator(
    metric: &Metric,
    values: Vec<crate::report::IndicatorValue>,
    missing: Vec<String>,
) -> Indicator {
    let header = metric.header();
    Indicator {
        id: metric.id().to_owned(),
        title: header.title.clone(),
        definition: header.definition.clone(),
        unit: header.unit.get_ref().clone(),
        values,
        missing,
    }
}
