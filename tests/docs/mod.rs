//! Reference pages and README say what the tool says.

use std::path::Path;
use std::process::Command;

use overstay::cli::reference;
use overstay::framework::load_framework;
use overstay::pipeline::{RuleOptions, Rules};
use overstay::policy::{Policy, Project};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn reference_pages_are_those_of_the_registers() {
    let rules = Rules::load(None, &RuleOptions::default()).expect("the shipped rules");
    for (name, text) in reference::pages(&rules) {
        let shipped = std::fs::read_to_string(root().join("docs").join(name)).unwrap_or_default();
        assert!(shipped == text, "docs/{name} is out of date: run `cargo run -- reference`");
    }
}

/// A text for each table of a rule file, with a field in it that no reader knows: the message names all that it knows.
const UNKNOWN: [(&str, &str); 14] = [
    ("overstay.toml", "unknown-qqqqqqqq = 1"),
    ("overstay.toml [scope]", "[scope]\nunknown-qqqqqqqq = 1"),
    ("overstay.toml [authority]", "[authority]\nunknown-qqqqqqqq = 1"),
    ("policy", "unknown-qqqqqqqq = 1"),
    ("policy [freshness]", "[freshness]\nunknown-qqqqqqqq = 1"),
    ("policy [metrics.ID]", "[metrics.leaver-lag]\nunknown-qqqqqqqq = 1"),
    ("policy [[metrics.ID.override]]", "[[metrics.leaver-lag.override]]\nunknown-qqqqqqqq = 1"),
    ("policy [[role]]", "[[role]]\nunknown-qqqqqqqq = 1"),
    ("policy [[role.grant]]", "[[role]]\n[[role.grant]]\nunknown-qqqqqqqq = 1"),
    ("framework", "unknown-qqqqqqqq = 1"),
    ("framework [[reference]]", "[[reference]]\nunknown-qqqqqqqq = 1"),
    ("framework [[reference.edge]]", "[[reference]]\n[[reference.edge]]\nunknown-qqqqqqqq = 1"),
    ("framework requires", "[[reference]]\n[[reference.edge]]\nrequires = { unknown-qqqqqqqq = 1 }"),
    ("framework [[alias]]", "[[alias]]\nunknown-qqqqqqqq = 1"),
];

#[test]
fn every_key_of_a_rule_file_is_documented() {
    let known = std::iter::once("leaver-lag".to_owned()).collect();
    for (place, text) in UNKNOWN {
        let said = match place.split(' ').next() {
            Some("overstay.toml") => Project::load("overstay.toml", text).expect_err(place),
            Some("policy") => Policy::load("policy.toml", text, &known).expect_err(place),
            _ => load_framework("frame.toml", text, &known).expect_err(place),
        };
        let unknown = said.iter().find(|one| one.message.contains("unknown-qqqqqqqq")).expect(place);
        let hint = unknown.hint.as_deref().and_then(|hint| hint.strip_prefix("known here: ")).expect(place);
        let mut read: Vec<&str> = hint.split(", ").collect();
        let table = reference::RULE_FILES.iter().find(|table| table.place == place).expect(place);
        let mut documented: Vec<&str> = table.keys.iter().map(|(name, ..)| *name).collect();
        read.sort_unstable();
        documented.sort_unstable();
        assert_eq!(documented, read, "{place}");
    }
    // A control matrix has columns, and tests of its own.
    let is_toml = |table: &&reference::Keys| !table.keys.is_empty() && table.place != "control matrix";
    let named = reference::RULE_FILES.iter().filter(is_toml).map(|table| table.place);
    assert!(named.eq(UNKNOWN.iter().map(|(place, _)| *place)), "a table that nobody reads");
}

/// What the README shows below a command is what the command prints.
#[test]
fn readme_shows_real_output() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let out = tempfile::tempdir().expect("a folder");
    let pack = out.path().join("2026-Q3");
    let mut checked = 0;
    for block in readme.split("```console\n").skip(1) {
        let (block, _) = block.split_once("```").expect("the block ends");
        let (command, shown) = block.split_once('\n').expect("a command and its output");
        let words: Vec<&str> = command.trim_start_matches("$ overstay").split_whitespace().collect();
        let words: Vec<&str> = words
            .into_iter()
            .map(|word| if word == "evidence/2026-Q3" { pack.to_str().expect("UTF-8") } else { word })
            .collect();
        let output = Command::new(env!("CARGO_BIN_EXE_overstay"))
            .args(words)
            .current_dir(root())
            .env_clear()
            .env("COLUMNS", "100")
            .output()
            .expect("it runs");
        assert!(output.status.success(), "`{command}`: {}", String::from_utf8_lossy(&output.stderr));
        let printed =
            String::from_utf8_lossy(&output.stdout).replace(pack.to_str().expect("UTF-8"), "evidence/2026-Q3");
        let printed = without_hashes(&printed);
        // A long list is shown by its beginning and its end.
        let (shown, printed) = (shown.trim_end(), printed.trim_end());
        match shown.split_once("\n[…]\n") {
            Some((begins, ends)) => {
                assert!(printed.starts_with(begins), "the README's output of `{command}` begins otherwise: {printed}");
                assert!(printed.ends_with(ends), "the README's output of `{command}` ends otherwise: {printed}");
            }
            None => assert_eq!(shown, printed, "the README's output of `{command}` is out of date"),
        }
        checked += 1;
    }
    assert!(checked >= 2, "the README shows {checked} commands");
}

/// Hashes and ids change with every file that ships, and tell a reader nothing.
fn without_hashes(text: &str) -> String {
    let is_id = |word: &str, len: usize| word.len() == len && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive([' ', '\n', ',']).map(|word| {
        let bare = word.trim_end_matches([' ', '\n', ',']);
        let place = if is_id(bare, 64) { "<sha256>" } else { "<id>" };
        if is_id(bare, 64) || is_id(bare, 12) { word.replacen(bare, place, 1) } else { word.to_owned() }
    });
    words.collect()
}

#[test]
fn readme_names_only_files_that_are_there() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut seen = 0;
    for target in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let path = target.split('#').next().unwrap_or_default();
        if !path.is_empty() && !path.contains("://") {
            assert!(root().join(path).exists(), "README.md links to {path}, which is not there");
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} links were found");
}
