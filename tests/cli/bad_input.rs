//! Bad input: each is named, nothing is lost, and no metric that needed it calls itself met.

use std::io::Write as _;

use crate::support::company::{Company, source, verdicts};

const USERS: &str = "exports/erp/users.csv";

/// The company with its ERP export replaced: the messages, what the report says of the file, and the verdicts.
fn replaced(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let company = Company::new();
    std::fs::remove_file(company.path(USERS)).expect("the file");
    told(&company.with(&format!("exports/erp/{name}"), bytes), &format!("erp/{name}"))
}

fn told(company: &Company, path: &str) -> String {
    let ran = company.report();
    let report = company.json("pack");
    let about = verdicts(&report, &["leaver-lag", "hr-recording-lag"]);
    // Whatever happened to the ERP, the two accounts of the CRM are measured.
    let lag = report["metrics"].as_array().expect("metrics").iter().find(|one| one["id"] == "leaver-lag");
    assert!(lag.expect("leaver-lag")["population"].as_u64() >= Some(2));
    let own = |line: &&str| !line.contains("no file has this path") && !line.contains("paths are relative to");
    let lines: Vec<&str> = ran.err.lines().filter(own).collect();
    let lines = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
    format!("{lines}exit {}\n{}\n{about}", ran.code, source(&report, path))
}

#[test]
fn a_good_folder_is_met() {
    insta::assert_snapshot!(told(&Company::new(), "erp/users.csv"), @r"
    exit 0
    erp/users.csv: read, 1 records, 0 rejected
    leaver-lag: met (3 of 3 accounts stayed within 24 h)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}

#[test]
fn an_unknown_file_is_named_with_what_it_nearly_is() {
    insta::assert_snapshot!(replaced("users.csv", "system,account_id,state\nerp,e2,off\n"), @r"
    warning: erp/users.csv: no source mapping fits this file
    hint: nearest: own-accounts (has `system`, `account_id`; lacks `status`), own-entitlements (has `system`, `account_id`; lacks `entitlement`); `--as SOURCE FILE` decides
    exit 0
    erp/users.csv: unrecognised, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv was not recognised)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
    insta::assert_snapshot!(replaced("colours.csv", "colour,size\nred,1\n"), @r"
    warning: erp/colours.csv: no source mapping fits this file
    hint: `overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    exit 0
    erp/colours.csv: unrecognised, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/colours.csv was not recognised)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there; erp/colours.csv was not recognised)
    ");
}

#[test]
fn an_ambiguous_file() {
    let header = "system,account_id,status,credential_id,waiver_id,metric,subject,reason,approver,expires_on\n";
    insta::assert_snapshot!(replaced("users.csv", format!("{header}erp,e2,active,k,w,m,s,r,a,2026-12-31\n")), @r"
    warning: erp/users.csv: several source mappings fit this file: own-credentials (has `system`, `credential_id`, `status`), own-waivers (has `waiver_id`, `metric`, `subject`, `reason`, `approver`, `expires_on`)
    hint: `--as SOURCE FILE`, or a line in the project file, decides
    exit 0
    erp/users.csv: ambiguous, 0 records, 0 rejected
    leaver-lag: met (2 of 2 accounts stayed within 24 h)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}

#[test]
fn files_that_cannot_be_read() {
    insta::assert_snapshot!(replaced("users.csv.gz", b"\x1f\x8b\x08\x00no such data"), @r"
    warning: erp/users.csv.gz: the file cannot be unpacked: corrupt deflate stream
    hint: make the export again
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    exit 0
    erp/users.csv.gz: unreadable, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/users.csv.gz cannot be read)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there; erp/users.csv.gz cannot be read)
    ");
    insta::assert_snapshot!(replaced("users.bin", b"\x7fELF\x02\x01\x00\x00\x00rest,of,it\n\x00\x00"), @r"
    warning: erp/users.bin: the file holds bytes that no text has
    hint: export as CSV or JSON, in UTF-8
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    exit 0
    erp/users.bin: unreadable, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/users.bin cannot be read)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there; erp/users.bin cannot be read)
    ");
    insta::assert_snapshot!(replaced("users.xlsx", b"PK\x03\x04and so on"), @r"
    warning: erp/users.xlsx: this is a zip archive, which is not read
    hint: export as CSV or JSON
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    exit 0
    erp/users.xlsx: unreadable, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/users.xlsx cannot be read)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there; erp/users.xlsx cannot be read)
    ");
}

#[test]
#[cfg(unix)]
fn links_that_lead_nowhere_or_in_circles() {
    let company = Company::new();
    std::os::unix::fs::symlink("nowhere.csv", company.path("exports/erp/more.csv")).expect("a link");
    std::os::unix::fs::symlink("..", company.path("exports/erp/round")).expect("a link");
    insta::assert_snapshot!(told(&company, "erp/more.csv"), @r"
    warning: erp/more.csv: the file cannot be opened: No such file or directory (os error 2)
    hint: check that it is there and may be read
    exit 0
    erp/more.csv: unreadable, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; erp/more.csv cannot be read)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/more.csv cannot be read)
    ");
}

#[test]
fn an_error_answer() {
    let page = r#"{"error":{"code":"Authorization_RequestDenied","message":"ana@corp.example may not"}}"#;
    insta::assert_snapshot!(replaced("users.json", page), @r"
    warning: erp/users.json: the file holds an error answer of an interface instead of data: Authorization_RequestDenied
    hint: make the export again; an error is not an empty list
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    exit 0
    erp/users.json: error-page, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/users.json holds an error answer)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there; erp/users.json holds an error answer)
    ");
    insta::assert_snapshot!(replaced("users.csv", "<!DOCTYPE html><title>Sign in</title>"), @r"
    warning: erp/users.csv: the file holds a web page or XML instead of data
    hint: the download was probably answered by a sign-in or error page: make the export again
    exit 0
    erp/users.csv: error-page, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv holds an error answer)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv holds an error answer)
    ");
}

#[test]
fn truncated_json() {
    let user = r#"{"id":"1","status":"ACTIVE","lastLogin":null,"profile":{"login":"ana@corp.example"}}"#;
    insta::assert_snapshot!(replaced("users.json", format!("[{user},{}", &user[..40])), @r#"
    warning: erp/users.json: the file ends in the middle of a record or a list; what came before was read
    hint: make the export again
    warning: erp/users.json: 1 row of 2 records could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    warning: erp/users.json: the file holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them: who left may stand in no file
    hint: export them too: search=status eq "DEPROVISIONED" beside the plain list, or the System Log of the period
    exit 0
    erp/users.json: read, 2 records, 1 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/users.json is cut off and has 1 of 2 records that could not be used and holds no deprovisioned users, whom a list of this kind leaves out unless it is asked for them; erp/users.json leaves out deprovisioned users, and no log of erp over the period tells of them; the account list of erp does not say when it was taken)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there)
    "#);
}

#[test]
fn a_truncated_archive() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    gz.write_all(Company::text(USERS).as_bytes()).expect("gz");
    let bytes = gz.finish().expect("gz");
    insta::assert_snapshot!(replaced("users.csv.gz", &bytes[..bytes.len() - 20]), @r"
    warning: erp/users.csv.gz: the file ends before its content does (incomplete deflate stream); what came before was read
    hint: make the export again
    warning: erp/users.csv.gz: 1 row of 1 record could not be used: truncated
    hint: rejects.csv of a pack lists each with its row and the reason
    warning: extractions.csv:4 (path): the file `erp/users.csv` is not there
    exit 0
    erp/users.csv.gz: read, 1 records, 1 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is named by extractions.csv and is not there; erp/users.csv.gz is cut off and has 1 of 1 records that could not be used)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is named by extractions.csv and is not there)
    ");
}

#[test]
fn mixed_encodings() {
    let mut bytes = Company::text(USERS).as_bytes().to_vec();
    bytes.extend_from_slice("erp,e4,Jürgen,1,human,active,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n".as_bytes());
    bytes.extend_from_slice(b"erp,e5,J\xfcrgen,1,human,active,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n");
    insta::assert_snapshot!(replaced("users.csv", bytes), @r"
    warning: erp/users.csv: the file mixes UTF-8 and another encoding: 1 line read as Windows-1252
    hint: export as UTF-8, so that names are certain to match
    exit 0
    erp/users.csv: read, 3 records, 0 rejected
    leaver-lag: met (3 of 3 accounts stayed within 24 h)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}

#[test]
fn duplicate_ids() {
    let text = format!("{}erp,e2,bo,2,human,active,2020-01-02T08:00:00Z,,\n", Company::text(USERS));
    let company = Company::new().with(USERS, text);
    insta::assert_snapshot!(told(&company, "erp/users.csv"), @r"
    warning: 1 row of accounts says something else about a subject than another row of the same file
    hint: an id must stand once in an export: look at the query that made it
    exit 0
    erp/users.csv: read, 2 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; 1 row contradicts an earlier row of accounts in the same file; 1 is unknown)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
    insta::assert_snapshot!(company.json("pack")["populations"]["duplicates"], @r#"[{"count":1,"reason":"accounts: same account twice in one export with different values; where they differ, nothing is known"}]"#);
    assert_eq!(company.json("pack")["populations"]["accounts"], 4, "three of the CRM and one of the ERP");
    let line = Company::text(USERS).lines().nth(1).expect("a row");
    let company = Company::new().with(USERS, format!("{}{line}\n", Company::text(USERS)));
    insta::assert_snapshot!(told(&company, "erp/users.csv"), @r"
    exit 0
    erp/users.csv: read, 2 records, 0 rejected
    leaver-lag: met (3 of 3 accounts stayed within 24 h)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
    let people = format!("{}3,Cy Chen,cy@corp.example,2020-01-01,,\n", Company::text("exports/hr/people.csv"));
    let company = Company::new().with("exports/hr/people.csv", people);
    insta::assert_snapshot!(told(&company, "hr/people.csv"), @r"
    warning: 1 person: what HR says of the end was not understood, or contradicts itself
    hint: nobody of them counts as employed: look at status and leave date of these rows
    warning: 1 row of people says something else about a subject than another row of the same file
    hint: an id must stand once in an export: look at the query that made it
    exit 0
    hr/people.csv: read, 4 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; 1 row contradicts an earlier row of people in the same file; 1 is unknown)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; 1 row contradicts an earlier row of people in the same file; 1 is unknown)
    ");
}

#[test]
fn impossible_dates() {
    let people = format!(
        "{}4,Di Diaz,di@corp.example,2026-02-30,,\n5,Ed Eng,ed@corp.example,2026-03-01,2026-02-01,\n\
         6,Flo Fry,flo@corp.example,2026-03-01,9999-12-31,\n7,Gus Gil,gus@corp.example,2026-03-01,2026-08-01,9999-12-31\n",
        Company::text("exports/hr/people.csv")
    );
    let company = Company::new().with("exports/hr/people.csv", people);
    insta::assert_snapshot!(told(&company, "hr/people.csv"), @r"
    warning: hr/people.csv: `end_recorded_at`: 1 value could not be read, which is not the same as absent
    warning: hr/people.csv: `ended`: 1 value could not be read, which is not the same as absent
    warning: hr/people.csv: `started` (from `started_on`): 2 values could not be read, which is not the same as absent: the first looks like `9999-99-99`; tried `iso`, `epoch-seconds`, `epoch-millis`, `epoch-micros`, `filetime`, `generalized`, `ms-date`, `us-date`, `day-first`, `year-first`, `compact`, `month-name`, `serial`
    hint: say in the mapping how it is written, `time = [...]`, or make the export with ISO dates
    warning: 1 person: what HR says of the end was not understood, or contradicts itself
    hint: nobody of them counts as employed: look at status and leave date of these rows
    exit 0
    hr/people.csv: read, 7 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; hr/people.csv has 1 value of `end_recorded_at` that could not be read and has 1 value of `ended` that could not be read and has 2 values of `started` that could not be read)
    hr-recording-lag: insufficient-evidence (0 of 4 people exceeded the limit; hr/people.csv has 1 value of `end_recorded_at` that could not be read and has 1 value of `ended` that could not be read and has 2 values of `started` that could not be read; 2 are unknown)
    ");
    let rejects = std::fs::read_to_string(company.path("pack/rejects.csv")).expect("rejects");
    insta::assert_snapshot!(rejects, @r#"
    path,row,line,column,whole_row,reason
    hr/people.csv,5,5,started,no,time not understood
    hr/people.csv,6,6,ended,no,ends before it starts
    hr/people.csv,6,6,started,no,ends before it starts
    hr/people.csv,8,8,end_recorded_at,no,time out of range
    "#);
    // Who ends in the year 9999 works here; whose end comes before the beginning stays a person.
    assert_eq!(company.json("pack")["populations"]["people"], 7);
}

#[test]
fn rows_and_columns_that_do_not_fit() {
    let text = Company::text(USERS)
        .replace("last_seen_at\n", "last_seen_at,shoe size\n")
        .replace("29T08:00:00Z\n", "29T08:00:00Z,43\n");
    insta::assert_snapshot!(replaced("users.csv", format!("{text}erp,e9\n")), @r"
    warning: erp/users.csv: 1 row of 2 records could not be used: fewer cells than the header
    hint: rejects.csv of a pack lists each with its row and the reason
    exit 0
    erp/users.csv: read, 2 records, 1 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; erp/users.csv has 1 of 2 records that could not be used)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
    let company = Company::new().with(USERS, text);
    assert_eq!(company.report().messages(), "exit 0", "a column that is not used costs nothing");
    let report = company.json("pack");
    assert_eq!(report["sources"][1]["unknown_columns"], serde_json::json!(["shoe size"]));
    assert_eq!(report["messages"][0]["code"], "unknown-columns");
}

#[test]
fn empty_files() {
    insta::assert_snapshot!(replaced("users.csv", ""), @r"
    warning: erp/users.csv: the file is empty
    hint: an empty export proves nothing: check the query that made it
    exit 0
    erp/users.csv: empty, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is empty)
    hr-recording-lag: insufficient-evidence (0 of 2 people exceeded the limit; erp/users.csv is empty)
    ");
    let header = Company::text(USERS).lines().next().expect("a header");
    insta::assert_snapshot!(replaced("users.csv", format!("{header}\n")), @r"
    warning: erp/users.csv: the file holds a beginning but no record
    hint: an empty export proves nothing: check the query that made it
    exit 0
    erp/users.csv: empty, 0 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 2 accounts exceeded 24 h; erp/users.csv is empty)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}

#[test]
fn an_export_that_is_empty_because_the_source_is() {
    let header = Company::text(USERS).lines().next().expect("a header");
    let company = Company::new().with(USERS, format!("{header}\n")).with(
        "exports/extractions.csv",
        "path,extracted_at,expected_rows\nhr/people.csv,2026-10-01T00:00:00Z,3\n\
         crm/accounts.csv,2026-10-01T00:00:00Z,3\nerp/users.csv,2026-10-01T00:00:00Z,0\n",
    );
    insta::assert_snapshot!(told(&company, "erp/users.csv"), @r"
    warning: erp/users.csv: the file holds a beginning but no record
    hint: an empty export proves nothing: check the query that made it
    exit 0
    erp/users.csv: empty, 0 records, 0 rejected
    leaver-lag: met (2 of 2 accounts stayed within 24 h)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}

#[test]
fn a_control_total_that_does_not_agree() {
    let company = Company::new().with(
        "exports/extractions.csv",
        "path,extracted_at,expected_rows\nhr/people.csv,2026-10-01T00:00:00Z,3\n\
         crm/accounts.csv,2026-10-01T00:00:00Z,5\nerp/users.csv,2026-10-01T00:00:00Z,1\n",
    );
    insta::assert_snapshot!(told(&company, "crm/accounts.csv"), @r"
    warning: crm/accounts.csv: the file holds 3 records where the source held 5
    hint: the export may be incomplete: make it again, or correct expected_rows
    exit 0
    crm/accounts.csv: read, 3 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; crm/accounts.csv holds 3 records where the source held 5)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}

#[test]
fn a_system_of_the_register_without_an_export() {
    let register = "system,title,in_scope\nhr,HR,yes\ncrm,CRM,yes\nerp,ERP,yes\nbadge,Gatehouse,yes\nwiki,Wiki,no\n";
    let company = Company::new().with("exports/systems.csv", register);
    insta::assert_snapshot!(told(&company, "systems.csv"), @r"
    exit 0
    systems.csv: read, 5 records, 0 rejected
    leaver-lag: insufficient-evidence (0 of 3 accounts exceeded 24 h; badge is in scope and nothing of it was loaded)
    hr-recording-lag: met (2 of 2 people stayed within the limit)
    ");
}
