//! `overstay normalise`: canonical tables as Parquet.

use crate::failure::Outcome;
use crate::pipeline;
use crate::writing::Disk;

use super::args::NormaliseArgs;
use super::bars::Bars;
use super::environment::Environment;

pub(super) fn run(args: &NormaliseArgs, environment: Environment) -> Outcome<u8> {
    let options = super::run_options(&args.assess, 0)?;
    let bars = Bars::new(environment);
    let written = pipeline::normalise(&options, &args.out, args.replace.replace, &Disk::real(), &bars)?;
    bars.finish();
    for entry in written {
        environment.summary(|| format!("{}/{}  {} bytes\n", args.out.display(), entry.path, entry.bytes))?;
    }
    Ok(0)
}
