//! `overstay check`: the same assessment, in the terminal; nothing is written.

use crate::failure::Outcome;
use crate::pipeline::{self, RunOptions};
use crate::render::{doc, json, markdown, terminal};

use super::args::CheckArgs;
use super::bars::Bars;
use super::environment::Environment;

/// Findings per metric in `--json`.
const FINDINGS: usize = 200;

pub(super) fn run(args: &CheckArgs, environment: Environment) -> Outcome<u8> {
    // Only the data has a place for other readings.
    let options = RunOptions { readings: args.json, ..super::run_options(&args.assess, FINDINGS)? };
    let bars = Bars::new(environment);
    let report = pipeline::check(&options, &bars)?;
    bars.finish();
    super::say(&report.messages, 8);
    if args.json {
        Environment::data(&json::report(&report))?;
    } else if args.markdown {
        Environment::data(markdown::blocks(&doc::summary(&report, None)).as_bytes())?;
    } else {
        environment.summary(|| terminal::summary(&report, environment.width, environment.colour, None))?;
    }
    Ok(super::exit_code(&report, &args.fail_on))
}
