//! `overstay init`: a project file, and for a folder with exports the registers and mappings to fill in.

use std::collections::BTreeSet;
use std::path::Path;

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pipeline::{RuleOptions, Rules};
use crate::policy::fresh_project;
use crate::source::{FileOutcome, Inspected, LoadOptions, Rights, Source, inspect};
use crate::writing::{Disk, write_new_file};

use super::args::InitArgs;
use super::environment::Environment;

/// Tables without which most metrics have nothing to say.
const WANTED: [Table; 4] = [Table::People, Table::Accounts, Table::Events, Table::Credentials];

pub(super) fn run(args: &InitArgs) -> Outcome<u8> {
    let path = args.folder.join("overstay.toml");
    if !write_new_file(&Disk::real(), &path, fresh_project().as_bytes())? {
        let place = Place::file(path.display().to_string());
        let message = "there is a project file already; nothing was changed";
        return Err(Failure::usage_one(Diagnostic::error("exists", message).at(place)));
    }
    Environment::message(&format!("wrote {}", path.display()));
    let rules = Rules::load(Some(&args.folder), &RuleOptions::default())?;
    let reading = LoadOptions { rights: Rights::of(&rules.project), ..LoadOptions::default() };
    let files = inspect(std::slice::from_ref(&args.folder), &rules.sources, &reading, 0)?;
    let files: Vec<Inspected> = files.into_iter().filter(|file| file.file.path != "overstay.toml").collect();
    if !files.is_empty() {
        registers(&args.folder, &files)?;
        super::inspect::suggestions(&files, &args.folder.join("mappings").join("sources"))?;
        found(&files, &rules);
    }
    Ok(0)
}

/// The registers of systems and of extractions, with a line for each that was found.
fn registers(folder: &Path, files: &[Inspected]) -> Outcome<()> {
    let homes: BTreeSet<&str> = files.iter().filter_map(|file| file.file.home()).collect();
    let mut systems = String::from("system,title,owner,criticality,in_scope,synchronised,telemetry\n");
    for system in homes {
        systems.push_str(&line(&[system, "", "", "", "", "", ""])?);
    }
    let mut extractions =
        String::from("path,extracted_at,extracted_by,method,query,expected_rows,covers_from,covers_to\n");
    for file in files.iter().filter(|file| file.file.outcome == FileOutcome::Read) {
        extractions.push_str(&line(&[&file.file.path, "", "", "", "", "", "", ""])?);
    }
    for (name, text) in [("systems.csv", systems), ("extractions.csv", extractions)] {
        let path = folder.join(name);
        if write_new_file(&Disk::real(), &path, text.as_bytes())? {
            Environment::message(&format!("wrote {}: fill in its blanks", path.display()));
        }
    }
    Ok(())
}

fn line(cells: &[&str]) -> Outcome<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(|cause| Failure::run(cause.to_string()))?;
    let bytes = writer.into_inner().map_err(|cause| Failure::run(cause.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Says what each file is, and which tables nothing feeds, with what could.
fn found(files: &[Inspected], rules: &Rules) {
    for Inspected { file, .. } in files {
        let what = match (&file.source, file.outcome) {
            (Some(source), FileOutcome::Read) => format!("{source}, {} records", file.records),
            _ => "not read: `overstay inspect` says why".to_owned(),
        };
        Environment::message(&format!("{}: {what}", file.path));
    }
    let homes: BTreeSet<&str> = files.iter().filter_map(|file| file.file.home()).collect();
    for table in WANTED.into_iter().filter(|table| files.iter().all(|file| !file.file.rows.contains_key(table))) {
        let feeds =
            rules.sources.iter().filter(|source| source.tables().contains(&table) && !source.export().is_empty());
        let near: Vec<&str> = feeds
            .filter(|source| source.system().is_some_and(|system| homes.contains(system)))
            .map(Source::id)
            .collect();
        let hint = match near.as_slice() {
            [] => "`overstay list sources` shows what does".to_owned(),
            ids => format!("`overstay explain` says how to export {}", ids.join(", ")),
        };
        Environment::message(&format!("nothing feeds {} yet: {hint}", table.name()));
    }
}
