//! `overstay drift`: what changed, in words for a terminal, as Markdown, as a page or as JSON.

use std::path::PathBuf;

use crate::failure::Outcome;
use crate::pipeline::{self, DriftOptions, RunOptions};
use crate::render::Templates;
use crate::render::drift::{Names, digest, json, markdown, page, terminal};
use crate::report::Status;
use crate::report::drift::{Drift, DriftResult};
use crate::writing::{Disk, write_file};

use super::args::{DriftArgs, DriftFailOn, DriftFormat, FailOn};
use super::bars::Bars;
use super::environment::{self, Environment};
use super::mail;

/// Findings of each class that are listed for mails, whatever is printed.
const LISTED: usize = 10_000;

pub(super) fn run(args: &DriftArgs, environment: Environment) -> Outcome<u8> {
    if args.restate && (args.period.is_some() || args.as_of.is_some()) {
        return Err(super::usage("--restate takes period and as-of from the baseline"));
    }
    let comparison = [DriftFailOn::Worse, DriftFailOn::New];
    if args.fail_on.contains(&DriftFailOn::None) && args.fail_on.iter().any(|one| comparison.contains(one)) {
        return Err(super::usage("--fail-on none stands with neither worse nor new"));
    }
    let pseudonyms = super::key(args.pseudonyms.as_deref())?;
    let side = |folder: &PathBuf, period: &Option<String>, as_of: &Option<String>| -> Outcome<RunOptions> {
        let options = super::options_for(folder, &args.rules, 0)?;
        Ok(RunOptions { period: period.clone(), as_of: as_of.clone(), pseudonyms: pseudonyms.clone(), ..options })
    };
    let options = DriftOptions {
        baseline: side(&args.baseline, &args.baseline_period, &args.baseline_as_of)?,
        current: side(&args.current, &args.period, &args.as_of)?,
        restate: args.restate,
        accepted: args.accepted.clone(),
        // A mail to some recipients counts what concerns them among the listed findings.
        cap: if args.mail.wanted() { args.limit.max(LISTED) } else { args.limit },
        scratch: environment::scratch(),
    };
    let bars = Bars::new(environment);
    let drifts = pipeline::drift(&options, &bars)?;
    bars.finish();
    for doubt in &drifts.doubts {
        Environment::message(&doubt.to_string());
    }
    let all = std::iter::once(&drifts.baseline).chain(&drifts.accepted).map(|drift| drift.listing(args.limit));
    let shown: Vec<Drift> = all.map(|drift| if args.no_names { drift.without_names() } else { drift }).collect();
    let bytes = output(args, &shown, environment)?;
    // A disk that is full keeps no mail back.
    let written = match &args.out {
        Some(path) => write_file(&Disk::real(), path, &bytes),
        None if args.format == DriftFormat::Text => Environment::text(&String::from_utf8_lossy(&bytes)),
        None => Environment::data(&bytes),
    };
    // A mail that did not arrive is said before what it would have said.
    if let Some(code) = mail::run(&args.mail, drifts.deciding(), &args.current)? {
        written?;
        return Ok(code);
    }
    written?;
    Ok(code(drifts.deciding(), drifts.baseline.current.status, &args.fail_on))
}

/// The exit code that was asked for.
fn code(drift: &Drift, status: Status, fail_on: &[DriftFailOn]) -> u8 {
    let worse = drift.result == DriftResult::Worse && !fail_on.contains(&DriftFailOn::None);
    if worse || drift.has_new() && fail_on.contains(&DriftFailOn::New) {
        return super::WORSE;
    }
    let of_pack = fail_on.iter().filter_map(|one| match one {
        DriftFailOn::NotMet => Some(FailOn::NotMet),
        DriftFailOn::InsufficientEvidence => Some(FailOn::InsufficientEvidence),
        DriftFailOn::Worse | DriftFailOn::New | DriftFailOn::None => None,
    });
    super::gate(status, &of_pack.collect::<Vec<_>>())
}

fn output(args: &DriftArgs, drifts: &[Drift], environment: Environment) -> Outcome<Vec<u8>> {
    let names = if args.no_names { Names::Withheld } else { Names::Shown };
    let words = || drifts.iter().map(|drift| digest(drift, names, args.limit));
    Ok(match args.format {
        // One comparison is one document; two are a list.
        DriftFormat::Json => match drifts {
            [only] => json(only),
            all => json(all),
        },
        DriftFormat::Markdown => words().map(|words| markdown(&words)).collect::<Vec<_>>().join("\n").into_bytes(),
        DriftFormat::Html => {
            let templates = match &args.templates {
                Some(folder) => Templates::with_folder(folder)?,
                None => Templates::shipped()?,
            };
            page(&words().collect::<Vec<_>>(), &templates)?
        }
        DriftFormat::Text => {
            let colour = environment.colour && args.out.is_none();
            let texts = words().map(|words| terminal(&words, environment.width, colour));
            texts.collect::<Vec<_>>().join("\n").into_bytes()
        }
    })
}
