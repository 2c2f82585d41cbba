//! The tool itself: its version, completions and manual pages, how much it says, and how wide.

use std::path::Path;
use std::process::Command;

use crate::support::company::Company;

#[path = "../../build.rs"]
#[expect(dead_code, reason = "its main speaks to cargo")]
mod build;

fn git(folder: &Path, words: &[&str]) -> String {
    let who = ["-c", "user.name=A", "-c", "user.email=a@corp.example", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").arg("-C").arg(folder).args(who).args(words).output().expect("git runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn the_version_names_the_commit_of_a_checkout_and_of_nothing_else() {
    let company = Company::new();
    let root = company.path(".");
    let version = |folder: &Path| build::version("1.2.3", build::commit(folder).as_ref());
    assert_eq!(version(&root), "1.2.3");
    git(&root, &["init", "--quiet"]);
    assert_eq!(version(&root), "1.2.3", "there is no commit yet");
    git(&root, &["add", "."]);
    git(&root, &["commit", "--quiet", "-m", "first"]);
    let id = git(&root, &["rev-parse", "HEAD"])[..12].to_owned();
    assert_eq!(version(&root), format!("1.2.3 ({id})"));
    assert_eq!(version(&company.path("exports")), "1.2.3", "a folder inside of another project's checkout");
    company.write("exports/new.csv", "a\n");
    assert_eq!(version(&root), format!("1.2.3 ({id})"), "what git does not know is no change");
    company.write("exports/hr/people.csv", "a\n");
    assert_eq!(version(&root), format!("1.2.3 ({id}, changed)"));
    // Cargo runs the script again each time for a file that is not there.
    let watched = build::commit(&root).expect("a commit").watched;
    let logs = watched.iter().filter(|path| Path::new(path).is_absolute());
    assert!(logs.clone().all(|path| Path::new(path).is_file()) && logs.clone().any(|path| path.ends_with("logs/HEAD")));
}

#[test]
fn reports_name_the_version_alone() {
    let company = Company::new();
    let ran = company.run(&["--version"]);
    assert!(ran.out.starts_with(concat!("overstay ", env!("CARGO_PKG_VERSION"))), "{}", ran.out);
    let report = company.run(&["check", "exports", "--period", "2026-Q3", "--json"]).json();
    assert_eq!(report["tool"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_command_can_be_completed_and_has_a_page() {
    let company = Company::empty();
    let help = company.run(&["--help"]).out;
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let commands: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty() && *name != "help")
        })
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = company.run(&["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        for word in commands.iter().chain(&["period", "format"]) {
            assert!(ran.out.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(company.run(&["man", "man1"]).messages(), "exit 0");
    let pages = company.files("man1");
    let text = |name: &str| String::from_utf8(pages[name].clone()).expect("UTF-8");
    assert_eq!(pages.len(), commands.len() + 1);
    for command in commands {
        let page = text(&format!("overstay-{command}.1"));
        assert!(
            page.contains(&format!("overstay\\-{command}")) || page.contains(&format!("overstay-{command}")),
            "{page}"
        );
    }
    assert!(text("overstay-report.1").contains("newest\\-input"));
}

#[test]
fn quiet_leaves_warnings_errors_and_what_was_asked_for() {
    let company = Company::new().with("exports/erp/colours.csv", "colour,size\nred,1\n");
    let period = ["--period", "2026-Q3"];
    let run = |words: &[&str]| company.run(&[words, &period].concat());
    for words in [&["report", "exports", "--out", "pack"][..], &["check", "exports"], &["normalise", "exports"]] {
        let (loud, quiet) = (run(words), run(&[words, &["--quiet"]].concat()));
        assert!(!loud.out.is_empty(), "{words:?}");
        assert_eq!((quiet.out.as_str(), quiet.code), ("", loud.code), "{words:?}");
        assert_eq!(quiet.err, loud.err, "{words:?}");
    }
    assert!(run(&["check", "exports", "-q"]).err.starts_with("warning: erp/colours.csv: "));
    assert_eq!(run(&["--quiet", "check", "exports", "--json"]).json()["schema"], "overstay.report/2");
    assert!(company.run(&["verify", "pack", "--quiet"]).out.contains("agree with the manifest"));
    assert!(run(&["check", "nowhere", "--quiet"]).err.starts_with("error: "));
}

/// The summary as Markdown: the same words as in the terminal, in tables, and without anything that a renderer would run.
#[test]
fn the_summary_as_markdown() {
    let company = Company::new();
    let run = |words: &[&str]| company.run(&[&["check", "exports", "--period", "2026-Q3"], words].concat());
    let (text, markdown) = (run(&[]), run(&["--markdown"]));
    assert_eq!(markdown.code, text.code);
    let title = text.out.lines().next().expect("a title");
    assert!(markdown.out.starts_with(&format!("# {title}\n\n**")), "{}", markdown.out);
    assert!(markdown.out.contains("\n| Result | Metric | Limit |") && markdown.out.ends_with("listed in the report\n"));
    assert!(run(&["--markdown", "--json"]).err.contains("cannot be used with"));
}

/// Texts that are wrapped, at the widths that a terminal may have: no line is longer, but for a word that is.
#[test]
fn lines_are_as_wide_as_the_terminal() {
    let company = Company::new().with("exports/erp/colours.csv", "colour,size\nred,1\n");
    assert_eq!(company.run(&["report", "exports", "--period", "2026-Q3", "--out", "pack"]).code, 0);
    let commands: [&[&str]; 3] =
        [&["report", "--help"], &["check", "exports", "--period", "2026-Q3"], &["drift", "pack", "pack"]];
    for command in commands {
        let at = |columns: usize| {
            let mut run = Command::new(env!("CARGO_BIN_EXE_overstay"));
            run.args(command).env_clear().env("COLUMNS", columns.to_string()).current_dir(company.path("."));
            let text = String::from_utf8(run.output().expect("it runs").stdout).expect("UTF-8");
            text.lines().map(|line| line.chars().count()).max().expect("lines")
        };
        let widths = [60, 80, 100].map(at);
        assert!(
            widths[0] < widths[2] && widths.iter().zip([60, 80, 100]).all(|(line, most)| *line <= most),
            "{command:?}: {widths:?}"
        );
    }
}
