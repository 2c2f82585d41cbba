//! Lines that are no records, and the place of those that are.

use overstay::dataset::Table::{Accounts, Credentials, People};
use overstay::source::{Completeness, FileOutcome, InputFile, RowPlace};

use super::kit::{Folder, rows};

const HEAD: &str = "person_id,name,email,status,started_on,ended_on";
const ANN: &str = "1,Ann,ann@c.example,active,2020-01-01,";
const BO: &str = "2,Bo,bo@c.example,active,2020-01-01,2026-07-03";

/// Reads a file of people and gives what is known about it, with each person and the line.
fn read(lines: &[&str]) -> (InputFile, Vec<String>) {
    let mut loaded = Folder::with("hr/p.csv", lines.join("\n")).load();
    let people = rows(&loaded, People, &["person_id", "src_row"]);
    (loaded.files.remove(0), people)
}

fn asides(file: &InputFile) -> String {
    file.not_records.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_report_has_lines_that_are_no_records() {
    for (lines, people, kinds) in [
        (vec![HEAD, ANN, ",,,,,", BO, ",,,,,"], ["1 | 2", "2 | 4"], "2 empty row"),
        (
            vec!["Staff of Corp", "Run date: 30-Sep-2026 18:00 | by HR", "", HEAD, ANN, BO],
            ["1 | 5", "2 | 6"],
            "2 title line",
        ),
        (vec!["Staff of Corp,,,,,", ",,,,,", HEAD, ANN, "", BO], ["1 | 4", "2 | 6"], "1 title line"),
        (vec![HEAD, "---------,----,-----,------,----------,--------", ANN, BO], ["1 | 3", "2 | 4"], "1 ruler"),
        (vec![HEAD, ANN, HEAD, BO, "End of report"], ["1 | 2", "2 | 4"], "1 repeated header, 1 total or footer"),
        (vec![HEAD, "1,\"An\nn\",ann@c.example,active,2020-01-01,", BO], ["1 | 2", "2 | 4"], ""),
    ] {
        let (file, read) = read(&lines);
        assert_eq!((file.outcome, file.records, file.rejected), (FileOutcome::Read, 2, 0), "{lines:?}");
        assert_eq!(read, people, "{lines:?}");
        assert_eq!(asides(&file), kinds, "{lines:?}");
        assert_eq!(file.completeness, Completeness::Unknown, "{lines:?}");
    }
}

#[test]
fn a_total_confirms_the_file_or_shows_that_it_is_partial() {
    for (footer, whole) in [
        ("Total,2,,,,", Some(true)),
        ("Total: 2 workers", Some(true)),
        ("-- 2 rows --", Some(true)),
        ("(966 rows affected)", Some(false)),
        ("Grand Total,,,,,12", Some(false)),
        ("Records: 3", Some(false)),
        ("Subtotal,2,,,,", None),
    ] {
        let (file, people) = read(&[HEAD, ANN, BO, footer]);
        assert_eq!(people.len(), 2, "{footer}");
        let expected = whole
            .map_or(Completeness::Unknown, |whole| if whole { Completeness::Whole } else { Completeness::Partial });
        assert_eq!((file.completeness, file.rejected), (expected, 0), "{footer}: {:?}", file.completeness_reasons);
        assert_eq!(file.completeness_reasons.len(), usize::from(whole.is_some()));
    }
    // Two reports in one file, each with its total.
    let (file, _) = read(&[HEAD, ANN, "Total: 1", HEAD, BO, "Total: 1"]);
    assert_eq!(file.completeness, Completeness::Whole);
    // The sum of a column of figures is no number of records.
    let text = "system,account_id,status,email\na,1,active,700\na,2,active,80\nTotal,,,780\n";
    let loaded = Folder::with("a.csv", text).load();
    assert_eq!((loaded.files[0].records, loaded.files[0].completeness), (2, Completeness::Unknown));
}

#[test]
fn a_person_may_be_called_total() {
    let (file, people) = read(&[HEAD, "Total,Total Energies,t@c.example,active,2020-01-01,", "9,Total,,,,"]);
    assert_eq!((people, asides(&file)), (vec!["Total | 2".to_owned(), "9 | 3".to_owned()], String::new()));
}

#[test]
fn one_bad_record_counts_once() {
    let head = "user,arn,user_creation_time,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date";
    let row = |name: &str| format!("{name},arn:{name},2020-01-01T00:00:00Z,true,N/A,true,2021-01-01T00:00:00Z,N/A");
    // Without its last line end, the last row of one report and the header of the next are one line.
    let text = format!(
        "{head}\n{}\n{}{head}\n{}\n,,2020-01-01T00:00:00Z,true,N/A,true,2021-01-01T00:00:00Z,N/A\n",
        row("ann"),
        row("bo"),
        row("cy")
    );
    let loaded = Folder::with("aws/all.csv", text).load();
    let file = &loaded.files[0];
    assert_eq!((file.records, file.rejected), (4, 2));
    assert_eq!(rows(&loaded, Accounts, &["username", "src_row"]), ["ann | 2", "cy | 4"]);
    assert_eq!(loaded.frames.height(Credentials), 4);
    let places: Vec<(u64, Option<u64>)> = loaded.rejects.iter().map(|reject| (reject.row, reject.line)).collect();
    assert_eq!(places, [(3, Some(3)), (5, Some(5))]);
}

#[test]
fn a_place_is_a_line_where_records_have_one() {
    let user = |id: u32| {
        format!("{{\"id\":\"{id}\",\"status\":\"ACTIVE\",\"lastLogin\":null,\"profile\":{{\"login\":\"u{id}\"}}}}")
    };
    for (path, text, place, places) in [
        ("u.json", format!("[\n{},\n\n{}\n]", user(1), user(2)), RowPlace::Record, ["1 | 1", "2 | 2"]),
        ("u.ndjson", format!("{}\n\n{}\n", user(1), user(2)), RowPlace::Line, ["1 | 1", "2 | 3"]),
    ] {
        let loaded = Folder::with(path, text).load();
        assert_eq!(loaded.files[0].place, place, "{path}");
        assert_eq!(rows(&loaded, Accounts, &["account_id", "src_row"]), places, "{path}");
    }
    assert_eq!(RowPlace::Line.before("hr/p.csv"), "hr/p.csv line ");
}
