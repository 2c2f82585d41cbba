//! People over several exports: who is employed, who left and when, and what sources say differently.

use overstay::dataset::{Frames, Table};
use overstay::identity::{Authority, Context, Resolved, resolve};
use overstay::source::{Completeness, InputFile};
use overstay::time::LeaveInstant;

use super::{authority, shown};
use crate::support::{at, file, lines, table};

/// HR exports of the ends of five months; 5 a directory of the last day, 6 an HR file without a time.
fn files() -> Vec<InputFile> {
    let mut files: Vec<InputFile> = ["2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30"]
        .map(|day| file(&format!("hr/{day}.csv"), "hr", day))
        .into();
    files.push(file("dir/users.json", "dir", "2026-09-30"));
    files.push(file("hr/undated.csv", "hr", "2026-09-30"));
    files[6].observed_at = None;
    files
}

fn resolved(people: &str, files: &[InputFile], zone: &str) -> Resolved {
    resolved_by(people, files, zone, &authority())
}

fn resolved_by(people: &str, files: &[InputFile], zone: &str, authority: &Authority) -> Resolved {
    let mut frames = Frames::default();
    frames.insert(Table::People, table(Table::People, people));
    let context = Context {
        files,
        authority,
        leave_instant: LeaveInstant::EndOfDay,
        as_of: at("2026-10-01"),
        usernames: true,
        zone: zone.parse().expect("a zone"),
    };
    resolve(frames, &context).expect("resolves")
}

fn run(people: &str) -> Resolved {
    resolved(people, &files(), "UTC")
}

const ENDS: [&str; 5] = ["person_id", "basis", "left_lo", "left_hi", "ended_at"];

/// Rows of people as `file person status started ended`, dates as days; `-` is empty.
fn people(rows: &[&str]) -> String {
    let mut text = "src_file,person_id,status,started_lo,started_hi,ended_lo,ended_hi,changed_at,unread".to_owned();
    for row in rows {
        let parts: Vec<&str> = row.split(' ').map(|part| if part == "-" { "" } else { part }).collect();
        let [file, person, status, started, ended] = parts[..5] else { panic!("{row}") };
        let [changed, unread] = [5, 6].map(|at| parts.get(at).copied().unwrap_or_default());
        let day = |text: &str| match text {
            "" => ",".to_owned(),
            instant if instant.contains('T') => format!("{instant},{instant}"),
            day => {
                let next: u32 = day[8..].parse::<u32>().expect("a day") + 1;
                format!("{day},{}{next:02}", &day[..8])
            }
        };
        text.push_str(&format!("\n{file},{person},{status},{},{},{changed},{unread}", day(started), day(ended)));
    }
    text
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of situations")]
fn how_employments_end() {
    let cases: [(&str, &[&str], &[&str]); 23] = [
        ("lasting", &["4 1 active 2020-01-01 -"], &["1 - - - -"]),
        ("a date", &["4 1 terminated 2020-01-01 2026-08-14"], &["1 dates 2026-08-15 2026-08-15 2026-08-15"]),
        // Absence.
        (
            "in no later export",
            &["3 1 active 2020-01-01 -", "3 2 active 2020-01-01 -", "4 2 active 2020-01-01 -"],
            &["1 absence 2026-08-31 2026-09-30 2026-09-30", "2 - - - -"],
        ),
        (
            "absent for a month only",
            &["2 1 active 2020-01-01 -", "3 2 active - -", "4 1 active 2020-01-01 -"],
            &["1 - - - -", "2 absence 2026-08-31 2026-09-30 2026-09-30"],
        ),
        (
            "absent, and the date was known",
            &["3 1 active 2020-01-01 2026-09-15", "4 2 active - -"],
            &["1 dates 2026-09-16 2026-09-16 2026-09-16", "2 - - - -"],
        ),
        (
            "absent long before the date that was planned",
            &["2 1 active 2020-01-01 2026-12-30", "3 2 active - -"],
            &["1 absence 2026-07-31 2026-08-31 2026-08-31", "2 - - - -"],
        ),
        ("absent before having begun", &["2 1 active 2026-10-15 -", "3 2 active - -"], &["2 - - - -"]),
        (
            "a list of leavers says nothing of others",
            &["3 1 active - -", "4 2 terminated - 2026-09-15"],
            &["1 - - - -", "2 dates 2026-09-16 2026-09-16 2026-09-16"],
        ),
        (
            "seen in a file of which nobody knows when it was taken",
            &["2 1 active - -", "3 2 active - -", "6 1 active - -", "6 2 active - -"],
            &["1 absence - - -", "2 - - - -"],
        ),
        // Undated.
        ("terminated without a date", &["4 1 terminated 2020-01-01 -"], &["1 undated - 2026-09-30 2026-09-30"]),
        (
            "employed in one export, terminated in the next two",
            &["2 1 active 2020-01-01 -", "3 1 terminated 2020-01-01 -", "4 1 terminated 2020-01-01 -"],
            &["1 undated 2026-07-31 2026-08-31 2026-08-31"],
        ),
        (
            "the date comes later",
            &["3 1 terminated 2020-01-01 -", "4 1 terminated 2020-01-01 2026-08-10"],
            &["1 dates 2026-08-11 2026-08-11 2026-08-11"],
        ),
        (
            "the date is not told again",
            &["3 1 terminated 2020-01-01 2026-08-10", "4 1 terminated 2020-01-01 -"],
            &["1 dates 2026-08-11 2026-08-11 2026-08-11"],
        ),
        // Not understood: nothing is known, and it is no lasting employment.
        ("an unread status", &["4 1 - 2020-01-01 - - ;status;"], &["1 undated - - -"]),
        ("an unread end", &["4 1 active 2020-01-01 - - ;ended;"], &["1 undated - - -"]),
        (
            "an unread status and a date",
            &["4 1 - 2020-01-01 2026-08-10 - ;status;"],
            &["1 dates 2026-08-11 2026-08-11 2026-08-11"],
        ),
        (
            "terminated with an unread date",
            &["4 1 terminated 2020-01-01 - - ;ended;"],
            &["1 undated - 2026-09-30 2026-09-30"],
        ),
        ("an end before the beginning", &["4 1 active 2026-08-10 2026-07-01"], &["1 undated - - -"]),
        (
            "terminated, with an end before the beginning",
            &["4 1 terminated 2026-08-10 2026-07-01"],
            &["1 undated - 2026-09-30 2026-09-30"],
        ),
        // Several rows of one export.
        (
            "two dates",
            &["4 1 terminated 2020-01-01 2026-08-10", "4 1 terminated 2020-01-01 2026-08-20"],
            &["1 undated 2026-08-11 2026-08-21 2026-08-21"],
        ),
        (
            "one lasts, one does not",
            &["4 1 terminated 2020-01-01 2026-08-10", "4 1 active 2020-01-01 -"],
            &["1 undated - - -"],
        ),
        (
            "the row that changed last",
            &["4 1 terminated 2020-01-01 2026-08-10 2026-08-01", "4 1 active 2020-01-01 - 2026-09-01"],
            &["1 - - - -"],
        ),
        (
            "a later beginning corrected, and the end with it",
            &["3 1 active 2020-01-01 -", "4 1 terminated 2020-02-01 2026-09-10"],
            &["1 dates 2026-09-11 2026-09-11 2026-09-11"],
        ),
    ];
    for (name, rows, expected) in cases {
        for turned in [false, true] {
            let mut rows = rows.to_vec();
            if turned {
                rows.reverse();
            }
            let resolved = run(&people(&rows));
            let mut found = shown(&resolved, Table::Employments, &ENDS);
            found.sort();
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn what_is_not_understood_is_marked() {
    let resolved = run(&people(&[
        "4 1 active 2020-01-01 - - ;ended;",
        "4 2 active 2020-01-01 - - ;department;",
        // Another job lasts: whatever the first row says, the person works here.
        "4 3 - 2020-01-01 - - ;status;",
        "4 3 active 2021-01-01 -",
        "4 4 terminated 2020-01-01 2026-08-10",
        "4 4 active 2020-01-01 -",
    ]));
    assert_eq!(
        shown(&resolved, Table::People, &["person_id", "unread"]),
        ["1 ;ended;", "2 ;department;", "3 -", "4 ;ended;"]
    );
    assert_eq!((resolved.facts.left_unclear, resolved.facts.left_undated), (2, 0));
}

#[test]
fn jobs_of_one_person() {
    let cases: [(&str, &[&str], &[&str]); 9] = [
        ("one of two lasts", &["4 1 active 2021-01-01 -", "4 1 terminated 2020-01-01 2026-08-14"], &["2020-01-01 - -"]),
        (
            "the longer one counts",
            &["4 1 active 2020-01-01 2026-08-20", "4 1 active 2021-01-01 2026-08-14"],
            &["2020-01-01 2026-08-21 -"],
        ),
        (
            "until five, and from the next day on",
            &["4 1 active 2020-01-01 2026-08-14T17:00", "4 1 active 2026-08-15 -"],
            &["2020-01-01 - -"],
        ),
        (
            "a weekend between is a leave",
            &["4 1 active 2020-01-01 2026-08-14T17:00", "4 1 active 2026-08-17 -"],
            &["2020-01-01 2026-08-14T17:00Z 2026-08-17", "2026-08-17 - -"],
        ),
        (
            "hired again",
            &["4 1 active 2020-01-01 2026-07-10", "4 1 active 2026-09-01 -"],
            &["2020-01-01 2026-07-11 2026-09-01", "2026-09-01 - -"],
        ),
        (
            "the next contract stands in a later export only",
            &["3 1 active 2020-01-01 2026-09-14", "4 1 active 2026-09-15 -"],
            &["2020-01-01 - -"],
        ),
        (
            "a new beginning after the last sight may follow a leave",
            &["2 1 active 2020-01-01 -", "4 1 active 2026-09-15 -"],
            &["2020-01-01 2026-09-15 2026-09-15", "2026-09-15 - -"],
        ),
        (
            "terminated at an unknown time, and hired again",
            &["4 1 terminated 2020-01-01 -", "4 1 active 2026-09-15 -"],
            &["2020-01-01 2026-09-15 2026-09-15", "2026-09-15 - -"],
        ),
        ("not begun yet", &["4 1 active 2026-12-01 -"], &["2026-12-01 - -"]),
    ];
    for (name, rows, expected) in cases {
        let found = run(&people(rows));
        assert_eq!(
            shown(&found, Table::Employments, &["started_at", "ended_at", "next_started_at"]),
            expected,
            "{name}"
        );
    }
}

#[test]
fn who_moved_from_one_hr_system_to_another_was_in_both() {
    let mut files = files();
    files.push(file("agency/roster.csv", "agency", "2026-09-30"));
    let mut authority = authority();
    authority.class_rank.insert("agency".to_owned(), 0);
    let text = people(&[
        "7 1 active 2024-01-01 2026-07-10",
        "4 1 active 2026-09-01 -",
        "7 2 active 2024-01-01 -",
        "4 2 terminated 2024-01-02 2026-08-10",
    ]);
    let found = resolved_by(&text, &files, "UTC", &authority);
    assert_eq!(
        shown(&found, Table::Employments, &["person_id", "started_at", "ended_at", "next_started_at"]),
        // Of two that overlap the one with the later beginning counts, and the conflict is said.
        ["1 2024-01-01 2026-07-11 2026-09-01", "1 2026-09-01 - -", "2 2024-01-02 2026-08-11 -"]
    );
    assert_eq!(
        shown(&found, Table::Conflicts, &["person_id", "attribute", "loser_value"]),
        ["2 dates no end", "2 status active"]
    );
}

#[test]
fn monthly_lists_of_those_who_work_here_give_leavers() {
    // Twenty people in May, one less in each later month.
    let rows: Vec<String> = (0..5)
        .flat_map(|month: usize| (month..20).map(move |person| format!("{month} p{person:02} active 2020-01-01 -")))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let resolved = run(&people(&rows));
    assert_eq!(
        shown(&resolved, Table::Employments, &ENDS)[..5],
        [
            "p00 absence 2026-05-31 2026-06-30 2026-06-30",
            "p01 absence 2026-06-30 2026-07-31 2026-07-31",
            "p02 absence 2026-07-31 2026-08-31 2026-08-31",
            "p03 absence 2026-08-31 2026-09-30 2026-09-30",
            "p04 - - - -",
        ]
    );
    let said: Vec<String> = resolved.facts.messages(&files()).iter().map(|one| one.message.clone()).collect();
    assert_eq!(said, ["4 persons of older exports of hr stand in no newer one"]);
}

#[test]
fn a_partial_or_shrunken_list_ends_no_employment() {
    let rows: Vec<String> = [(3, 20), (4, 8)]
        .iter()
        .flat_map(|(file, count)| (0..*count).map(move |person| format!("{file} p{person:02} active 2020-01-01 -")))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let lasting = |resolved: &Resolved| lines(&resolved.frames.get_or_empty(Table::Employments), &["ended_at"]);
    let shrunken = run(&people(&rows));
    assert_eq!(lasting(&shrunken), ["-"; 20]);
    let reason =
        "it shows 8 people where the older hr/2026-08-31.csv shows 20, and nothing confirms that the others are gone";
    assert_eq!(shrunken.facts.partial.into_iter().collect::<Vec<_>>(), [(4, vec![reason.to_owned()])]);
    let mut files = files();
    files[4].completeness = Completeness::Whole;
    assert_eq!(lasting(&resolved(&people(&rows), &files, "UTC"))[8..], ["2026-09-30"; 12]);
    files[4].completeness = Completeness::Partial;
    assert_eq!(lasting(&resolved(&people(&rows), &files, "UTC")), ["-"; 20]);
}

#[test]
fn ids_that_differ_in_case_are_one_unless_both_stand_in_one_export() {
    let one = run(&people(&["3 E017 active - -", "4 e017 active - -"]));
    assert_eq!(shown(&one, Table::Employments, &ENDS), ["e017 - - - -"]);
    let two = run(&people(&["4 E017 active - -", "4 e017 active - -"]));
    assert_eq!(shown(&two, Table::Employments, &ENDS), ["E017 - - - -", "e017 - - - -"]);
}

#[test]
fn a_leave_of_absence_arrives_and_ends() {
    let text = "src_file,person_id,status,on_leave_lo,on_leave_hi
         3,1,on_leave,2026-08-01,2026-08-02
         4,1,on_leave,2026-08-01,2026-08-02
         3,2,on_leave,2026-08-01,2026-08-02
         4,2,active,,";
    assert_eq!(shown(&run(text), Table::People, &["person_id", "on_leave_lo"]), ["1 2026-08-01", "2 -"]);
}

#[test]
fn dates_are_compared_by_day_and_with_none() {
    let header = "src_file,person_id,ended_lo,ended_hi";
    let conflicts = |rows: &str, zone: &str| {
        let names = ["person_id", "attribute", "winner_value", "loser", "loser_value"];
        shown(&resolved(&format!("{header}\n{rows}"), &files(), zone), Table::Conflicts, &names)
    };
    // The last day in Berlin, and an instant of that day, which in UTC is the day before.
    let same = "4,1,2026-08-13T22:00,2026-08-14T22:00\n5,1,2026-08-13T23:00,2026-08-13T23:00";
    assert_eq!(conflicts(same, "Europe/Berlin"), [""; 0]);
    // The end of a day as midnight.
    let midnight = "4,1,2026-08-14,2026-08-15\n5,1,2026-08-15,2026-08-15";
    assert_eq!(conflicts(midnight, "UTC"), [""; 0]);
    // One authority knows of a leave, the other does not; the directory gives ends, so its silence says something.
    let silent = "4,1,2026-08-14,2026-08-15\n5,1,,\n4,2,,\n5,2,2026-09-10,2026-09-11";
    assert_eq!(conflicts(silent, "UTC"), ["1 dates 2026-08-14 dir no end", "2 dates no end dir 2026-09-10"]);
    // A directory that never gives ends disagrees with none.
    assert_eq!(conflicts("4,1,2026-08-14,2026-08-15\n5,1,,", "UTC"), [""; 0]);
}

#[test]
fn two_files_of_one_source_and_time_that_disagree_are_a_conflict() {
    let mut files = files();
    files[3].observed_at = files[4].observed_at;
    let text = "src_file,person_id,department,started_lo,started_hi
         3,1,Sales,2020-01-01,2020-01-02
         4,1,Legal,2020-01-01,2020-01-02
         3,2,Sales,2020-01-01,2020-01-02
         4,2,Legal,2021-01-01,2021-01-02";
    // Two jobs may be in two departments.
    for text in [text.to_owned(), text.replace("3,", "x,").replace("4,", "3,").replace("x,", "4,")] {
        let found = resolved(&text, &files, "UTC");
        let names = ["person_id", "attribute", "winner_value", "loser_value"];
        assert_eq!(shown(&found, Table::Conflicts, &names), ["1 department Legal Sales"]);
    }
}
