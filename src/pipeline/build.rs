//! The report out of everything that was measured.

use crate::assess::{Around, assess_frameworks, overall, resolutions, shown};
use crate::diag::Severity;
use crate::pack::{LOOK, RuleEntry, digest_of, look_digest, report_id};
use crate::report::{Action, FindingList, Message, PeriodView, Pseudonyms, Report, SCHEMA, Stamp, Tool, WaiverState};
use crate::time::Period;

use super::agents::agents;
use super::inputs::Inputs;
use super::measure::Measured;
use super::own::OwnFile;
use super::populations::populations;
use super::quality::{rejects, sources};
use super::queue::waiting;

/// The file that has every finding.
pub(super) const FINDINGS_FILE: &str = "findings.csv";

/// Builds the report. `findings_sha256` is the hash of `findings.csv` in a pack, `look` the
/// organisation's own files of its look, as the manifest lists them. Beside it come all exceptions, of which it has the first.
pub(super) fn build(
    inputs: &Inputs,
    measured: Measured,
    findings_sha256: Option<&str>,
    look: &[RuleEntry],
) -> (Report, Vec<Action>) {
    let rules = &inputs.rules;
    let files = &inputs.loaded.files;
    let inputs_sha256 = digest_of(files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())));
    let rules_sha256 = digest_of(rules.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())));
    let command = inputs.replay.command(inputs.as_of);
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let headline = measured.overstays.headline(&measured.metrics, &inputs.frames);
    let around = Around { metrics: &measured.metrics, frames: &inputs.frames, names: &measured.names };
    let actions = measured.exceptions.list(&around);
    let report = Report {
        schema: SCHEMA.to_owned(),
        report_id: report_id(
            &inputs_sha256,
            &rules_sha256,
            &command,
            &tool().version,
            inputs.replay.history.as_ref(),
            look_digest(look).as_deref(),
        ),
        tool: tool(),
        organisation: inputs.organisation().to_owned(),
        classification: rules.project.classification.clone(),
        period: period(inputs),
        as_of: Stamp(inputs.as_of),
        as_of_basis: inputs.as_of_basis.clone(),
        zone: inputs.zone.to_string(),
        leave_instant: rules.policy.leave_instant.to_string(),
        inputs_sha256,
        rules_sha256,
        evidence_sha256: None,
        files: Vec::new(),
        look: look.iter().map(|file| file.path.trim_start_matches(LOOK).to_owned()).collect(),
        own_rules: rules.own.iter().map(OwnFile::report).collect(),
        pseudonyms: inputs.pseudonyms.as_ref().map(|key| Pseudonyms { key: key.fingerprint().to_owned() }),
        command,
        verdict: overall(&measured.metrics),
        headline,
        changes: Vec::new(),
        history: Vec::new(),
        resolutions: resolutions(&rules.frameworks),
        frameworks: assess_frameworks(&rules.frameworks, &measured.metrics),
        metrics: measured.metrics,
        indicators: measured.indicators,
        findings: FindingList {
            total: measured.findings_total,
            cap_per_metric: measured.cap as u64,
            file: FINDINGS_FILE.to_owned(),
            file_sha256: findings_sha256.map(str::to_owned),
            items: measured.findings,
        },
        actions: shown(&actions),
        agents: Some(agents(&inputs.frames, &measured.names, &actions, inputs.as_of)),
        queue: Vec::new(),
        waivers: inputs.waivers.report(),
        populations: populations(
            &inputs.frames,
            &inputs.facts,
            files,
            inputs.as_of,
            &inputs.period,
            &measured.without.list,
        ),
        systems: measured.systems,
        sources: sources(files, &rules.sources, &inputs.frames),
        rejects: rejects(&inputs.loaded.rejects, &paths),
        messages: messages(inputs),
    };
    let items = waiting(&inputs.frames, (&report.metrics, &actions), inputs.as_of, &inputs.period);
    (Report { queue: items, ..report }, actions)
}

pub(super) fn tool() -> Tool {
    Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

pub(super) fn period(inputs: &Inputs) -> PeriodView {
    period_view(&inputs.period)
}

/// A period as reports and manifests say it.
pub(super) fn period_view(period: &Period) -> PeriodView {
    PeriodView { label: period.label.clone(), from: Stamp(period.from), to: Stamp(period.to) }
}

fn messages(inputs: &Inputs) -> Vec<Message> {
    let mut messages: Vec<Message> = inputs
        .messages
        .iter()
        .map(|message| Message {
            severity: message.severity,
            code: message.code.to_owned(),
            place: message.place.as_ref().map(ToString::to_string),
            message: message.message.clone(),
            hint: message.hint.clone(),
        })
        .collect();
    let mut warn = |code: &str, message: String, hint: &str| {
        messages.push(Message {
            severity: Severity::Warning,
            code: code.to_owned(),
            place: None,
            message,
            hint: Some(hint.to_owned()),
        });
    };
    if inputs.frames.get(crate::dataset::Table::People).is_none() {
        let message = "no HR source was loaded: nothing can be said about leavers and owners".to_owned();
        warn("no-hr", message, "add an HR export; `overstay inspect FILE` suggests a mapping for an unknown CSV");
    }
    messages.extend(idle_waivers(inputs));
    messages
}

/// Waivers in force that no finding matches: nobody may believe that they cover something.
fn idle_waivers(inputs: &Inputs) -> Vec<Message> {
    let waivers = inputs.waivers.report().into_iter();
    let idle = waivers.filter(|waiver| waiver.state == WaiverState::MatchesNothing);
    idle.map(|waiver| Message {
        severity: Severity::Warning,
        code: "waiver-unmatched".to_owned(),
        place: Some(waiver.place),
        message: format!("the waiver {} is in force and covers nothing: no finding matches it", waiver.waiver_id),
        hint: Some("compare its metric, subject and system with findings.csv of a pack".to_owned()),
    })
    .collect()
}
