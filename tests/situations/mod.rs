//! What people of this trade meet in their exports, and the answer that is right. A situation is a file of `cases/`: what
//! happened, the exports, and what must come out; adding one is adding a file.

#![allow(
    clippy::print_stdout,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "how many situations were tried is printed; the names of files are the tests' own"
)]

mod case;
mod expect;

use std::path::Path;

use case::Case;

/// Situations whose answer is not right yet. Each must leave this list when it is: the test fails for one that is right.
const WRONG: &[&str] = &[];

#[test]
fn every_situation_gives_its_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/situations/cases");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(paths.len() >= 25, "{} situations", paths.len());
    let mut said = String::new();
    for path in paths {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let case = Case::read(&std::fs::read_to_string(&path).expect("text"));
        let wrong = case.answer().unmet();
        match (wrong.is_empty(), WRONG.contains(&name.as_str())) {
            (true, true) => said += &format!("{name}: is right now; take it out of the list\n"),
            (false, false) => said += &format!("{name}:\n    {}\n", wrong.join("\n    ")),
            (false, true) => println!("{name}, known:\n    {}", wrong.join("\n    ")),
            (true, false) => {}
        }
    }
    assert!(said.is_empty(), "\n{said}");
}
