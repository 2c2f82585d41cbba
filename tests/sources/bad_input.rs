//! One test per bad input: what the reader is told.

use std::io::Write as _;

use overstay::source::{FileOutcome, LoadOptions};

use super::kit::Folder;

const PEOPLE: &str = "person_id,name,started_on,ended_on\n1,Ana,2020-01-02,\n";
const USER: &str = r#"{"id":"1","status":"ACTIVE","lastLogin":null,"profile":{"login":"a@b.example"}}"#;

fn messages(path: &str, bytes: impl AsRef<[u8]>) -> String {
    Folder::with(path, bytes).messages()
}

#[test]
fn unknown_file() {
    insta::assert_snapshot!(messages("x/list.csv", "colour,size\nred,1\n"), @r#"
    x/list.csv: Unrecognised, 0 records
    warning: x/list.csv: no source mapping fits this file
    hint: `overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides
    "#);
    insta::assert_snapshot!(messages("x/list.json", r#"[{"id":1,"status":"x","colour":"red"}]"#), @r#"
    x/list.json: Unrecognised, 0 records
    warning: x/list.json: no source mapping fits this file
    hint: `overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides
    "#);
}

#[test]
fn nearly_known_file() {
    insta::assert_snapshot!(messages("p.csv", "system,account_id,name\na,1,x\n"), @r#"
    p.csv: Unrecognised, 0 records
    warning: p.csv: no source mapping fits this file
    hint: nearest: own-accounts (has `system`, `account_id`; lacks `status`), own-entitlements (has `system`, `account_id`; lacks `entitlement`); `--as SOURCE FILE` decides
    "#);
}

#[test]
fn ambiguous_file() {
    let header = "system,account_id,person_id,campaign,decision,waiver_id,metric,subject,reason,approver,expires_on\n";
    insta::assert_snapshot!(messages("x.csv", header), @r#"
    x.csv: Ambiguous, 0 records
    warning: x.csv: several source mappings fit this file: own-reviews (has `campaign`, `system`, `account_id`, `decision`), own-waivers (has `waiver_id`, `metric`, `subject`, `reason`, `approver`, `expires_on`)
    hint: `--as SOURCE FILE`, or a line in the project file, decides
    "#);
}

#[test]
fn unreadable_files() {
    insta::assert_snapshot!(messages("x.xlsx", b"PK\x03\x04rest"), @r"
    x.xlsx: Unreadable, 0 records
    warning: x.xlsx: this is a zip archive, which is not read
    hint: export as CSV or JSON
    ");
    insta::assert_snapshot!(messages("x.csv.gz", b"\x1f\x8b\x08\x00garbage"), @r#"
    x.csv.gz: Unreadable, 0 records
    warning: x.csv.gz: the file cannot be unpacked: incomplete deflate stream
    hint: make the export again
    "#);
}

#[test]
fn error_pages() {
    insta::assert_snapshot!(messages("a.json", r#"{"error":{"code":404,"status":"NOT_FOUND","message":"ana@corp.example does not exist"}}"#), @r#"
    a.json: ErrorPage, 0 records
    warning: a.json: the file holds an error answer of an interface instead of data: 404 NOT_FOUND
    hint: make the export again; an error is not an empty list
    "#);
    insta::assert_snapshot!(messages("a.json", r#"{"status_code":410,"data":{"Error":{"Code":"ReportNotPresent","Message":"…"}}}"#), @r#"
    a.json: ErrorPage, 0 records
    warning: a.json: the file holds an error answer of an interface instead of data: 410 ReportNotPresent
    hint: make the export again; an error is not an empty list
    "#);
    insta::assert_snapshot!(messages("a.csv", "<!DOCTYPE html><html><body>Sign in</body></html>"), @r#"
    a.csv: ErrorPage, 0 records
    warning: a.csv: the file holds a web page or XML instead of data
    hint: the download was probably answered by a sign-in or error page: make the export again
    "#);
}

#[test]
fn truncated_json() {
    insta::assert_snapshot!(messages("list.json", format!("[{USER},{}", &USER[..40])), @r#"
    list.json: Read, 2 records
    warning: list.json: the file ends in the middle of a record or a list; what came before was read
    hint: make the export again
    warning: list.json: 1 row of 2 records could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: list.json: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    row 2 line Some(1) None: truncated
    "#);
    insta::assert_snapshot!(messages("lines.ndjson", format!("{USER}\n{USER}\n{}", &USER[..40])), @r#"
    lines.ndjson: Read, 3 records
    warning: lines.ndjson: the file ends in the middle of a record or a list; what came before was read
    hint: make the export again
    warning: lines.ndjson: 1 row of 3 records could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: lines.ndjson: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    row 3 line Some(3) None: truncated
    "#);
    insta::assert_snapshot!(messages("page.json", format!("{{\"value\":[{USER},{}", &USER[..40])), @r#"
    page.json: Read, 2 records
    warning: page.json: the file ends in the middle of a record or a list; what came before was read
    hint: make the export again
    warning: page.json: 1 row of 2 records could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: page.json: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    row 2 line Some(1) None: truncated
    "#);
    insta::assert_snapshot!(messages("between.json", format!("[{USER},{USER}")), @r#"
    between.json: Read, 2 records
    warning: between.json: the file ends in the middle of a record or a list; what came before was read
    hint: make the export again
    warning: between.json: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    "#);
}

#[test]
fn a_broken_record_costs_itself_only() {
    insta::assert_snapshot!(messages("lines.ndjson", format!("{USER}\n{{\"id\":}}\n{USER}\n\"text\"\n{USER}\n")), @r#"
    lines.ndjson: Read, 5 records
    warning: lines.ndjson: 2 rows of 5 records could not be used, most of them: not an object
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: lines.ndjson: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    row 2 line Some(2) None: not valid JSON
    row 4 line Some(4) None: not an object
    "#);
}

#[test]
fn a_line_cut_off_in_the_middle_does_not_end_the_file() {
    insta::assert_snapshot!(messages("lines.ndjson", format!("{USER}\n{}\n{USER}\n", &USER[..40])), @r#"
    lines.ndjson: Read, 3 records
    warning: lines.ndjson: 1 row of 3 records could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: lines.ndjson: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    row 2 line Some(2) None: truncated
    "#);
}

#[test]
fn absurd_nesting_costs_itself_only() {
    let deep = format!("{{\"id\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    insta::assert_snapshot!(messages("lines.ndjson", format!("{USER}\n{deep}\n{USER}\n")), @r#"
    lines.ndjson: Read, 3 records
    warning: lines.ndjson: 1 row of 3 records could not be used: not valid JSON
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: lines.ndjson: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    row 2 line Some(2) None: not valid JSON
    "#);
}

#[test]
fn truncated_archive() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    let text = format!("person_id,name,started_on\n{}", "1,Ana,2020-01-02\n".repeat(20));
    gz.write_all(text.as_bytes()).expect("gz");
    let bytes = gz.finish().expect("gz");
    insta::assert_snapshot!(messages("p.csv.gz", &bytes[..bytes.len() - 60]), @r"
    p.csv.gz: Read, 17 records
    warning: p.csv.gz: the file ends before its content does (incomplete deflate stream); what came before was read
    hint: make the export again
    warning: p.csv.gz: 1 row of 17 records could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    row 18 line Some(18) None: truncated
    ");
}

#[test]
fn encodings() {
    let foreign = b"person_id,name,started_on\n1,M\xfcller,2020-01-01\n".to_vec();
    insta::assert_snapshot!(messages("p.csv", &foreign), @r#"
    p.csv: Read, 1 records
    warning: p.csv: the file is not UTF-8: 1 line read as Windows-1252
    hint: export as UTF-8, so that names are certain to match
    "#);
    insta::assert_snapshot!(messages("p.csv", [&foreign[..], "2,Müller,2020-01-01\n".as_bytes()].concat()), @r#"
    p.csv: Read, 2 records
    warning: p.csv: the file mixes UTF-8 and another encoding: 1 line read as Windows-1252
    hint: export as UTF-8, so that names are certain to match
    "#);
}

#[test]
fn empty_files() {
    insta::assert_snapshot!(messages("nothing.csv", ""), @r#"
    nothing.csv: Empty, 0 records
    warning: nothing.csv: the file is empty
    hint: an empty export proves nothing: check the query that made it
    "#);
    insta::assert_snapshot!(messages("header.csv", "person_id,name,started_on\n"), @r#"
    header.csv: Empty, 0 records
    warning: header.csv: the file holds a beginning but no record
    hint: an empty export proves nothing: check the query that made it
    "#);
    insta::assert_snapshot!(messages("list.json", "[]"), @r"
    list.json: Empty, 0 records
    warning: list.json: the file holds an empty list
    hint: an empty export proves nothing: check the query that made it
    ");
    insta::assert_snapshot!(messages("page.json", r#"{"@odata.context":"x","value":[]}"#), @r#"
    page.json: Empty, 0 records
    warning: page.json: the file holds an empty list
    hint: an empty export proves nothing: check the query that made it
    "#);
}

#[test]
fn impossible_dates() {
    let text = "person_id,started_on,ended_on,end_recorded_at\n1,2026-02-30,,\n2,2026-03-01,2026-02-01,\n3,2026-03-01,9999-12-31,9999-12-31\n4,2026-03-01,2026-02-28,\n5,2026-03-01,2026-03-01,\n";
    insta::assert_snapshot!(messages("p.csv", text), @r#"
    p.csv: Read, 5 records
    warning: p.csv: `end_recorded_at`: 1 value could not be read, which is not the same as absent
    warning: p.csv: `ended`: 2 values could not be read, which is not the same as absent
    warning: p.csv: `started` (from `started_on`): 3 values could not be read, which is not the same as absent: the first looks like `9999-99-99`; tried `iso`, `epoch-seconds`, `epoch-millis`, `epoch-micros`, `filetime`, `generalized`, `ms-date`, `us-date`, `day-first`, `year-first`, `compact`, `month-name`, `serial`
    hint: say in the mapping how it is written, `time = [...]`, or make the export with ISO dates
    value 2 line Some(2) Some("started"): time not understood
    value 3 line Some(3) Some("started"): ends before it starts
    value 3 line Some(3) Some("ended"): ends before it starts
    value 4 line Some(4) Some("end_recorded_at"): time out of range
    value 5 line Some(5) Some("started"): ends before it starts
    value 5 line Some(5) Some("ended"): ends before it starts
    "#);
}

#[test]
fn missing_and_unknown_words() {
    let text = "system,account_id,status,privileged\na,,active,\na,1,aktiv,\na,2,Active,perhaps\n";
    insta::assert_snapshot!(messages("a.csv", text), @r#"
    a.csv: Read, 3 records
    warning: a.csv: 1 row of 3 records could not be used: required value missing (`account_id`)
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: a.csv: `privileged`: 1 value could not be read, which is not the same as absent
    warning: a.csv: `status`: 1 value could not be read, which is not the same as absent
    row 2 line Some(2) Some("account_id"): required value missing
    value 3 line Some(3) Some("status"): word not known
    value 4 line Some(4) Some("privileged"): yes or no not understood
    "#);
}

#[test]
fn ragged_rows() {
    insta::assert_snapshot!(messages("p.csv", format!("{PEOPLE}2,x\n\"3\n\",Bo,2020-01-01,\n4,a,b,c,d\n5,Ce,2020-01-01,\n")), @r"
    p.csv: Read, 5 records
    warning: p.csv: 2 rows of 5 records could not be used, most of them: fewer cells than the header
    hint: rejects.csv of a pack lists each with its row and the reason
    row 3 line Some(3) None: fewer cells than the header
    row 6 line Some(6) None: more cells than the header
    ");
    insta::assert_snapshot!(messages("p.csv", format!("{PEOPLE}2,\"never closed,2020-01-01,\n3,Bo,2020-01-01,\n")), @r"
    p.csv: Read, 2 records
    warning: p.csv: 1 row of 2 records could not be used: quoted cell never ends
    hint: rejects.csv of a pack lists each with its row and the reason
    row 3 line Some(3) None: quoted cell never ends
    ");
}

#[test]
fn unknown_columns() {
    insta::assert_snapshot!(messages("p.csv", "person_id,started_on,shoe size\n1,2020-01-01,43\n"), @r#"
    p.csv: Read, 1 records
    note: p.csv: columns that are not used: `shoe size`
    "#);
}

#[test]
fn a_folder_without_any_export() {
    let say = |folder: &Folder| {
        let failure = folder.try_load(&LoadOptions::default()).expect_err("nothing to load").to_string();
        failure.replace(&folder.path().display().to_string(), "FOLDER")
    };
    insta::assert_snapshot!(say(&Folder::new()), @r#"
    error: FOLDER: there is no export in this folder
    hint: `overstay list sources` shows what is read, `overstay inspect FILE` what a file looks like
    "#);
    insta::assert_snapshot!(say(&Folder::with("README.md", "x").and(".hidden", "y").and("a/x.txt", "hello")), @r#"
    error: FOLDER: none of the 1 files in this folder can be used as an export
    hint: `overstay list sources` shows what is read, `overstay inspect FILE` what a file looks like
    note: 1 hidden files or folders were passed over
    note: 1 project files (*.toml, *.sql, README) were passed over
    warning: a/x.txt: no source mapping fits this file
    hint: `overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides
    "#);
}

#[test]
fn no_message_echoes_a_cell() {
    let secret = "hunter2-s3cret";
    let folder =
        Folder::with("a.csv", format!("system,account_id,status,privileged\n,,{secret},{secret}\n\"{secret}\n"))
            .and("b.json", format!(r#"{{"error":{{"code":1,"message":"{secret}"}}}}"#))
            .and("c.ndjson", format!("{USER}\n{{\"id\":\"{secret}\"\n"));
    assert!(!folder.messages().contains(secret));
}

#[test]
fn overrides_decide() {
    let folder = Folder::with("x/odd.csv", "person_id,ended_on\n1,2026-07-01\n");
    assert!(folder.try_load(&LoadOptions::default()).is_err());
    let one = overstay::source::Override::new("x/*.csv", "own-people").expect("a glob");
    let options = LoadOptions { overrides: vec![one], ..LoadOptions::default() };
    let loaded = folder.try_load(&options).expect("people");
    assert_eq!((loaded.files[0].outcome, loaded.files[0].records), (FileOutcome::Read, 1));
    let one = overstay::source::Override::new("x/*.csv", "own-peeple").expect("a glob");
    let failure =
        folder.try_load(&LoadOptions { overrides: vec![one], ..LoadOptions::default() }).expect_err("unknown");
    insta::assert_snapshot!(failure, @r#"
    error: there is no source `own-peeple`
    hint: did you mean "own-people"?
    "#);
}
