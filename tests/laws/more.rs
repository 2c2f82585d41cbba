//! The second law: an older export, a file or a row that stands there twice never removes a finding, makes none longer, and
//! no verdict better.

use std::fmt::Write as _;

use super::company::{Fault, company, older};
use super::facts::lost_or_longer;
use super::folder::{Copy, Folder};
use super::records::Records;
use super::run::{assess, better, rules, verdicts};

/// What was added, in words, and the folder with it.
type Added = (String, Folder);

/// The register says of a new file what it says of another, but its time where one is given.
fn list(folder: &mut Folder, old: &str, new: &str, at: Option<&str>) {
    let start = format!("{old},");
    let text = folder.text("extractions.csv").to_owned();
    let line = text.lines().find(|line| line.starts_with(&start)).expect("the file is listed");
    let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
    new.clone_into(&mut cells[0]);
    if let Some(at) = at {
        at.clone_into(&mut cells[1]);
        cells[5] = Records::of(new, &folder.0[new]).len().to_string();
    }
    folder.put("extractions.csv", format!("{text}{}\n", cells.join(",")));
}

fn beside(path: &str, word: &str) -> String {
    let (stem, ending) = path.rsplit_once('.').expect("an ending");
    format!("{stem}-{word}.{ending}")
}

fn additions(folder: &Folder, seed: u64, fault: Fault) -> Vec<Added> {
    let mut out = Vec::new();
    let state = |path: &str| path.contains('/');
    for (path, bytes, at) in older(seed, fault) {
        let mut more = folder.clone();
        let name = beside(path, "2026-08");
        more.put(&name, bytes);
        list(&mut more, path, &name, Some(at));
        out.push((format!("older {path}"), more));
    }
    for path in folder.data().into_iter().filter(|path| state(path)) {
        let mut more = folder.clone();
        let name = beside(&path, "again");
        more.put(&name, folder.0[&path].clone());
        list(&mut more, &path, &name, None);
        out.push((format!("{path} twice"), more));
        let records = Records::of(&path, &folder.0[&path]);
        for record in 0..records.len() {
            let mut twice = records.clone();
            twice.repeat(record);
            let mut more = folder.clone();
            more.put(&path, twice.bytes());
            out.push((format!("a row of {path} twice"), more));
        }
    }
    out
}

#[test]
fn more_of_the_same_takes_nothing_away() {
    let effort = super::Effort::asked();
    let mut said = std::collections::BTreeMap::<String, usize>::new();
    let mut count = 0;
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        let folder = company(3, fault);
        let mut copy = Copy::new();
        let rules = rules(copy.show(&folder));
        let before = assess(copy.show(&folder), &rules).expect("a report");
        let added = additions(&folder, 3, fault);
        let mut chance = super::chance::Chance::new(17 + number as u64);
        let (files, rows): (Vec<Added>, Vec<Added>) =
            added.into_iter().partition(|(what, _)| !what.starts_with("a row"));
        // With a few, a row or a file in turn.
        let rows = chance.some(rows, effort.of(number % 2, 200, usize::MAX));
        let files = chance.some(files, effort.of(1 - number % 2, 100, usize::MAX));
        for (what, folder) in files.into_iter().chain(rows) {
            count += 1;
            let Some(after) = assess(copy.show(&folder), &rules) else {
                *said.entry(format!("{fault:?}, {what}: refused")).or_default() += 1;
                continue;
            };
            let lines =
                better(&verdicts(&before), &verdicts(&after)).into_iter().chain(lost_or_longer(&before, &after));
            for line in lines {
                *said.entry(format!("{fault:?}, {what} | {line}")).or_default() += 1;
            }
        }
    }
    println!("{count} additions tried");
    let mut text = String::new();
    for (line, times) in said {
        writeln!(text, "{times:>4} × {line}").expect("memory");
    }
    super::holds(&text);
}
