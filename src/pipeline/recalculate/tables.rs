//! The tables of a pack, read back: canonical ones, the evidence of a metric, rejects.

use std::collections::HashMap;
use std::path::Path;

use polars::prelude::*;

use crate::assess::contract::{EVIDENCE, Kind, Origin, parts};
use crate::dataset::{ColumnKind, Frames, Table, complete};
use crate::failure::Outcome;
use crate::metric::Stays;
use crate::pack::{PackRows, damaged, open_csv, read_parquet};
use crate::render::csv::plain;
use crate::source::Reject;
use crate::time::{Moment, TimeFormat, parse_time};

use super::Pack;

/// The canonical tables that the pack has.
pub(super) fn canonical(pack: &Pack<'_>) -> Outcome<Frames> {
    let mut frames = Frames::default();
    for table in Table::ALL {
        let name = format!("canonical/{}.parquet", table.name());
        if pack.lists(&name) {
            frames.insert(table, read_parquet(&pack.folder.join(name))?);
        }
    }
    Ok(frames)
}

/// Without them: what limits and waivers ask about accounts and people, out of `populations/` and `report.json`.
pub(super) fn from_populations(pack: &Pack<'_>) -> Outcome<Frames> {
    let mut frames = Frames::default();
    let accounts = ["account_key", "kind", "activity", "privileged", "last_seen_lo", "last_seen_hi"];
    let people = ["person_id", "worker_type", "name", "department", "manager_id"];
    let credentials = ["credential_key", "activity", "last_used_lo", "last_used_hi"];
    population(pack, Table::Accounts, accounts, &mut frames)?;
    population(pack, Table::People, people, &mut frames)?;
    population(pack, Table::Credentials, credentials, &mut frames)?;
    frames.insert(Table::Waivers, waivers(pack)?);
    Ok(frames)
}

/// Some columns of one of them, with the type that the catalogue gives them.
fn population<const N: usize>(
    pack: &Pack<'_>,
    of: Table,
    names: [&'static str; N],
    frames: &mut Frames,
) -> Outcome<()> {
    let Some(rows) = rows(pack, &format!("populations/{}.csv", of.name()), names)? else {
        return Ok(());
    };
    let kind = |name: &str| {
        let column = of.columns().iter().find(|column| column.frame_names().iter().any(|one| one == name));
        column.map(|column| column.kind)
    };
    let kinds = names.map(kind);
    let (mut texts, mut flags, mut times) =
        ([(); N].map(|()| Vec::new()), [(); N].map(|()| Vec::new()), [(); N].map(|()| Vec::new()));
    rows.each(|cells| {
        for (at, cell) in cells.into_iter().enumerate() {
            match kinds[at] {
                Some(ColumnKind::Flag) => flags[at].push(cell.flag()),
                Some(ColumnKind::Instant(_) | ColumnKind::Bounds) => times[at].push(cell.instant()),
                _ => texts[at].push(text(cell.str())),
            }
        }
    })?;
    let mut columns = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        columns.push(match kinds[at] {
            Some(ColumnKind::Flag) => Column::new(name.into(), std::mem::take(&mut flags[at])),
            Some(ColumnKind::Instant(_) | ColumnKind::Bounds) => {
                Column::new(name.into(), std::mem::take(&mut times[at]))
            }
            _ => Column::new(name.into(), std::mem::take(&mut texts[at])),
        });
    }
    frames.insert(of, table(of, columns)?);
    Ok(())
}

/// The waivers as the report has them.
fn waivers(pack: &Pack<'_>) -> Outcome<DataFrame> {
    let waivers = &pack.report.waivers;
    let files: HashMap<&str, i32> = pack.manifest.inputs.iter().map(|file| file.path.as_str()).zip(0..).collect();
    let place = |place: &str| {
        let (path, line) = place.rsplit_once(':')?;
        Some((*files.get(path)?, line.parse::<i32>().ok()?))
    };
    let places: Vec<_> = waivers.iter().map(|waiver| place(&waiver.place)).collect();
    let texts = |name: &str, of: &dyn Fn(&crate::report::WaiverReport) -> Option<String>| {
        Column::new(name.into(), waivers.iter().map(of).collect::<Vec<_>>())
    };
    let since = |waiver: &crate::report::WaiverReport| {
        Some(waiver.window.from.0).filter(|_| waiver.window.from != waiver.window.to)
    };
    let columns = vec![
        texts("waiver_id", &|waiver| Some(waiver.waiver_id.clone())),
        texts("metric", &|waiver| Some(waiver.metric.clone())),
        texts("subject", &|waiver| Some(waiver.subject.clone())),
        texts("system", &|waiver| waiver.system.clone()),
        texts("reason", &|waiver| Some(waiver.reason.clone())),
        texts("approver", &|waiver| Some(waiver.approver.clone())),
        texts("ticket", &|waiver| waiver.ticket.clone()),
        Column::new("approved_on".into(), waivers.iter().map(since).collect::<Vec<_>>()),
        Column::new("expires_on".into(), waivers.iter().map(|waiver| waiver.window.to.0).collect::<Vec<_>>()),
        Column::new("src_file".into(), places.iter().map(|place| place.map(|place| place.0)).collect::<Vec<_>>()),
        Column::new("src_row".into(), places.iter().map(|place| place.map(|place| place.1)).collect::<Vec<_>>()),
    ];
    table(Table::Waivers, columns)
}

fn table(table: Table, columns: Vec<Column>) -> Outcome<DataFrame> {
    let height = columns.first().map_or(0, Column::len);
    Ok(complete(table, &DataFrame::new(height, columns)?))
}

fn rows<const N: usize>(pack: &Pack<'_>, name: &str, columns: [&'static str; N]) -> Outcome<Option<PackRows<N>>> {
    if pack.lists(name) { PackRows::open(pack.folder, &[name.to_owned()], columns) } else { Ok(None) }
}

fn text(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

/// The columns of an evidence file that its SELECT returned, of some kinds.
fn selected(fits: fn(Kind) -> bool) -> Vec<&'static str> {
    let columns = EVIDENCE.iter().filter(|column| column.origin == Origin::Selected && fits(column.kind));
    columns.map(|column| column.name).collect()
}

/// The rows of an evidence file as its SELECT returned them. A severity that a row gives stands with its finding only.
pub(super) fn stays(pack: &Pack<'_>, metric: &str, file: &str) -> Outcome<Stays> {
    let path = pack.folder.join(file);
    let severities = severities(pack, metric)?;
    let severity = |id: Option<&str>| id.and_then(|id| severities.get(id)).cloned();
    if is_parquet(file) {
        let mut frame = read_parquet(&path)?;
        let ids = crate::dataset::Texts::of(&frame, "finding_id");
        let column: Vec<Option<String>> = (0..frame.height()).map(|row| severity(ids.get(row))).collect();
        frame.with_column(Column::new("severity".into(), column))?;
        return Stays::from_frame(metric, &frame);
    }
    let places: HashMap<&str, i32> = pack.places.iter().map(String::as_str).zip(0..).collect();
    let mut reader = open_csv(&path)?;
    let header = reader.headers().map_err(|cause| damaged(&path, &cause))?.clone();
    let at = |name: &str| {
        let found = header.iter().position(|column| column == name);
        found.ok_or_else(|| damaged(&path, &format!("it has no column {name}")))
    };
    let names = [
        selected(|kind| !matches!(kind, Kind::Time | Kind::Place)),
        selected(|kind| matches!(kind, Kind::Time)),
        selected(|kind| matches!(kind, Kind::Place)),
    ];
    let [text_names, time_names, place_names] = &names;
    let all = |names: &[&'static str]| names.iter().map(|name| at(name)).collect::<Outcome<Vec<_>>>();
    let (texts, times, sources) = (all(text_names)?, all(time_names)?, all(place_names)?);
    let finding = at("finding_id")?;
    let (mut words, mut instants) = (vec![Vec::new(); texts.len()], vec![Vec::new(); times.len()]);
    let (mut lineage, mut grades) = (vec![(Vec::new(), Vec::new()); sources.len()], Vec::new());
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|cause| damaged(&path, &cause))? {
        let cell = |at: usize| row.get(at).map(plain).filter(|cell| !cell.is_empty());
        for (list, at) in words.iter_mut().zip(&texts) {
            list.push(cell(*at).map(str::to_owned));
        }
        for (list, at) in instants.iter_mut().zip(&times) {
            list.push(cell(*at).map(|cell| instant(&path, cell)).transpose()?);
        }
        for ((files, rows), at) in lineage.iter_mut().zip(&sources) {
            let place = cell(*at).map(|cell| place(&places, cell));
            let place = place.map(|place| place.ok_or_else(|| damaged(&path, &"it names a file that is no input")));
            let place = place.transpose()?;
            files.push(place.map(|place| place.0));
            rows.push(place.map(|place| place.1));
        }
        grades.push(severity(cell(finding)));
    }
    let height = grades.len();
    let mut columns: Vec<Column> =
        text_names.iter().zip(words).map(|(name, list)| Column::new((*name).into(), list)).collect();
    columns.extend(time_names.iter().zip(instants).map(|(name, list)| Column::new((*name).into(), list)));
    for (name, (files, lines)) in place_names.iter().zip(lineage) {
        let [file, line] = parts(name);
        columns.extend([Column::new(file.into(), files), Column::new(line.into(), lines)]);
    }
    columns.push(Column::new("severity".into(), grades));
    Stays::from_frame(metric, &DataFrame::new(height, columns)?)
}

fn instant(path: &Path, cell: &str) -> Outcome<i64> {
    match parse_time(cell.as_bytes(), TimeFormat::Iso) {
        Some(Moment::At(at)) => Ok(at),
        _ => Err(damaged(path, &"it has a time that is none")),
    }
}

/// File and row of `hr/workers.csv line 20`.
fn place(places: &HashMap<&str, i32>, text: &str) -> Option<(i32, i32)> {
    let number = text.rfind(' ')? + 1;
    Some((*places.get(&text[..number])?, text[number..].parse().ok()?))
}

/// The severities in `findings.csv` by finding.
fn severities(pack: &Pack<'_>, metric: &str) -> Outcome<HashMap<String, String>> {
    let mut severities = HashMap::new();
    if let Some(rows) = rows(pack, "findings.csv", ["finding_id", "metric", "severity"])? {
        rows.each(|[id, of, severity]| {
            if of.str() == metric {
                severities.insert(id.str().to_owned(), severity.str().to_owned());
            }
        })?;
    }
    Ok(severities)
}

/// Whether a file of a pack is one of Parquet.
pub(super) fn is_parquet(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "parquet")
}

/// Whether two Parquet files have the same rows.
pub(super) fn same_rows(left: &Path, right: &Path) -> Outcome<bool> {
    Ok(read_parquet(left)?.equals_missing(&read_parquet(right)?))
}

/// The file of what could not be used.
pub(super) const REJECTS: &str = "rejects.csv";

/// The lines of `rejects.csv`.
pub(super) fn rejects(pack: &Pack<'_>) -> Outcome<Vec<Reject>> {
    let columns = ["path", "row", "line", "column", "whole_row", "reason"];
    let Some(rows) = rows(pack, REJECTS, columns)? else {
        return Ok(Vec::new());
    };
    let files: HashMap<&str, u32> = pack.manifest.inputs.iter().map(|file| file.path.as_str()).zip(0..).collect();
    let mut rejects = Vec::new();
    rows.each(|[path, row, line, column, whole_row, reason]| {
        rejects.push(Reject {
            file: files.get(path.str()).copied().unwrap_or(u32::MAX),
            row: row.str().parse().unwrap_or_default(),
            line: line.str().parse().ok(),
            column: text(column.str()),
            reason: reason.str().to_owned(),
            whole_row: whole_row.str() == "yes",
        });
    })?;
    Ok(rejects)
}
