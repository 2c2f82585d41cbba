//! Laws: the order of rows and the presence of unrelated people change nothing.

use std::fmt::Write as _;

use overstay::dataset::{Frames, Table};
use proptest::prelude::*;

use super::{run, shown};
use crate::support::table;

const ACCOUNTS: &str = "system,account_id,email,status";

fn frames(people: &[usize], accounts: &[usize], strangers: usize) -> Frames {
    let mut text = "person_id,email,started_lo,started_hi,ended_lo,ended_hi".to_owned();
    for person in people {
        let end = if person % 3 == 0 { "2026-08-01,2026-08-02" } else { "," };
        write!(text, "\n{person},p{person}@x.example,2020-01-01,2020-01-02,{end}").expect("memory");
    }
    for stranger in 0..strangers {
        write!(text, "\nz{stranger},z{stranger}@y.example,2020-01-01,2020-01-02,,").expect("memory");
    }
    let mut rows = ACCOUNTS.to_owned();
    for account in accounts {
        write!(
            rows,
            "\napp,{account},P{}@x.example,{}",
            account % 7,
            if account % 2 == 0 { "active" } else { "disabled" }
        )
        .expect("memory");
    }
    let mut frames = Frames::default();
    frames.insert(Table::People, table(Table::People, &text));
    frames.insert(Table::Accounts, table(Table::Accounts, &rows));
    frames
}

fn sorted(frames: Frames) -> (Vec<String>, Vec<String>) {
    let resolved = run(frames);
    let mut accounts = shown(&resolved, Table::Accounts, &["account_key", "person_id", "match_rule", "status"]);
    let mut states = shown(&resolved, Table::AccountStates, &["account_key", "enabled", "from_hi", "to_hi"]);
    accounts.sort();
    states.sort();
    (accounts, states)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn order_and_strangers_change_nothing(
        people in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(),
        accounts in Just((0..20_usize).collect::<Vec<_>>()).prop_shuffle(),
        strangers in 0..5_usize,
    ) {
        let plain = sorted(frames(&(0..7).collect::<Vec<_>>(), &(0..20).collect::<Vec<_>>(), 0));
        prop_assert_eq!(plain, sorted(frames(&people, &accounts, strangers)));
    }
}

/// Rows about few people in two exports of HR and one of a directory, with everything that may contradict itself.
fn claims() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let start =
        prop::sample::select(vec![",", "2020-01-01,2020-01-02", "2026-07-01,2026-07-02", "2026-09-15,2026-09-16"]);
    let end = prop::sample::select(vec![
        ",",
        "2026-08-01,2026-08-02",
        "2026-08-20,2026-08-21",
        "2026-06-30T17:00,2026-06-30T17:00",
    ]);
    let status = prop::sample::select(vec!["", "active", "terminated"]);
    let unread = prop::sample::select(vec!["", ";status;", ";ended;"]);
    let changed = prop::sample::select(vec!["", "2026-08-05", "2026-08-25"]);
    let department = prop::sample::select(vec!["", "Sales", "Legal"]);
    let row = (0..4_usize, prop::sample::select(vec![0, 1, 5]), start, end, status, unread, changed, department)
        .prop_map(|(person, file, start, end, status, unread, changed, department)| {
            format!("{file},p{person},{start},{end},{status},{unread},{changed},{department}")
        });
    prop::collection::vec(row, 1..14).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

fn known_of(rows: &[String]) -> Vec<Vec<String>> {
    let header = "src_file,person_id,started_lo,started_hi,ended_lo,ended_hi,status,unread,changed_at,department";
    let mut frames = Frames::default();
    frames.insert(Table::People, table(Table::People, &format!("{header}\n{}", rows.join("\n"))));
    let resolved = run(frames);
    let employments = ["person_id", "started_at", "left_lo", "left_hi", "ended_at", "basis", "next_started_at"];
    let people = ["person_id", "status", "department", "unread", "changed_at"];
    let conflicts = ["person_id", "attribute", "winner_value", "loser_value", "first_seen_at"];
    [(Table::Employments, &employments[..]), (Table::People, &people[..]), (Table::Conflicts, &conflicts[..])]
        .map(|(table, names)| {
            let mut lines =
                if resolved.frames.height(table) == 0 { Vec::new() } else { shown(&resolved, table, names) };
            lines.sort();
            lines
        })
        .into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_order_of_rows_about_people_never_decides((rows, shuffled) in claims()) {
        prop_assert_eq!(known_of(&rows), known_of(&shuffled));
    }

    /// Nobody who left, or may have left, works here again because an older export was found.
    #[test]
    fn an_older_export_takes_no_leaver_away((rows, _) in claims(), older in prop::collection::btree_set(0..4_usize, 0..4)) {
        let only: Vec<String> = rows.into_iter().filter(|row| row.starts_with("5,")).collect();
        prop_assume!(!only.is_empty());
        let leavers = |rows: &[String]| -> Vec<String> {
            let all = known_of(rows);
            let current = |line: &&String| line.split(' ').nth(4) == Some("-") && line.split(' ').nth(6) == Some("-");
            let doubtful = |id: &str| all[1].iter().any(|line| line.starts_with(id) && line.contains(";ended;"));
            let works: Vec<&str> = all[0].iter().filter(current).filter_map(|line| line.split(' ').next()).collect();
            let ids = all[1].iter().filter_map(|line| line.split(' ').next());
            ids.filter(|id| !works.contains(id) || doubtful(id)).map(str::to_owned).collect()
        };
        let mut more = only.clone();
        more.extend(older.iter().map(|person| format!("0,p{person},2020-01-01,2020-01-02,,,active,,,")));
        let (fewer, with_older) = (leavers(&only), leavers(&more));
        for leaver in fewer {
            prop_assert!(with_older.contains(&leaver), "{leaver} of {only:?} works again with {more:?}");
        }
    }
}
