//! Delimited text as spreadsheets, PowerShell and databases write it.

use std::io::Write as _;

use overstay::dataset::Table::{Accounts, Credentials, Events, People};
use overstay::source::{FileOutcome, LoadOptions, ObservedBasis};
use overstay::time::rfc3339;

use super::kit::{Folder, rows};

const PEOPLE: &str =
    "person_id,name,started_on,ended_on\n007,Ana,2020-01-02,\n008,\"Bo, the \"\"second\"\"\",2020-01-02,2026-07-03\n";

fn people(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let loaded = Folder::with("hr/people.csv", bytes).load();
    assert_eq!(loaded.files[0].outcome, FileOutcome::Read);
    assert_eq!(loaded.files[0].source.as_deref(), Some("own-people"));
    rows(&loaded, People, &["person_id", "name", "started_lo", "started_hi", "ended_lo", "ended_hi"])
}

#[test]
fn ids_stay_text_and_days_become_bounds() {
    assert_eq!(
        people(PEOPLE),
        [
            "007 | Ana | 2020-01-02T00:00:00Z | 2020-01-03T00:00:00Z | - | -",
            "008 | Bo, the \"second\" | 2020-01-02T00:00:00Z | 2020-01-03T00:00:00Z | 2026-07-03T00:00:00Z | 2026-07-04T00:00:00Z",
        ]
    );
}

#[test]
fn every_dialect_reads_the_same() {
    let expected = people(PEOPLE);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(PEOPLE.as_bytes()).expect("gz");
    let utf16: Vec<u8> = std::iter::once(0xfeff_u16).chain(PEOPLE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = std::iter::once(0xfeff_u16).chain(PEOPLE.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for (name, bytes) in [
        ("BOM", [b"\xef\xbb\xbf", PEOPLE.as_bytes()].concat()),
        ("CRLF", PEOPLE.replace('\n', "\r\n").into_bytes()),
        ("no final newline", PEOPLE.trim_end().as_bytes().to_vec()),
        ("#TYPE line", format!("#TYPE Selected.Something\r\n{PEOPLE}").into_bytes()),
        ("semicolons", PEOPLE.replace(',', ";").replace("Bo;", "Bo,").into_bytes()),
        ("tabs", PEOPLE.replace(',', "\t").replace("Bo\t", "Bo,").into_bytes()),
        ("spelling of headers", PEOPLE.replace("person_id,name,started_on", "Person ID,NAME,Started-On").into_bytes()),
        ("blank lines", PEOPLE.replace('\n', "\n\n").into_bytes()),
        ("trailing delimiter", PEOPLE.replace('\n', ",\n").into_bytes()),
        ("gz", gz.finish().expect("gz")),
        ("zst", zstd::stream::encode_all(PEOPLE.as_bytes(), 1).expect("zst")),
        ("UTF-16 LE", utf16),
        ("UTF-16 BE", big),
    ] {
        assert_eq!(people(bytes), expected, "{name}");
    }
}

#[test]
fn formulas_and_control_bytes_are_only_text() {
    let text = "person_id,name,started_on\n1,=1+3,2020-01-01\n2,+49 30,2020-01-01\n3,a\0b,2020-01-01\n";
    let loaded = Folder::with("p.csv", text).load();
    assert_eq!(rows(&loaded, People, &["name"]), ["=1+3", "+49 30", "a\0b"]);
}

#[test]
fn a_cell_of_ten_megabytes_is_a_cell() {
    let text = format!("person_id,name,started_on\n1,\"{}\",2020-01-01\n2,b,2020-01-01\n", "x\n".repeat(5 << 20));
    let loaded = Folder::with("p.csv", text).load();
    assert_eq!(rows(&loaded, People, &["person_id", "src_row"]), ["1 | 2", "2 | 5242883"]);
}

#[test]
fn presence_of_a_column_is_not_presence_of_a_value() {
    let head = "system,account_id,status";
    let read =
        |text: &str| rows(&Folder::with("a.csv", text).load(), Accounts, &["account_id", "activity", "ownership"]);
    assert_eq!(read(&format!("{head}\na,1,active\n")), ["1 | unknown | unknown"]);
    assert_eq!(
        read(&format!("{head},last_seen_at,owner\na,1,active,2026-01-01,\na,2,active,,ana\n")),
        ["1 | seen | none", "2 | never | named"]
    );
    // Whether usage data that no row has is switched off is decided over all files of the export, not here.
    assert_eq!(
        read(&format!("{head},last_seen_at,owner\na,1,active,,\na,2,active,,\n")),
        ["1 | never | none", "2 | never | none"]
    );
    assert_eq!(read(&format!("{head},activity,last_seen_at\na,1,active,never,\n")), ["1 | never | unknown"]);
    // A use that cannot be read is neither seen nor never.
    assert_eq!(
        read(&format!("{head},last_seen_at\na,1,active,yesterday\na,2,active,2026-01-01\n")),
        ["1 | unknown | unknown", "2 | seen | unknown"]
    );
}

#[test]
fn an_expiry_in_the_year_9999_is_none() {
    let text = "system,credential_id,status,expires_at\na,1,active,9999-12-31\na,2,active,2026-01-01\na,3,active,\na,4,active,soon\n";
    let loaded = Folder::with("c.csv", text).load();
    assert_eq!(
        rows(&loaded, Credentials, &["credential_id", "expires_at", "expiry"]),
        ["1 | - | never", "2 | 2026-01-02T00:00:00Z | date", "3 | - | never", "4 | - | unknown",]
    );
    assert_eq!(loaded.files[0].unparsed.get("expires_at"), Some(&1));
}

#[test]
fn rows_of_all_files_stand_in_file_order() {
    let head = "system,account_id,status\n";
    let folder = Folder::with("b/x.csv", format!("{head}b,3,active\n"))
        .and("a/z.csv", format!("{head}a,1,active\na,2,disabled\n"));
    assert_eq!(
        rows(&folder.load(), Accounts, &["account_id", "status", "src_file", "src_row"]),
        ["1 | active | 0 | 2", "2 | disabled | 0 | 3", "3 | active | 1 | 2"]
    );
}

#[test]
fn systems_are_names_without_regard_to_case() {
    let folder =
        Folder::with("Git-Hub/a.csv", "system,account_id,status\nGIT-HUB,1,active\n,2,active\nGithub,3,active\n");
    let loaded = folder.load();
    assert_eq!(rows(&loaded, Accounts, &["system", "account_id"]), ["git-hub | 1", "git-hub | 2", "git-hub | 3"]);
    assert_eq!(loaded.files[0].system, None, "its rows name their systems");
}

#[test]
fn extractions_say_when_a_file_was_made() {
    let folder = Folder::with("hr/people.csv", PEOPLE)
        .and("a/e.csv", "occurred_at,system,action,outcome\n2026-07-01T01:00:00Z,a,disable,success\n2026-07-02T01:00:00Z,a,disable,failure\n")
        .and(
            "extractions.csv",
            "path,extracted_at,extracted_by,expected_rows,covers_from,covers_to\nhr/people.csv,2026-07-05T10:00:00Z,hris,3,,\n./a/e.csv,,siem,2,2026-06-01,2026-06-30\nhr/gone.csv,2026-07-05,x,,,\n",
        );
    let loaded = folder.load();
    let people = loaded.files.iter().find(|file| file.path == "hr/people.csv").expect("people");
    assert_eq!(people.observed_at.map(rfc3339).as_deref(), Some("2026-07-05T10:00:00Z"));
    assert_eq!(people.observed_basis, ObservedBasis::Supplied);
    assert_eq!(people.covers, None);
    let log = loaded.files.iter().find(|file| file.path == "a/e.csv").expect("log");
    assert_eq!(log.observed_basis, ObservedBasis::NotSupplied);
    let covers = log.covers.map(|(from, to)| (rfc3339(from), rfc3339(to)));
    assert_eq!(covers, Some(("2026-06-01T00:00:00Z".to_owned(), "2026-07-01T00:00:00Z".to_owned())));
    insta::assert_snapshot!(
        loaded.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        @r#"
        warning: extractions.csv:4 (path): the file `hr/gone.csv` is not there
        hint: paths are relative to the folder of exports and use `/`
        warning: hr/people.csv: the file holds 2 records where the source held 3
        hint: the export may be incomplete: make it again, or correct expected_rows
        "#
    );
}

#[test]
fn a_log_covers_its_first_to_last_event() {
    let text = "occurred_at,system,action,outcome\n2026-07-02T01:00:00Z,a,disable,success\n2026-07-01T01:00:00Z,a,enable,success\n";
    let loaded = Folder::with("e.csv", text).load();
    let covers = loaded.files[0].covers.map(|(from, to)| (rfc3339(from), rfc3339(to)));
    assert_eq!(covers, Some(("2026-07-01T01:00:00Z".to_owned(), "2026-07-02T01:00:00Z".to_owned())));
    assert_eq!(loaded.frames.height(Events), 2);
}

#[test]
fn dates_without_a_zone_are_read_in_the_projects_zone() {
    let options = LoadOptions { zone: "America/New_York".parse().expect("a zone"), ..LoadOptions::default() };
    let loaded = Folder::with("p.csv", PEOPLE).try_load(&options).expect("people");
    assert_eq!(rows(&loaded, People, &["ended_lo", "ended_hi"])[1], "2026-07-03T04:00:00Z | 2026-07-04T04:00:00Z");
}

#[test]
fn every_file_has_its_sha_256() {
    let loaded = Folder::with("p.csv", "person_id,started_on\n1,2020-01-01\n").load();
    assert_eq!(loaded.files[0].bytes, 34);
    assert_eq!(loaded.files[0].sha256, "447bc36baed4b19d43f38315e1f8ddd3814d5d0ee2398fa1bc513f058f8f30de");
}
