//! `overstay sample`: a reproducible sample of a metric's population, as CSV or as a workbook to fill in.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::{Sample, SampleOptions, sample};
use crate::pipeline::Progress;
use crate::render::text;
use crate::writing::{Disk, write_new_file};

use super::bars::Bars;
use super::environment::Environment;

/// `overstay sample`.
#[derive(Debug, Args)]
pub(super) struct SampleArgs {
    /// The evidence pack.
    pub pack: PathBuf,
    /// The metric whose items are drawn.
    pub metric: String,
    /// How many items; all, when there are fewer.
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..))]
    pub size: u64,
    /// Any whole number; the same seed draws the same items again. Whoever tests chooses it, after the pack was made.
    #[arg(long, value_name = "N")]
    pub seed: u64,
    /// Draws only from items with this result; may be repeated. Default: the metric's population, which is all items
    /// but the excluded ones.
    #[arg(long, value_name = "RESULT", value_delimiter = ',')]
    pub result: Vec<Drawn>,
    /// Draws only from items of this system; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub system: Vec<String>,
    /// Writes FILE.csv or FILE.xlsx instead of CSV to standard output. A file that exists is never replaced.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Results to draw from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Drawn {
    /// Over the limit in every reading.
    Over,
    /// Within the limit in every reading.
    Within,
    /// Over in one reading, within in another.
    Indeterminate,
    /// In the population, and nothing can be said.
    Unknown,
    /// Outside the population.
    Excluded,
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Xlsx,
}

pub(super) fn run(args: &SampleArgs, environment: Environment) -> Outcome<u8> {
    let out = match &args.out {
        Some(path) => Some((path, form(path, &args.pack)?)),
        None => None,
    };
    let options = SampleOptions {
        metric: args.metric.clone(),
        size: args.size,
        seed: args.seed,
        results: args.result.iter().map(|result| word(*result).to_owned()).collect(),
        systems: args.system.clone(),
    };
    let bars = Bars::new(environment);
    bars.stage("comparing with the manifest");
    let sample = sample(&args.pack, &options, &|done, total| bars.bytes(done, total))?;
    bars.finish();
    match out {
        None => Environment::data(&sample.to_csv())?,
        Some((path, form)) if !write_new_file(&Disk::real(), path, &bytes(&sample, form)?)? => {
            return Err(exists(path));
        }
        Some(_) => {}
    }
    for (name, value) in sample.facts_table() {
        Environment::message(&format!("{name:<11}{}", text::visible(&value, false)));
    }
    Ok(0)
}

fn bytes(sample: &Sample, form: Form) -> Outcome<Vec<u8>> {
    match form {
        Form::Csv => Ok(sample.to_csv()),
        Form::Xlsx => sample.to_xlsx(),
    }
}

/// What to write, and whether it may be written there.
fn form(path: &Path, pack: &Path) -> Outcome<Form> {
    let refuse = |message: &str, hint: &str| refused(path, message, hint);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let form = match ending.as_deref() {
        Some("csv") => Form::Csv,
        Some("xlsx") => Form::Xlsx,
        _ => return Err(refuse("the name ends neither in .csv nor in .xlsx", "the ending decides what is written")),
    };
    if path.exists() {
        return Err(exists(path));
    }
    // The folders above may not be there yet: the nearest one that is tells where the file would lie.
    let parent = path.ancestors().skip(1).map(here).find_map(|folder| std::fs::canonicalize(folder).ok());
    if let (Some(parent), Ok(pack)) = (parent, std::fs::canonicalize(pack))
        && parent.starts_with(&pack)
    {
        return Err(refuse("the file would lie in the pack, which would differ then", "choose a place outside of it"));
    }
    Ok(form)
}

fn exists(path: &Path) -> Failure {
    refused(path, "the file exists; it may hold what a tester wrote", "choose another name")
}

fn refused(path: &Path, message: &str, hint: &str) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-target", message).at(place).hint(hint))
}

fn here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

fn word(result: Drawn) -> &'static str {
    match result {
        Drawn::Over => "over",
        Drawn::Within => "within",
        Drawn::Indeterminate => "indeterminate",
        Drawn::Unknown => "unknown",
        Drawn::Excluded => "excluded",
    }
}
