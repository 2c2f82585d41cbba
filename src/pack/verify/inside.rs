//! The digests and ids that the files of a pack name: each computed again from the lists, and compared with the others.

use std::path::Path;

use crate::disk;
use crate::policy::AsOf;
use crate::report::Report;

use super::super::manifest::{Manifest, is_data, look_digest, report_id};
use super::{Difference, Kind, MANIFEST_FILE, shown};

/// Compares; returns `report.json` where it is `sound`, that is, listed and unchanged.
pub(super) fn digests(
    pack: &Path,
    manifest: &Manifest,
    sound: impl Fn(&str) -> bool,
    differences: &mut Vec<Difference>,
) -> Option<Report> {
    let mut inside = Inside { path: MANIFEST_FILE, differences };
    inside.same("inputs_sha256", &manifest.inputs_sha256, "its list of inputs", &manifest.inputs_digest());
    inside.same("rules_sha256", &manifest.rules_sha256, "its list of rules", &manifest.rules_digest());
    inside.same("evidence_sha256", &manifest.evidence_sha256, "its list of outputs", &manifest.evidence_digest());
    inside.same("command", &manifest.command, "its options", &manifest.options.command(manifest.as_of.0));
    let as_of = match manifest.options.as_of.parse() {
        Ok(AsOf::At(at)) => Some(at),
        Ok(AsOf::PeriodEnd) => Some(manifest.period.to.0),
        Ok(AsOf::Now | AsOf::NewestInput) => None,
        Err(cause) => {
            inside.say(format!("its options.as_of is {}: {cause}", shown(&manifest.options.as_of)));
            None
        }
    };
    if as_of.is_some_and(|at| at != manifest.as_of.0) {
        inside.say("its as_of is not the one of its options".to_owned());
    }
    inside.same("period", &manifest.period.label, "its options", &manifest.options.period);
    let (inputs, rules, tool) = (&manifest.inputs_sha256, &manifest.rules_sha256, &manifest.tool.version);
    let look = look_digest(&manifest.rules);
    let id = report_id(inputs, rules, &manifest.command, tool, manifest.options.history.as_ref(), look.as_deref());
    inside.same("report_id", &manifest.report_id, "its digests", &id);
    if !sound("report.json") {
        if !manifest.outputs.iter().any(|output| output.path == "report.json") {
            inside.say("it lists no report.json".to_owned());
        }
        return None;
    }
    inside.path = "report.json";
    let bytes = disk::read(&pack.join("report.json"), disk::DOCUMENT).ok()?;
    let report: Report = match serde_json::from_slice(&bytes) {
        Ok(report) => report,
        Err(cause) => {
            inside.say(format!("it cannot be read as a report: {cause}"));
            return None;
        }
    };
    agree(&report, manifest, &mut inside);
    Some(report)
}

fn agree(report: &Report, manifest: &Manifest, inside: &mut Inside<'_>) {
    let of = "manifest.json";
    inside.same("report_id", &report.report_id, of, &manifest.report_id);
    inside.same("tool.version", &report.tool.version, of, &manifest.tool.version);
    inside.same("command", &report.command, of, &manifest.command);
    inside.same("zone", &report.zone, of, &manifest.options.zone);
    inside.same("inputs_sha256", &report.inputs_sha256, of, &manifest.inputs_sha256);
    inside.same("rules_sha256", &report.rules_sha256, of, &manifest.rules_sha256);
    let evidence = report.evidence_sha256.as_deref().unwrap_or("nothing");
    inside.same("evidence_sha256", evidence, of, &manifest.evidence_sha256);
    let key = report.pseudonyms.as_ref().map_or("none", |pseudonyms| &pseudonyms.key);
    inside.same("pseudonyms", key, of, manifest.options.pseudonyms.as_deref().unwrap_or("none"));
    if report.period != manifest.period {
        inside.say("its period is not that of manifest.json".to_owned());
    }
    if report.as_of != manifest.as_of {
        inside.say("its as_of is not that of manifest.json".to_owned());
    }
    let hash = |path: &str| manifest.outputs.iter().find(|output| output.path == path).map(|output| &output.sha256);
    let findings = report.findings.file_sha256.as_deref().unwrap_or("nothing");
    let listed = hash(&report.findings.file).map_or("no such file", String::as_str);
    inside.same("findings.file_sha256", findings, of, listed);
    for evidence in report.metrics.iter().filter_map(|metric| metric.evidence.as_deref()) {
        if hash(evidence).is_none() {
            inside.say(format!("it names {}, which manifest.json does not list", shown(evidence)));
        }
    }
    let named = report.files.iter().map(|file| (file.path.as_str(), file.bytes, file.sha256.as_str()));
    let data = manifest.outputs.iter().filter(|output| is_data(&output.path));
    if !named.eq(data.map(|output| (output.path.as_str(), output.bytes, output.sha256.as_str()))) {
        inside.say("its files are not the data files of manifest.json".to_owned());
    }
    let mut read: Vec<_> = report.sources.iter().map(|source| (source.path.as_str(), source.sha256.as_str())).collect();
    let mut inputs: Vec<_> = manifest.inputs.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
    read.sort_unstable();
    inputs.sort_unstable();
    if read != inputs {
        inside.say("its sources are not the inputs of manifest.json".to_owned());
    }
}

struct Inside<'a> {
    path: &'static str,
    differences: &'a mut Vec<Difference>,
}

impl Inside<'_> {
    fn same(&mut self, name: &str, said: &str, of: &str, is: &str) {
        if said != is {
            self.say(format!("its {name} is {}; {of} gives {}", shown(said), shown(is)));
        }
    }

    fn say(&mut self, what: String) {
        self.differences.push(Difference::new(self.path, Kind::Changed, what));
    }
}
