//! Small series by hand: letters are subjects, days are of September 2026.

use super::*;
use crate::identity::Authority;
use crate::source::{FileOutcome, InputFile};
use crate::time::{DAY, LeaveInstant, Zone};

/// Day, source, what it says of itself, subjects.
type File<'a> = (Option<i64>, &'a str, Completeness, &'a str);

const UNKNOWN: Completeness = Completeness::Unknown;
const PARTIAL: Completeness = Completeness::Partial;
const WHOLE: Completeness = Completeness::Whole;

fn file(&(day, source, completeness, _): &File<'_>) -> InputFile {
    InputFile {
        outcome: FileOutcome::Read,
        source: Some(source.to_owned()),
        observed_at: day.map(|day| day * DAY),
        completeness,
        ..InputFile::unread(&format!("{source}-{}.csv", day.unwrap_or_default()))
    }
}

/// Files with a `!` among their subjects say nothing about others.
fn aside(files: &[File<'_>]) -> BTreeSet<i32> {
    (0..).zip(files).filter(|(_, file)| file.3.contains('!')).map(|(index, _)| index).collect()
}

/// The series, and in which files each letter stands.
fn series(files: &[File<'_>]) -> (Series, BTreeMap<char, Vec<Sight>>) {
    let inputs: Vec<InputFile> = files.iter().map(file).collect();
    let authority = Authority::default();
    let context = Context {
        files: &inputs,
        authority: &authority,
        leave_instant: LeaveInstant::EndOfDay,
        as_of: 100 * DAY,
        usernames: true,
        zone: Zone::UTC,
    };
    let rows: Vec<(i32, char)> =
        (0..).zip(files).flat_map(|(index, file)| file.3.chars().map(move |letter| (index, letter))).collect();
    let series = Series::of(&context, "accounts", &aside(files), rows.len(), |row| {
        Some((rows[row].0, "app", rows[row].1.to_string().into()))
    });
    let mut seen: BTreeMap<char, Vec<Sight>> = BTreeMap::new();
    for (file, letter) in rows {
        seen.entry(letter).or_default().extend(series.sight(file, "app"));
    }
    (series, seen)
}

/// When each letter of the files disappeared, in days.
fn gone(files: &[File<'_>]) -> Vec<(char, i64, i64)> {
    let (series, seen) = series(files);
    let gone =
        |(letter, sights): (&char, &Vec<Sight>)| series.gone(sights).map(|(lo, hi)| (*letter, lo / DAY, hi / DAY));
    seen.iter().filter_map(gone).collect()
}

#[test]
#[expect(clippy::type_complexity, reason = "a table of situations")]
fn who_is_in_no_later_export_is_gone_between_the_two() {
    let cases: [(&str, &[File<'_>], &[(char, i64, i64)]); 16] = [
        ("one export", &[(Some(1), "a", UNKNOWN, "xyz")], &[]),
        ("the next lacks one", &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "a", UNKNOWN, "xy")], &[('z', 1, 9)]),
        (
            "the order of files does not matter",
            &[(Some(9), "a", UNKNOWN, "xy"), (Some(1), "a", UNKNOWN, "xyz")],
            &[('z', 1, 9)],
        ),
        (
            "not from a partial one; from the next that is none",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(5), "a", PARTIAL, "x"), (Some(9), "a", UNKNOWN, "xy")],
            &[('z', 1, 9)],
        ),
        (
            "a partial export still shows whom it shows",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(5), "a", PARTIAL, "z"), (Some(9), "a", UNKNOWN, "xy")],
            &[('z', 5, 9)],
        ),
        (
            "who comes back is not gone",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(5), "a", UNKNOWN, "xy"), (Some(9), "a", UNKNOWN, "xyz")],
            &[],
        ),
        (
            "the first export without it counts",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(5), "a", UNKNOWN, "xy"), (Some(9), "a", UNKNOWN, "xy")],
            &[('z', 1, 5)],
        ),
        ("another kind says nothing", &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "b", UNKNOWN, "xy")], &[]),
        (
            "another kind shows that it is there",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "a", UNKNOWN, "xy"), (Some(12), "b", UNKNOWN, "z")],
            &[],
        ),
        (
            "what another kind contradicts later counts no longer",
            &[
                (Some(1), "a", UNKNOWN, "xyz"),
                (Some(5), "a", UNKNOWN, "xy"),
                (Some(8), "b", UNKNOWN, "z"),
                (Some(9), "a", UNKNOWN, "xy"),
            ],
            &[],
        ),
        (
            "what another kind showed before it narrows the time",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(5), "b", UNKNOWN, "z"), (Some(9), "a", UNKNOWN, "xy")],
            &[('z', 5, 9)],
        ),
        ("a list of others says nothing", &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "a", UNKNOWN, "z!")], &[]),
        (
            "parts of one moment are one export",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "a", UNKNOWN, "x"), (Some(9), "a", UNKNOWN, "z")],
            &[('y', 1, 9)],
        ),
        (
            "so are files a day apart that show nobody twice",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "a", UNKNOWN, "x"), (Some(10), "a", UNKNOWN, "yz")],
            &[],
        ),
        (
            "files a day apart that share somebody are two exports",
            &[(Some(9), "a", UNKNOWN, "xz"), (Some(10), "a", UNKNOWN, "xy")],
            &[('z', 9, 10)],
        ),
        (
            "a file without a time stands in no order",
            &[(Some(1), "a", UNKNOWN, "xyz"), (Some(9), "a", UNKNOWN, "x"), (None, "a", UNKNOWN, "xz")],
            &[('y', 1, 9)],
        ),
    ];
    for (name, files, expected) in cases {
        assert_eq!(gone(files), expected, "{name}");
    }
}

#[test]
fn an_export_that_shrank_shows_no_absence_unless_its_size_is_confirmed() {
    let all = "abcdefghijkl";
    let few = (Some(9), "a", UNKNOWN, "abcde");
    assert_eq!(gone(&[(Some(1), "a", UNKNOWN, all), few]), []);
    assert_eq!(gone(&[(Some(1), "a", UNKNOWN, all), (Some(9), "a", WHOLE, "abcde")]).len(), 7);
    // Half of them is no reason for doubt, and neither is a small number.
    assert_eq!(gone(&[(Some(1), "a", UNKNOWN, all), (Some(9), "a", UNKNOWN, "abcdef")]).len(), 6);
    assert_eq!(gone(&[(Some(1), "a", UNKNOWN, "abcdefghi"), (Some(9), "a", UNKNOWN, "a")]).len(), 8);
    let (series, _) = series(&[(Some(1), "a", UNKNOWN, all), few, (Some(12), "a", UNKNOWN, "abcde")]);
    let reason = "it shows 5 accounts where the older a-1.csv shows 12, and nothing confirms that the others are gone";
    assert_eq!(series.doubts, [(1, reason.to_owned()), (2, reason.to_owned())]);
}

#[test]
fn other_subjects_are_no_later_export_of_the_same() {
    let (series, seen) = series(&[(Some(1), "a", UNKNOWN, "abcdefghij"), (Some(9), "a", WHOLE, "jklmnopqrst")]);
    assert_eq!(series.gone(&seen[&'a']), None);
    let reason = "only 1 of its 11 accounts stands in the older a-1.csv too: it is about others, or ids have changed";
    assert_eq!(series.doubts, [(1, reason.to_owned())]);
}

#[test]
fn who_is_in_no_earlier_export_appeared_between_the_two() {
    let (series, seen) = series(&[(Some(1), "a", UNKNOWN, "xy"), (Some(9), "a", UNKNOWN, "xyz")]);
    assert_eq!(series.appeared(&seen[&'z']), Some((DAY, 9 * DAY)));
    assert_eq!(series.appeared(&seen[&'x']), None);
}

#[test]
fn systems_of_one_file_are_series_of_their_own() {
    let inputs: Vec<InputFile> = [1, 9].map(|day| file(&(Some(day), "a", UNKNOWN, ""))).into();
    let authority = Authority::default();
    let context = Context {
        files: &inputs,
        authority: &authority,
        leave_instant: LeaveInstant::EndOfDay,
        as_of: 100 * DAY,
        usernames: true,
        zone: Zone::UTC,
    };
    // The second file speaks about `crm` only: nothing is known of `erp` since the first.
    let rows = [(0, "crm", "x"), (0, "erp", "x"), (0, "crm", "y"), (1, "crm", "y")];
    let series = Series::of(&context, "accounts", &BTreeSet::new(), rows.len(), |row| {
        Some((rows[row].0, rows[row].1, rows[row].2.into()))
    });
    let gone = |system: &str| series.sight(0, system).and_then(|sight| series.gone(&[sight]));
    assert_eq!((gone("crm"), gone("erp")), (Some((DAY, 9 * DAY)), None));
}
