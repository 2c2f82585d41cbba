//! `overstay inspect`: what each file is, and what its mapping makes of the first rows.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::pipeline::{Rules, overrides};
use crate::source::{FileOutcome, Inspected, LoadOptions, Preview, Rights, RowPlace, Suggestion, inspect};
use crate::time::{Zone, readable, rfc3339};
use crate::writing::{Disk, write_new_file};

use super::args::InspectArgs;
use super::environment::Environment;

pub(super) fn run(args: &InspectArgs) -> Outcome<u8> {
    let folder = args.paths.iter().find(|path| path.is_dir());
    let options = super::rule_options(&args.rules)?;
    let rules = Rules::load(folder.map(std::path::PathBuf::as_path), &options)?;
    for warning in &rules.warnings {
        Environment::message(&warning.to_string());
    }
    let zone = options.zone.or(rules.project.zone).unwrap_or(Zone::UTC);
    let except = rules.templates.iter().cloned().collect();
    let reading = LoadOptions {
        zone,
        overrides: overrides(&options.read_as, &rules)?,
        rights: Rights::of(&rules.project),
        except,
        ..LoadOptions::default()
    };
    let files = inspect(&args.paths, &rules.sources, &reading, args.rows)?;
    if args.json {
        let list: Vec<Value> = files.iter().map(as_json).collect();
        let mut text = crate::json::pretty(&json!({ "files": list }));
        text.push('\n');
        Environment::data(text.as_bytes())?;
    } else {
        Environment::text(&files.iter().map(|file| as_text(file, args.rows)).collect::<Vec<_>>().join("\n"))?;
    }
    if let Some(folder) = &args.write {
        suggestions(&files, folder)?;
    }
    let unusable = files.iter().any(|file| !matches!(file.file.outcome, FileOutcome::Read | FileOutcome::Empty));
    Ok(if unusable { 2 } else { 0 })
}

/// Saves what is suggested for unknown files, each under its id; says what was written. Gives how many.
pub(super) fn suggestions(files: &[Inspected], folder: &std::path::Path) -> Outcome<usize> {
    let mut written = 0;
    let mut signs = BTreeSet::new();
    for file in files {
        let Some(Suggestion { id, text }) = &file.suggestion else { continue };
        // The files of a series have the same columns: one mapping reads them all.
        if !signs.insert(text.split_once("[recognise]").map_or(text.as_str(), |(_, rest)| rest)) {
            continue;
        }
        let path = folder.join(format!("{id}.toml"));
        if write_new_file(&Disk::real(), &path, text.as_bytes())? {
            written += 1;
            Environment::message(&format!("wrote {} for {}", path.display(), file.file.path));
        } else {
            Environment::message(&format!("{} is there already and was left as it is", path.display()));
        }
    }
    Ok(written)
}

fn as_json(inspected: &Inspected) -> Value {
    let file = &inspected.file;
    let rows: serde_json::Map<String, Value> =
        file.rows.iter().map(|(table, count)| (table.name().to_owned(), json!(count))).collect();
    json!({
        "path": file.path,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "outcome": file.outcome,
        "source": file.source,
        "system": file.system,
        "records": file.records,
        "rows": rows,
        "rejected": file.rejected,
        "out_of_scope": file.out_of_scope,
        "not_records": file.not_records,
        "unparsed": file.unparsed,
        "doubts": file.doubts,
        "unknown_columns": file.unknown_columns,
        "taken": file.taken.iter().map(|(column, key)| (column.clone(), json!(key))).collect::<serde_json::Map<_, _>>(),
        "observed_at": file.observed_at.map(rfc3339),
        "completeness": file.completeness,
        "completeness_reasons": file.completeness_reasons,
        "span": inspected.span.map(|(from, to)| [rfc3339(from), rfc3339(to)]),
        "candidates": inspected.candidates.iter().map(|near| json!({ "source": near.source, "missing": near.missing })).collect::<Vec<_>>(),
        "messages": inspected.diagnostics,
        "preview": inspected.preview.iter().map(|preview| json!({
            "table": preview.table.name(), "columns": preview.columns, "rows": preview.rows,
        })).collect::<Vec<_>>(),
        "suggestion": inspected.suggestion.as_ref().map(|one| &one.text),
    })
}

fn as_text(inspected: &Inspected, rows: usize) -> String {
    let file = &inspected.file;
    let what = match (file.outcome, &file.source) {
        (FileOutcome::Read, Some(source)) => source.clone(),
        (FileOutcome::Empty, Some(source)) => format!("{source}, empty"),
        (FileOutcome::Empty, None) => "empty".to_owned(),
        (FileOutcome::Unrecognised, _) => "not recognised".to_owned(),
        (FileOutcome::Ambiguous, _) => "ambiguous: several mappings fit".to_owned(),
        (FileOutcome::ErrorPage, _) => "an error answer of an API, not data".to_owned(),
        (FileOutcome::Unreadable | FileOutcome::Read, _) => "cannot be read".to_owned(),
    };
    let mut out = format!("{}: {what}\n", file.path);
    let mut line = |name: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "  {name:<14}{text}");
        }
    };
    line("sha256", file.sha256.clone());
    line("system", file.system.clone().unwrap_or_default());
    let given: Vec<String> = file.rows.iter().map(|(table, count)| format!("{count} {}", table.name())).collect();
    line("records", if file.records > 0 { format!("{} → {}", file.records, given.join(", ")) } else { String::new() });
    line("rejected", if file.rejected > 0 { file.rejected.to_string() } else { String::new() });
    for (reason, count) in &file.out_of_scope {
        line("out of scope", format!("{count}: {reason}"));
    }
    for (kind, count) in &file.not_records {
        line("no record", format!("{count}: {kind}"));
    }
    for (reason, count) in &file.doubts {
        line("contradictory", format!("{count}: {reason}"));
    }
    for (column, count) in &file.unparsed {
        line("not read", format!("{count} values of {column}"));
    }
    if file.source.is_some() {
        line("completeness", file.completeness.word().to_owned());
    }
    for why in &file.completeness_reasons {
        line("", why.clone());
    }
    for (column, key) in &file.taken {
        line("taken", format!("{key} as {column}"));
    }
    line("not used", file.unknown_columns.join(", "));
    line("exported", file.observed_at.map(readable).unwrap_or_default());
    line(
        "time span",
        inspected.span.map(|(from, to)| format!("{} to {}", readable(from), readable(to))).unwrap_or_default(),
    );
    let place = if file.place == RowPlace::Line { "line" } else { "record" };
    for reject in inspected.rejects.iter().take(rows.max(3)) {
        let column = reject.column.as_deref().map(|column| format!(" ({column})")).unwrap_or_default();
        line("reject", format!("{place} {}{column}: {}", reject.row, reject.reason));
    }
    for near in &inspected.candidates {
        line("candidate", format!("{}, which lacks {}", near.source, near.missing.join(", ")));
    }
    for message in &inspected.diagnostics {
        let _ = writeln!(out, "  {}", message.to_string().replace('\n', "\n  "));
    }
    for preview in &inspected.preview {
        out.push_str(&table(preview, rows));
    }
    if let Some(suggestion) = &inspected.suggestion {
        let _ = write!(out, "\n  a mapping to start from:\n\n{}", indented(&suggestion.text));
    }
    out
}

/// One block per mapped row: columns differ too much in width to stand side by side.
fn table(preview: &Preview, rows: usize) -> String {
    let width = preview.columns.iter().map(String::len).max().unwrap_or_default();
    let mut out = String::new();
    for (number, row) in preview.rows.iter().take(rows).enumerate() {
        let _ = writeln!(out, "\n  {} {}", preview.table.name(), number + 1);
        for (column, cell) in preview.columns.iter().zip(row) {
            if let Some(cell) = cell {
                let _ = writeln!(out, "    {column:<width$}  {cell}");
            }
        }
    }
    out
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}
