//! The shape of the source tree: which module may import which, and what must not appear where.

mod imports;

use std::path::{Path, PathBuf};

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<(PathBuf, String)> = walkdir::WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("readable source tree"))
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).expect("UTF-8 source");
            (entry.path().strip_prefix(&root).expect("under src").to_owned(), text)
        })
        .collect();
    files.sort();
    files
}

/// The modules in the order of `lib.rs`: each may import only those above it.
fn order() -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs");
    text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

#[test]
fn modules_import_only_from_above() {
    let order = order();
    assert!(order.len() > 10, "the list of modules was not found");
    let rank = |name: &str| order.iter().position(|module| module == name);
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for file in imports::files(&sources()) {
        let Some(own) = file.module.first().and_then(|module| rank(module)) else {
            continue;
        };
        for path in &file.names {
            let Some(other) = path.first().and_then(|module| rank(module)) else {
                continue;
            };
            checked += 1;
            if other > own {
                wrong.push(format!("{} imports {}", file.path.display(), path.join("::")));
            }
        }
    }
    assert!(checked > 1_000, "only {checked} imports were found: the scan is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Two or three files may know each other: a reader and its writer, a type and its parts. More of them are a tangle that
/// nobody can read file by file.
#[test]
fn files_do_not_lead_to_each_other_in_large_circles() {
    const LARGEST: usize = 4;
    let found = imports::circles(&imports::files(&sources()));
    let lines = found.iter().map(|group| format!("{} files: {}", group.len(), group.join(" ")));
    let large: Vec<String> =
        lines.zip(&found).filter(|(_, group)| group.len() > LARGEST).map(|(line, _)| line).collect();
    assert!(large.is_empty(), "{}", large.join("\n"));
}

#[test]
fn words_stay_in_their_rooms() {
    let rules: [(&str, &[&str], &str); 4] = [
        (
            "polars",
            &["dataset", "source", "identity", "metric", "assess", "pack", "pipeline", "policy", "failure"],
            "frames",
        ),
        ("clap::", &["cli"], "the command line"),
        ("framework::", &["framework", "assess", "pipeline", "cli"], "frameworks"),
        ("std::env::", &["cli"], "the environment"),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = path
            .components()
            .next()
            .expect("a module")
            .as_os_str()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        for (word, rooms, what) in rules {
            if rooms.contains(&own.as_str()) {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                if line.contains(word) && !line.trim_start().starts_with("//") {
                    wrong.push(format!("{}:{}: {what} do not belong in {own}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a killed run, a full disk or another run cannot spoil is written in one place.
#[test]
fn only_the_writing_layer_writes() {
    const WRITES: [&str; 11] = [
        "fs::write(",
        "File::create",
        "OpenOptions",
        "DirBuilder",
        "fs::create_dir",
        "fs::rename",
        "fs::remove_",
        "fs::copy(",
        "fs::hard_link",
        "set_permissions",
        "tempfile::",
    ];
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (path, text) in sources() {
        let code = text.split("\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().enumerate().filter(|(_, line)| WRITES.iter().any(|word| line.contains(word)));
        for (number, line) in lines {
            if path.starts_with("writing") {
                seen += 1;
            } else {
                wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(seen > 5, "the scan is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 400)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no purpose in the first line of {}", silent.join(", "));
}

#[test]
fn every_dependency_has_its_reason() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("Cargo.toml");
    let mut section = "";
    let mut before = "";
    let mut wrong = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains(" = ") && !before.starts_with('#') {
            // Two crates may share a reason when they stand together.
            if !before.contains(" = ") {
                wrong.push(line.to_owned());
            }
        }
        before = line;
    }
    assert!(wrong.is_empty(), "no reason above: {}", wrong.join(", "));
}

/// Sentences are for readers: code that looks for words in them breaks when somebody words them better. What other
/// programs say may be looked at, for there is nothing else.
#[test]
fn nothing_decides_by_reading_prose() {
    const ASKS: [&str; 10] = [
        "starts_with(\"",
        "ends_with(\"",
        "strip_prefix(\"",
        "strip_suffix(\"",
        "contains(\"",
        "replacen(\"",
        "replace(\"",
        "find(\"",
        "split(\"",
        "split_once(\"",
    ];
    const FOREIGN: [(&str, &str); 9] = [
        // A log store writes the zone of its times behind the name of the column.
        ("source/json/dotted.rs", " [UTC]"),
        // The grammar of a sentence in the making: `on` stands before a day, not before a range.
        ("assess/sentence.rs", " on "),
        ("pipeline/coverage/gap.rs", "it "),
        // A form of dates: "Sep 24, 2026 at 2:42 PM".
        ("time/words.rs", "at "),
        ("source/written.rs", ", expected "),
        ("metric/trial.rs", " at Line: "),
        // How the standard library writes an error of the system down.
        ("failure.rs", "Os { code: "),
        ("metric/trial.rs", ", Column: "),
        ("mail/smtp.rs", "incomplete response"),
    ];
    let is_prose = |text: &str| text.contains(' ') && text.contains(|c: char| c.is_ascii_alphabetic());
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (path, text) in sources() {
        let name = path.display().to_string();
        if name.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let asked = ASKS.iter().flat_map(|ask| line.match_indices(ask).map(move |(at, _)| at + ask.len()));
            for words in asked.filter_map(|at| line[at..].split('"').next()).filter(|words| is_prose(words)) {
                seen += 1;
                if !FOREIGN.contains(&(name.as_str(), words)) {
                    wrong.push(format!("{name}:{}: decides by {words:?}", number + 1));
                }
            }
        }
    }
    assert!(seen >= 3, "the scan is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A pipe, a device or an endless file in the place of a file must not be waited for: only `disk` opens files for reading.
#[test]
fn files_are_opened_for_reading_in_one_place() {
    const OPENS: [&str; 6] =
        ["fs::read(", "fs::read_to_string(", "File::open(", "fs::copy(", ".from_path(", "Reader::from_path("];
    const ROOMS: [&str; 3] = [
        "disk.rs",
        // Opens folders and files of its own, to synchronise them.
        "writing/disk.rs",
        // Asks the system which signals are ignored.
        "writing/signals.rs",
    ];
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (path, text) in sources() {
        let name = path.display().to_string();
        let code = text.split("\nmod tests {").next().unwrap_or_default();
        if name.ends_with("tests.rs") {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            if OPENS.iter().any(|open| line.contains(open)) && !line.contains("disk::") {
                seen += 1;
                if !ROOMS.contains(&name.as_str()) {
                    wrong.push(format!("{name}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(seen > 0, "the scan is broken");
    assert!(wrong.is_empty(), "use crate::disk:\n{}", wrong.join("\n"));
}

/// A metric is one file: nothing in the program knows one by its id, so that a company's own gets all that a shipped one
/// gets.
#[test]
fn no_metric_is_known_by_its_id() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/metrics");
    let ids: Vec<String> = std::fs::read_dir(root)
        .expect("the folder of metrics")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".sql").map(str::to_owned))
        .filter(|id| !id.starts_with('_'))
        .collect();
    assert!(ids.len() > 10, "the shipped metrics were not found");
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let names = |line: &str, id: &str| {
        line.match_indices(id)
            .any(|(at, _)| !part(line[..at].chars().next_back()) && !part(line[at + id.len()..].chars().next()))
    };
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        let code = text.split("\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (number, line) in lines.filter(|(_, line)| ids.iter().any(|id| names(line, id))) {
            wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
        }
    }
    assert!(names("a leaver-lag, b", "leaver-lag") && !names("leaver-lag-notified", "leaver-lag"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
