//! The third and fourth law: the order of rows and the names of files change nothing, and neither does another known form
//! of the same value.

use std::fmt::Write as _;

use super::company::{Fault, company};
use super::facts::{differences, told};
use super::folder::{Copy, Folder};
use super::records::Records;
use super::run::{assess, rules};

/// What was done, in words, and the folder in which it is done.
type Other = (String, Folder);

fn reversed(folder: &Folder) -> Folder {
    let mut out = folder.clone();
    for path in folder.data() {
        let mut records = Records::of(&path, &folder.0[&path]);
        records.reverse();
        out.put(&path, records.bytes());
    }
    out
}

/// Files get names in the opposite order; the register follows.
fn renamed(folder: &Folder) -> Folder {
    let mut out = folder.clone();
    let paths: Vec<String> = folder.data().into_iter().filter(|path| path.contains('/')).collect();
    let mut register = folder.text("extractions.csv").to_owned();
    for (number, path) in paths.iter().enumerate() {
        let (room, file) = path.split_once('/').expect("a folder");
        let new = format!("{room}/{}-{file}", char::from(b'z' - number as u8));
        let bytes = out.0.remove(path).expect("the file");
        out.put(&new, bytes);
        register = register.replace(&format!("{path},"), &format!("{new},"));
    }
    out.put("extractions.csv", register);
    out
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The same moment or day in another form; nothing where the form has no room for it.
fn form(name: &str, text: &str) -> Option<String> {
    let is_time = text.contains('T');
    let (year, month, day) = (&text[..4], text[5..7].parse::<usize>().ok()?, &text[8..10]);
    let clock = if is_time { &text[11..19] } else { "" };
    let letters = MONTHS[month - 1];
    let micros = || crate::support::at(text);
    Some(match (name, is_time) {
        ("24 Sep 2026", false) => format!("{day} {letters} {year}"),
        ("24 Sep 2026", true) => format!("{day} {letters} {year} {clock}"),
        ("24-Sep-26", false) => format!("{day}-{letters}-{}", &year[2..]),
        ("Sep 24, 2026", false) => format!("{letters} {}, {year}", day.parse::<u8>().ok()?),
        ("2026/09/24", false) => format!("{year}/{month:02}/{day}"),
        ("20260924", false) => format!("{year}{month:02}{day}"),
        ("24.09.2026", false) => format!("{day}.{month:02}.{year}"),
        ("24.09.2026", true) => format!("{day}.{month:02}.{year} {clock}"),
        ("a space", true) => format!("{} {clock}Z", &text[..10]),
        ("an offset", true) => format!("{}+00:00", &text[..19]),
        ("epoch seconds", true) => (micros() / 1_000_000).to_string(),
        ("epoch milliseconds", true) => (micros() / 1000).to_string(),
        ("/Date(ms)/", true) => format!("/Date({})/", micros() / 1000),
        ("RFC 2822", true) => format!("{day} {letters} {year} {clock} +0000"),
        ("FILETIME", true) => ((micros() + 11_644_473_600_000_000) * 10).to_string(),
        ("generalized time", true) => format!("{year}{month:02}{day}{}Z", clock.replace(':', "")),
        _ => return None,
    })
}

const FORMS: [&str; 14] = [
    "24 Sep 2026",
    "24-Sep-26",
    "Sep 24, 2026",
    "2026/09/24",
    "20260924",
    "24.09.2026",
    "a space",
    "an offset",
    "epoch seconds",
    "epoch milliseconds",
    "/Date(ms)/",
    "RFC 2822",
    "FILETIME",
    "generalized time",
];

/// The columns of times of the engine's own CSV: one form for a whole column.
const TIMES: [(&str, &[&str]); 3] = [
    ("hr/people.csv", &["started_on", "ended_on", "end_recorded_at"]),
    ("crm/accounts.csv", &["created_at", "disabled_at", "last_seen_at"]),
    ("crm/keys.csv", &["created_at", "rotated_at", "last_used_at", "expires_at"]),
];

fn rewritten(folder: &Folder, path: &str, column: &str, other: impl Fn(&str) -> Option<String>) -> Option<Folder> {
    let mut records = Records::of(path, &folder.0[path]);
    let cells: Vec<_> = records.cells().into_iter().filter(|(_, name)| name == column).collect();
    let mut changed = false;
    for (cell, _) in cells {
        let text = records.get(&cell).unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        let new = other(&text)?;
        changed |= new != text;
        records.set(&cell, &new);
    }
    let mut out = folder.clone();
    out.put(path, records.bytes());
    changed.then_some(out)
}

fn in_other_forms(folder: &Folder) -> Vec<Other> {
    let mut out = Vec::new();
    for (path, columns) in TIMES {
        for column in columns {
            for name in FORMS {
                if let Some(other) = rewritten(folder, path, column, |text| form(name, text)) {
                    out.push((format!("{path} {column} as {name}"), other));
                }
            }
        }
    }
    let upper = |text: &str| Some(text.to_uppercase());
    let title = |text: &str| Some(text[..1].to_uppercase() + &text[1..]);
    let yes = |text: &str| Some(if text == "yes" { "true" } else { "false" }.to_owned());
    let digit = |text: &str| Some(if text == "yes" { "1" } else { "0" }.to_owned());
    let words: [(&str, &str, &str, &dyn Fn(&str) -> Option<String>); 11] = [
        ("hr/people.csv", "status", "in capitals", &upper),
        ("hr/people.csv", "status", "with a capital", &title),
        ("hr/people.csv", "worker_type", "in capitals", &upper),
        ("hr/people.csv", "email", "in capitals", &upper),
        ("crm/accounts.csv", "status", "in capitals", &upper),
        ("crm/accounts.csv", "kind", "with a capital", &title),
        ("crm/accounts.csv", "email", "in capitals", &upper),
        ("crm/accounts.csv", "privileged", "as true and false", &yes),
        ("crm/accounts.csv", "privileged", "as 1 and 0", &digit),
        ("crm/accounts.csv", "system", "in capitals", &upper),
        ("crm/keys.csv", "status", "with a capital", &title),
    ];
    for (path, column, words, other) in words {
        let other = rewritten(folder, path, column, other).expect("another form");
        out.push((format!("{path} {column} {words}"), other));
    }
    let mut marked = folder.clone();
    marked.put("hr/people.csv", format!("\u{feff}{}", folder.text("hr/people.csv").replace('\n', "\r\n")));
    out.push(("hr/people.csv with a byte order mark and CRLF".to_owned(), marked));
    out
}

fn compare(others: Vec<Other>, folder: &Folder, words: &str, said: &mut String) {
    let mut copy = Copy::new();
    let rules = rules(copy.show(folder));
    let before = told(&assess(copy.show(folder), &rules).expect("a report"));
    for (what, other) in others {
        match assess(copy.show(&other), &rules) {
            None => writeln!(said, "{words}, {what}: refused").expect("memory"),
            Some(after) => {
                let lines = differences(&before, &told(&after));
                if !lines.is_empty() {
                    println!("{words}, {what}:\n    {}", lines.join("\n    "));
                    writeln!(said, "{words}, {what}: {} lines differ", lines.len()).expect("memory");
                }
            }
        }
    }
}

#[test]
fn order_and_names_change_nothing() {
    let mut said = String::new();
    let effort = super::Effort::asked();
    let few = [Fault::LateLeaver, Fault::Reenabled, Fault::Conflict];
    let faults = if effort == super::Effort::Few { few.to_vec() } else { Fault::ALL.to_vec() };
    for fault in faults {
        let folder = company(11, fault);
        let others = vec![
            ("rows backwards".to_owned(), reversed(&folder)),
            ("files renamed".to_owned(), renamed(&folder)),
            ("both".to_owned(), renamed(&reversed(&folder))),
        ];
        compare(others, &folder, &format!("{fault:?}"), &mut said);
    }
    super::holds(&said);
}

#[test]
fn another_form_of_a_value_changes_nothing() {
    let mut said = String::new();
    let folder = company(11, Fault::LateLeaver);
    let others = in_other_forms(&folder);
    let count = others.len();
    let effort = super::Effort::asked();
    let others = super::chance::Chance::new(23).some(others, effort.of(8, 1, usize::MAX));
    println!("{} of {count} rewritten columns tried", others.len());
    compare(others, &folder, "late leaver", &mut said);
    super::holds(&said);
}
