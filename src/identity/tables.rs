//! The tables of people, their employments, their conflicts, and of files.

use polars::prelude::*;

use crate::dataset::{Frames, Table, Texts, Times, complete};
use crate::time::Micros;

use super::claims::text_columns;
use super::conflicts::Conflict;
use super::employment::{Basis, Employment, End};
use super::people::{People, Person};
use super::{Context, Facts, frames as out};

/// People, employments and conflicts; absent when no source makes persons.
pub(super) fn people(people: &People, frames: &mut Frames) -> PolarsResult<()> {
    let persons = &people.persons;
    if persons.is_empty() {
        return Ok(());
    }
    frames.insert(Table::People, complete(Table::People, &persons_frame(persons)?));
    frames.insert(Table::Employments, employments(persons)?);
    frames.insert(Table::Conflicts, conflicts(&people.conflicts)?);
    Ok(())
}

fn persons_frame(persons: &[Person]) -> PolarsResult<DataFrame> {
    let text = |name: &'static str| {
        out::texts(name, persons.iter().map(|person| person.texts.get(name).map(String::as_str)).collect())
    };
    let mut columns: Vec<Column> = text_columns().map(|column| text(column.name)).collect();
    columns.push(out::texts("person_id", persons.iter().map(|person| Some(person.id.as_str())).collect()));
    columns.push(out::texts("source", persons.iter().map(|person| Some(person.source.as_str())).collect()));
    let list = |parts: Vec<&str>| Some(parts.join(";")).filter(|list| !list.is_empty());
    let aliases = |person: &Person| list(person.addresses.iter().map(String::as_str).collect());
    columns.push(out::texts("aliases", persons.iter().map(aliases).collect()));
    let unread = |person: &Person| list(person.unread.iter().map(String::as_str).collect());
    let unread = |person: &Person| unread(person).map(|list| format!(";{list};"));
    columns.push(out::texts("unread", persons.iter().map(unread).collect()));
    // The employment that lasts, or the last one.
    let time =
        |name: &str, value: &dyn Fn(&Person) -> Option<Micros>| out::times(name, persons.iter().map(value).collect());
    let current = |person: &Person| person.employments.last().cloned();
    let end = |person: &Person| current(person).and_then(|employment| employment.end);
    columns.extend([
        time("started_lo", &|person| current(person)?.started.map(|started| started.0)),
        time("started_hi", &|person| current(person)?.started.map(|started| started.1)),
        time("ended_lo", &|person| end(person)?.date.map(|date| date.0)),
        time("ended_hi", &|person| end(person)?.date.map(|date| date.1)),
        time("end_recorded_at", &|person| end(person)?.recorded_at),
        time("on_leave_lo", &|person| person.on_leave.map(|from| from.0)),
        time("on_leave_hi", &|person| person.on_leave.map(|from| from.1)),
        time("changed_at", &|person| person.changed_at),
    ]);
    columns.push(Column::new("src_file".into(), persons.iter().map(|person| person.src.0).collect::<Vec<_>>()));
    columns.push(Column::new("src_row".into(), persons.iter().map(|person| person.src.1).collect::<Vec<_>>()));
    DataFrame::new(persons.len(), columns)
}

/// A person, one of its employments, and the next one.
type Row<'a> = (&'a Person, &'a Employment, Option<&'a Employment>);

fn employments(persons: &[Person]) -> PolarsResult<DataFrame> {
    let rows: Vec<Row<'_>> = persons
        .iter()
        .flat_map(|person| {
            let next = person.employments.iter().skip(1).map(Some).chain([None]);
            person.employments.iter().zip(next).map(move |(employment, next)| (person, employment, next))
        })
        .collect();
    let time =
        |name: &str, value: &dyn Fn(&Row<'_>) -> Option<Micros>| out::times(name, rows.iter().map(value).collect());
    let text =
        |name: &str, value: &dyn Fn(&Row<'_>) -> Option<String>| out::texts(name, rows.iter().map(value).collect());
    let end = |name: &str, value: &dyn Fn(&End) -> Option<Micros>| {
        time(name, &|row| row.1.end.as_ref().filter(|end| !end.doubtful).and_then(value))
    };
    // Where nobody can say whether it ended there is no `ended_at`, and `ended_lo` tells it from one that lasts.
    let doubt = |row: &Row<'_>, end: &End| {
        end.doubtful.then(|| end.left.0.or(row.1.started.map(|started| started.0)).unwrap_or(end.left.1))
    };
    let columns = vec![
        text("person_id", &|row| Some(row.0.id.clone())),
        text("worker_type", &|row| row.1.worker_type.clone()),
        text("source", &|row| Some(row.1.source.clone())),
        text("basis", &|row| row.1.end.as_ref().map(|end| end.basis.word().to_owned())),
        time("started_lo", &|row| row.1.started.map(|started| started.0)),
        time("started_hi", &|row| row.1.started.map(|started| started.1)),
        time("started_at", &|row| row.1.started.map(|started| started.0)),
        time("ended_lo", &|row| {
            let end = row.1.end.as_ref()?;
            doubt(row, end).or(end.date.map_or(end.left.0, |date| Some(date.0)))
        }),
        time("ended_hi", &|row| row.1.end.as_ref().map(|end| end.date.map_or(end.left.1, |date| date.1))),
        end("ended_at", &|end| Some(end.left.1)),
        end("left_lo", &|end| end.left.0),
        end("left_hi", &|end| Some(end.left.1)),
        end("end_recorded_at", &|end| end.recorded_at),
        time("next_started_at", &|row| row.2.and_then(|next| next.started).map(|started| started.0)),
        Column::new("src_file".into(), rows.iter().map(|row| row.1.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), rows.iter().map(|row| row.1.src.1).collect::<Vec<_>>()),
    ];
    Ok(complete(Table::Employments, &DataFrame::new(rows.len(), columns)?))
}

/// The same employments with another official reading of the days that HR gives. `read` makes the earliest and the latest
/// official instant of the bounds of a day.
pub(super) fn reread_leaves(
    frame: &DataFrame,
    read: impl Fn(Micros, Micros) -> (Micros, Micros),
) -> PolarsResult<DataFrame> {
    let column = |name: &str| Times::of(frame, name);
    let (lo, hi, basis) = (column("ended_lo"), column("ended_hi"), Texts::of(frame, "basis"));
    let official = |row: usize| {
        let date = lo.get(row).zip(hi.get(row)).filter(|_| basis.get(row) == Some(Basis::Dates.word()));
        date.map(|(lo, hi)| read(lo, hi))
    };
    let mut other = frame.clone();
    for (name, edge) in [("ended_at", LATEST), ("left_lo", EARLIEST), ("left_hi", LATEST)] {
        let known = column(name);
        let values = (0..frame.height()).map(|row| official(row).map(edge).or_else(|| known.get(row))).collect();
        other.with_column(out::times(name, values))?;
    }
    Ok(other)
}

const EARLIEST: fn((Micros, Micros)) -> Micros = |(earliest, _)| earliest;
const LATEST: fn((Micros, Micros)) -> Micros = |(_, latest)| latest;

fn conflicts(rows: &[Conflict]) -> PolarsResult<DataFrame> {
    let text =
        |name: &str, value: &dyn Fn(&Conflict) -> Option<String>| out::texts(name, rows.iter().map(value).collect());
    let columns = vec![
        text("person_id", &|row| Some(row.person_id.clone())),
        text("attribute", &|row| Some(row.attribute.to_owned())),
        text("winner", &|row| Some(row.winner.clone())),
        text("winner_value", &|row| Some(row.winner_value.clone())),
        text("loser", &|row| Some(row.loser.clone())),
        text("loser_value", &|row| Some(row.loser_value.clone())),
        text("system", &|row| row.system.clone()),
        out::times("first_seen_at", rows.iter().map(|row| Some(row.first_seen_at)).collect()),
        out::times("observed_at", rows.iter().map(|row| Some(row.observed_at)).collect()),
        Column::new("src_file".into(), rows.iter().map(|row| row.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), rows.iter().map(|row| row.src.1).collect::<Vec<_>>()),
    ];
    Ok(complete(Table::Conflicts, &DataFrame::new(rows.len(), columns)?))
}

/// The sources table: one row per file.
pub(super) fn sources(context: &Context<'_>, facts: &Facts) -> PolarsResult<DataFrame> {
    let mut files = context.files.to_vec();
    facts.mark_partial(&mut files);
    let text = |name: &str, value: &dyn Fn(&crate::source::InputFile) -> Option<String>| {
        out::texts(name, files.iter().map(value).collect())
    };
    let columns = vec![
        text("path", &|file| Some(file.path.clone())),
        text("source", &|file| file.source.clone()),
        text("system", &|file| file.system.clone()),
        text("feeds", &|file| Some(file.rows.keys().map(|table| table.name()).collect::<Vec<_>>().join(" "))),
        text("completeness", &|file| Some(file.completeness.word().to_owned())),
        text("completeness_reason", &|file| {
            Some(file.completeness_reasons.join("; ")).filter(|reasons| !reasons.is_empty())
        }),
        out::times("observed_at", files.iter().map(|file| file.observed_at).collect()),
        out::times("covers_from", files.iter().map(|file| file.covers.map(|window| window.0)).collect()),
        out::times("covers_to", files.iter().map(|file| file.covers.map(|window| window.1)).collect()),
        Column::new("src_file".into(), (0..files.len() as i32).collect::<Vec<_>>()),
        Column::new("src_row".into(), vec![0_i32; files.len()]),
    ];
    Ok(complete(Table::Sources, &DataFrame::new(files.len(), columns)?))
}
