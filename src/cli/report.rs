//! `overstay report`: the whole run, into a pack.

use crate::failure::Outcome;
use crate::pipeline::{self, Earlier, PackOptions};
use crate::render::terminal;

use super::args::ReportArgs;
use super::bars::Bars;
use super::environment::Environment;

pub(super) fn run(args: &ReportArgs, environment: Environment) -> Outcome<u8> {
    let options = super::run_options(&args.assess, args.findings)?;
    let pack = PackOptions {
        out: args.out.clone(),
        templates: args.templates.clone(),
        canonical: !args.no_canonical,
        readable: true,
        earlier: args.history.clone().map(Earlier::Folder),
    };
    let bars = Bars::new(environment);
    let report = pipeline::report(&options, &pack, &bars)?;
    bars.finish();
    super::say(&report.messages, 8);
    let place = args.out.display().to_string();
    Environment::print(terminal::summary(&report, environment.width, environment.colour, Some(&place)).as_bytes());
    Ok(super::gate(report.verdict.status, &args.fail_on))
}
