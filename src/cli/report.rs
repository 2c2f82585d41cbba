//! `overstay report`: the whole run, into a pack.

use crate::failure::{Failure, Outcome};
use crate::pack::{Document, MANIFEST_FILE, size_and_sha256};
use crate::pipeline::{self, Earlier, PackOptions, RunOptions};
use crate::render::terminal;

use super::args::{Form, ReportArgs};
use super::bars::Bars;
use super::environment::Environment;

pub(super) fn run(args: &ReportArgs, environment: Environment) -> Outcome<u8> {
    let pseudonyms = super::key(args.pseudonyms.as_deref())?;
    let options = RunOptions { pseudonyms, readings: true, ..super::run_options(&args.assess, args.findings)? };
    let pack = PackOptions {
        templates: args.templates.clone(),
        canonical: !args.no_canonical,
        csv_bom: args.csv_bom,
        documents: documents(&args.format)?,
        earlier: args.history.clone().map(Earlier::Folder),
        replace: args.replace.replace,
        sign: args.sign_command.clone(),
        ..PackOptions::new(&args.out)
    };
    let bars = Bars::new(environment);
    let report = pipeline::report(&options, &pack, &bars)?;
    bars.finish();
    super::say(&report.messages, 8);
    let place = args.out.display().to_string();
    environment.summary(|| terminal::summary(&report, environment.width, environment.colour, Some(&place)))?;
    let manifest = args.out.join(MANIFEST_FILE);
    let (_, sha256) = size_and_sha256(&manifest, &|_| ()).map_err(|cause| Failure::io("read", &manifest, &cause))?;
    environment.summary(|| format!("SHA-256 of its manifest: {sha256}\n"))?;
    Ok(super::exit_code(&report, &args.fail_on))
}

/// The documents of a pack, each once and in their own order, however they were typed.
fn documents(forms: &[Form]) -> Outcome<Vec<Document>> {
    if forms.contains(&Form::None) && forms.len() > 1 {
        return Err(super::usage("--format: none stands alone"));
    }
    let mut documents: Vec<Document> = forms
        .iter()
        .filter_map(|form| match form {
            Form::Html => Some(Document::Html),
            Form::Pdf => Some(Document::Pdf),
            Form::Xlsx => Some(Document::Xlsx),
            Form::None => None,
        })
        .collect();
    documents.sort_unstable();
    documents.dedup();
    Ok(documents)
}
