//! The form of a column of times is decided by all its values, and what is no time is none.

use overstay::dataset::Table::{Accounts, Credentials, Events, People};
use overstay::source::{LoadOptions, Loaded, SourceSet};

use super::kit::{Folder, rows};

fn mapped(times: &str, text: &str) -> Loaded {
    let mapping = format!(
        "id = \"mine\"\ntitle = \"Mine\"\nclass = \"hr\"\nformat = \"csv\"\ntime = [{times}]\n\
         [recognise]\nall = [\"No\", \"In\", \"Out\"]\n[[rows]]\ntable = \"people\"\n[rows.columns]\n\
         person_id = \"No\"\nstarted = \"In\"\nended = \"Out\"\n"
    );
    let folder = Folder::with("maps/mine.toml", mapping).and("data/p.csv", text);
    let set = SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
    overstay::source::load(&folder.path().join("data"), &set, &LoadOptions::default()).expect("an export")
}

fn said(loaded: &Loaded) -> String {
    loaded.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn ends(loaded: &Loaded) -> Vec<String> {
    rows(loaded, People, &["ended_lo", "unread"])
}

#[test]
fn a_value_in_another_known_form_is_the_same_value() {
    let day = "2026-09-24T00:00:00Z | -";
    for written in [
        "2026-09-24",
        "2026-09-24-07:00",
        "2026-09-24Z",
        "24 Sep 2026",
        "24-Sep-26",
        "\"Sep 24, 2026\"",
        "2026/09/24",
        "20260924",
        "24.09.2026",
        "24/09/26",
        "09/24/26",
        "9/24/2026",
        "46289",
    ] {
        let loaded = mapped("\"iso\"", &format!("No,In,Out\n1,2020-01-01,{written}\n2,2020-01-01,\n"));
        assert_eq!(ends(&loaded), [day, "- | -"], "{written}");
    }
    let moment = "2026-09-24T16:11:12Z | -";
    for written in [
        "2026-09-24T16:11:12Z",
        "2026-09-24T09:11:12-07:00",
        "2026-09-24 04:11:12 PM",
        "\"Thu, 24 Sep 2026 16:11:12 +0000\"",
        "1790266272",
        "1790266272000",
        "1790266272000000",
        "134347398720000000",
        "/Date(1790266272000)/",
        "20260924161112.0Z",
        "24.09.2026 16:11:12",
        "9/24/2026 4:11:12 PM",
        "46289.6744444444",
    ] {
        let loaded = mapped("\"iso\"", &format!("No,In,Out\n1,2020-01-01,{written}\n"));
        assert_eq!(ends(&loaded), [moment], "{written}");
    }
}

#[test]
fn one_value_that_can_only_be_day_first_decides_for_all() {
    let text = "No,In,Out\n1,2020-01-01,07/09/2026\n2,2020-01-01,25/06/2026\n3,2020-01-01,\n";
    for times in ["\"us-date\", \"iso\"", "\"day-first\", \"iso\"", "\"us-date\", \"day-first\", \"iso\"", "\"iso\""] {
        let loaded = mapped(times, text);
        assert_eq!(ends(&loaded), ["2026-09-07T00:00:00Z | -", "2026-06-25T00:00:00Z | -", "- | -"], "{times}");
        assert_eq!(rows(&loaded, People, &["person_id", "src_row"]), ["1 | 2", "2 | 3", "3 | 4"], "{times}");
    }
}

#[test]
fn days_and_months_that_contradict_each_other_are_not_read() {
    let loaded = mapped(
        "\"us-date\", \"iso\"",
        "No,In,Out\n1,2020-01-01,07/09/2026\n2,2020-01-01,25/06/2026\n3,2020-01-01,06/25/2026\n",
    );
    assert_eq!(ends(&loaded), ["- | ;ended;", "- | ;ended;", "- | ;ended;"]);
    insta::assert_snapshot!(said(&loaded), @r#"
    warning: p.csv: `ended` (from `Out`): 3 values could not be read, which is not the same as absent: some are day first and some month first, so none is certain; the first looks like `99/99/9999`
    hint: say in the mapping how it is written, `time = [...]`, or make the export with ISO dates
    "#);
}

#[test]
fn one_file_of_an_export_tells_how_another_is_written() {
    let mapping = "id = \"mine\"\ntitle = \"Mine\"\nclass = \"hr\"\nformat = \"csv\"\ntime = [\"us-date\", \"iso\"]\n\
                   [recognise]\nall = [\"No\", \"Out\"]\n[[rows]]\ntable = \"people\"\n[rows.columns]\n\
                   person_id = \"No\"\nended = \"Out\"\n";
    let read = |other: &str| {
        let folder = Folder::with("maps/mine.toml", mapping)
            .and("data/hr/1.csv", "No,Out\n1,07/09/2026\n")
            .and("data/hr/2.csv", format!("No,Out\n2,{other}\n"));
        let set = SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
        let data = folder.path().join("data");
        rows(
            &overstay::source::load(&data, &set, &LoadOptions::default()).expect("an export"),
            People,
            &["ended_lo", "src_file"],
        )
    };
    assert_eq!(read("25/06/2026"), ["2026-09-07T00:00:00Z | 0", "2026-06-25T00:00:00Z | 1"]);
    assert_eq!(read("06/25/2026"), ["2026-07-09T00:00:00Z | 0", "2026-06-25T00:00:00Z | 1"]);
    assert_eq!(read("03/04/2026"), ["2026-07-09T00:00:00Z | 0", "2026-03-04T00:00:00Z | 1"]);
}

#[test]
fn one_date_of_an_employment_tells_how_the_other_is_written() {
    let read = |started: &str| {
        let loaded = mapped("\"iso\"", &format!("No,In,Out\n1,{started},07/09/2026\n2,01/02/2020,\n"));
        (rows(&loaded, People, &["started_lo", "ended_lo"]).remove(0), said(&loaded))
    };
    assert_eq!(read("25/06/2020").0, "2020-06-25T00:00:00Z | 2026-09-07T00:00:00Z");
    assert_eq!(read("06/25/2020").0, "2020-06-25T00:00:00Z | 2026-07-09T00:00:00Z");
    // None tells.
    for started in ["03/04/2020", "2020-06-25"] {
        assert!(read(started).0.ends_with(" | -"), "{started}: {}", read(started).0);
    }
    insta::assert_snapshot!(read("25/06/2020").1, @"
    note: p.csv: `ended` (from `Out`): its own values could have the day or the month first, and others of this export can only be `day-first`: it was read so
    hint: write `time = [...]` into the mapping to decide it
    note: p.csv: `started` (from `In`): 2 times were read as `day-first`, the only known form that reads all of them
    hint: write `time = [...]` into the mapping to decide it
    ");
}

#[test]
fn what_two_forms_read_differently_is_not_read() {
    let loaded = mapped("\"iso\"", "No,In,Out\n1,2020-01-01,07/09/2026\n2,2020-01-01,03/04/2026\n");
    assert_eq!(ends(&loaded), ["- | ;ended;", "- | ;ended;"]);
    insta::assert_snapshot!(said(&loaded), @r#"
    warning: p.csv: `ended` (from `Out`): 2 values could not be read, which is not the same as absent: they look like `99/99/9999`, which `us-date`, `day-first` read differently
    hint: say in the mapping how it is written, `time = [...]`, or make the export with ISO dates
    "#);
}

#[test]
fn what_no_form_reads_is_told_by_its_shape() {
    let loaded = mapped("\"iso\"", "No,In,Out\n1,2020-01-01,Q3 of '26\n2,2020-01-01,24 Sep 2026\n");
    assert_eq!(ends(&loaded), ["- | ;ended;", "- | ;ended;"]);
    insta::assert_snapshot!(said(&loaded), @r#"
    warning: p.csv: `ended` (from `Out`): 2 values could not be read, which is not the same as absent: the first looks like `A9 aa '99`; tried `iso`, `epoch-seconds`, `epoch-millis`, `epoch-micros`, `filetime`, `generalized`, `ms-date`, `us-date`, `day-first`, `year-first`, `compact`, `month-name`, `serial`
    hint: say in the mapping how it is written, `time = [...]`, or make the export with ISO dates
    "#);
}

#[test]
fn a_form_that_the_mapping_does_not_declare_is_told() {
    let loaded = mapped("\"iso\"", "No,In,Out\n1,1 Mar 2020,24 Sep 2026\n2,2 Mar 2020,\n");
    insta::assert_snapshot!(said(&loaded), @r#"
    note: p.csv: `ended` (from `Out`): 1 time was read as `month-name`, the only known form that reads all of them
    hint: write `time = [...]` into the mapping to decide it
    note: p.csv: `started` (from `In`): 2 times were read as `month-name`, the only known form that reads all of them
    hint: write `time = [...]` into the mapping to decide it
    "#);
}

#[test]
fn a_column_of_midnights_is_a_column_of_dates() {
    let file = |clock: &str, more: &str| {
        let rows: String = (1..=4).map(|n| format!("{n},2020-01-0{n}{clock},2026-09-0{n}{clock}\n")).collect();
        format!("No,In,Out\n{rows}{more}")
    };
    let first = |text: &str| rows(&mapped("\"iso\"", text), People, &["ended_lo", "ended_hi"]).remove(0);
    let day = "2026-09-01T00:00:00Z | 2026-09-02T00:00:00Z";
    let instant = "2026-09-01T00:00:00Z | 2026-09-01T00:00:00Z";
    assert_eq!(first(&file(" 00:00:00", "")), day);
    assert_eq!(first(&file("T00:00:00.000Z", "")), day);
    // An employment begins and ends on days: one row is enough.
    assert_eq!(first("No,In,Out\n1,2020-01-01 00:00:00,2026-09-01 00:00:00\n"), day);
    // Also where the mapping does not declare the form.
    assert_eq!(first("No,In,Out\n1,01.01.2020 00:00,01.09.2026 00:00\n"), day);
    // A midnight of somewhere else, one time of day: instants.
    assert_eq!(first(&file("T00:00:00+00:30", "")), "2026-08-31T23:30:00Z | 2026-08-31T23:30:00Z");
    assert_eq!(first(&file(" 00:00:00", "9,2020-01-01 00:00:00,2026-09-01 18:00:00\n")), instant);
}

#[test]
fn events_at_midnight_are_instants() {
    let rows_: String = (1..=9).map(|n| format!("2026-09-0{n}T00:00:00Z,a,disable,success\n")).collect();
    let loaded = Folder::with("e.csv", format!("occurred_at,system,action,outcome\n{rows_}")).load();
    assert_eq!(rows(&loaded, Events, &["occurred_at"])[0], "2026-09-01T00:00:00Z");
    // Seconds in place of a date: found out, not January 1970.
    let loaded = Folder::with("e.csv", "occurred_at,system,action,outcome\n1790266272,a,disable,success\n").load();
    assert_eq!(rows(&loaded, Events, &["occurred_at"]), ["2026-09-24T16:11:12Z"]);
}

#[test]
fn never_has_many_spellings() {
    for never in [
        "1970-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00Z",
        "1601-01-01T00:00:00Z",
        "1900-01-00",
        "Never",
        "N/A",
        "-",
        "null",
    ] {
        let accounts = format!(
            "system,account_id,status,created_at,last_seen_at,disabled_at\na,1,active,{never},{never},{never}\na,2,active,2026-01-01,2026-02-01,\n"
        );
        assert_eq!(
            rows(
                &Folder::with("a.csv", accounts).load(),
                Accounts,
                &["created_at", "last_seen_hi", "activity", "disabled_hi", "unread"]
            ),
            ["- | - | never | - | -", "2026-01-01T00:00:00Z | 2026-02-02T00:00:00Z | seen | - | -"],
            "{never}"
        );
        let keys = format!(
            "system,credential_id,status,rotated_at,last_used_at,expires_at\na,1,active,{never},{never},{never}\na,2,active,2026-01-01,2026-01-01,2027-01-01\n"
        );
        assert_eq!(
            rows(
                &Folder::with("c.csv", keys).load(),
                Credentials,
                &["rotated_at", "activity", "expires_at", "expiry", "unread"]
            )[0],
            "- | never | - | never | -",
            "{never}"
        );
    }
}
