//! Folders without anything to read, and folders full of bad files.

use crate::support::company::{Company, Ran, source, verdicts};

fn check(company: &Company) -> Ran {
    company.run(&["check", "exports", "--period", "2026-Q3"])
}

#[test]
fn folders_without_exports() {
    insta::assert_snapshot!(check(&Company::empty()).all(), @r#"
    ---
    error: exports: cannot be opened: No such file or directory (os error 2)
    hint: give the folder that holds the exports
    exit 2
    "#);
    insta::assert_snapshot!(check(&Company::empty().with("exports", "a file")).all(), @r#"
    ---
    error: exports: this is not a folder
    hint: give the folder that holds the exports
    exit 2
    "#);
    insta::assert_snapshot!(check(&Company::empty().with("exports/README.md", "nothing yet")).all(), @r#"
    ---
    error: exports: there is no export in this folder
    hint: `overstay list sources` shows what is read, `overstay inspect FILE` what a file looks like
    note: 1 project files (*.toml, *.sql, README) were passed over
    exit 2
    "#);
    insta::assert_snapshot!(check(&Company::empty().with("exports/a.txt", "hello").with("exports/b.csv", "")).all(), @r#"
    ---
    error: exports: none of the 2 files in this folder can be used as an export
    hint: `overstay list sources` shows what is read, `overstay inspect FILE` what a file looks like
    warning: a.txt: no source mapping fits this file
    hint: `overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides
    warning: b.csv: the file is empty
    hint: an empty export proves nothing: check the query that made it
    exit 2
    "#);
}

#[test]
fn no_bad_file_stops_the_others() {
    let mut company = Company::new();
    let hostile: [(&str, &[u8]); 8] = [
        ("nul.csv", b"system,account_id,status\n\x00,\x00,\x00\n"),
        ("deep.json", "[".repeat(100_000).as_bytes().to_vec().leak()),
        ("quote.csv", b"system,account_id,status\n\"never closed"),
        ("bom.csv", b"\xef\xbb\xbf"),
        ("utf16.csv", b"\xff\xfes\x00y"),
        ("zst.csv.zst", b"\x28\xb5\x2f\xfd\x00\x00"),
        ("null.json", b"null"),
        ("numbers.json", b"[1,2,3]"),
    ];
    for (name, bytes) in hostile {
        company = company.with(&format!("exports/erp/{name}"), bytes);
    }
    let ran = company.report();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report = company.json("pack");
    let told: Vec<String> = hostile.iter().map(|(name, _)| source(&report, &format!("erp/{name}"))).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    erp/nul.csv: read, 1 records, 1 rejected
    erp/deep.json: unreadable, 0 records, 0 rejected
    erp/quote.csv: read, 1 records, 1 rejected
    erp/bom.csv: empty, 0 records, 0 rejected
    erp/utf16.csv: unrecognised, 0 records, 0 rejected
    erp/zst.csv.zst: unreadable, 0 records, 0 rejected
    erp/null.json: unrecognised, 0 records, 0 rejected
    erp/numbers.json: unrecognised, 0 records, 0 rejected
    "#);
    insta::assert_snapshot!(verdicts(&report, &["leaver-lag"]), @"leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; erp/bom.csv is empty; erp/deep.json cannot be read; erp/zst.csv.zst cannot be read; erp/nul.csv has 1 of 1 records that could not be used; erp/quote.csv has 1 of 1 records that could not be used)");
}

#[test]
fn a_note_among_the_exports_and_a_second_file_of_a_system_change_no_verdict() {
    let notes =
        Company::new().with("exports/notes/review.txt", "hello").with("exports/erp/colours.csv", "colour\nred\n");
    assert_eq!(notes.report().code, 0);
    insta::assert_snapshot!(verdicts(&notes.json("pack"), &["leaver-lag"]), @"leaver-lag: met (3 of 3 accounts stayed within 24 h)");
}
