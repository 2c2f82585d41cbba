//! One key that several inventories of a system tell of.

use overstay::dataset::Table;
use proptest::prelude::*;

use super::{authority, input, run_over, shown};
use crate::support::file;

const INVENTORY: &str = "system,credential_id,account_id,kind,status,created_at,src_file";

/// Two inventories of one time, the first in two files, and a later export of the second.
fn inventories(rows: &[&str]) -> Vec<String> {
    let files = [
        file("app/users.csv", "users", "2026-10-01"),
        file("app/list-a.csv", "list", "2026-09-30"),
        file("app/list-b.csv", "list", "2026-09-30"),
        file("app/report.csv", "report", "2026-09-30"),
        file("app/report-2.csv", "report", "2026-10-01"),
    ];
    let tables = input(&[
        (
            Table::Accounts,
            "system,account_id,username,status,src_file\napp,arn:ann,ann,active,0\napp,arn:bob,bob,active,0",
        ),
        (Table::Credentials, &format!("{INVENTORY}\n{}", rows.join("\n"))),
    ]);
    let resolved = run_over(&files, tables, &authority());
    let mut lines = shown(&resolved, Table::Credentials, &["credential_key", "account_key", "status", "observed_at"]);
    lines.sort();
    lines
}

#[test]
fn one_key_told_by_two_inventories_is_one() {
    const LIST: &str = "app,AK1,ann,access_key,active,2026-01-01T08:00:07,1";
    type Situation<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);
    let situations: [Situation<'_>; 12] = [
        (
            "the same account, kind and creation; the newest export decides, the shortest id is its own",
            &[LIST, "app,arn:ann#1,arn:ann,access_key,inactive,2026-01-01T08:00:07,4"],
            &["app:AK1 app:arn:ann inactive 2026-10-01"],
        ),
        (
            "another kind",
            &[LIST, "app,arn:ann#1,arn:ann,certificate,active,2026-01-01T08:00:07,3"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:arn:ann#1 app:arn:ann active 2026-09-30"],
        ),
        (
            "another second",
            &[LIST, "app,arn:ann#1,arn:ann,access_key,active,2026-01-01T08:00:08,3"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:arn:ann#1 app:arn:ann active 2026-09-30"],
        ),
        (
            "another account",
            &[LIST, "app,arn:ann#1,arn:bob,access_key,active,2026-01-01T08:00:07,3"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:arn:ann#1 app:arn:bob active 2026-09-30"],
        ),
        (
            "a plain date",
            &["app,AK1,ann,access_key,active,2026-01-01,1", "app,arn:ann#1,arn:ann,access_key,active,2026-01-01,3"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:arn:ann#1 app:arn:ann active 2026-09-30"],
        ),
        (
            "two in one inventory",
            &[LIST, "app,AK2,ann,access_key,active,2026-01-01T08:00:07,1"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:AK2 app:arn:ann active 2026-09-30"],
        ),
        (
            "two in one inventory and one in another: which of them is not known",
            &[
                LIST,
                "app,AK2,ann,access_key,active,2026-01-01T08:00:07,2",
                "app,arn:ann#1,arn:ann,access_key,active,2026-01-01T08:00:07,3",
            ],
            &[
                "app:AK1 app:arn:ann active 2026-09-30",
                "app:AK2 app:arn:ann active 2026-09-30",
                "app:arn:ann#1 app:arn:ann active 2026-09-30",
            ],
        ),
        (
            "an id that ends with the other",
            &["app,AK1,ann,,active,,1", "app,arn:keys/AK1,arn:ann,,active,,3"],
            &["app:AK1 app:arn:ann active 2026-09-30"],
        ),
        (
            "an id that ends with the other one of another account",
            &["app,AK1,ann,,active,,1", "app,arn:keys/AK1,arn:bob,,active,,3"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:arn:keys/AK1 app:arn:bob active 2026-09-30"],
        ),
        (
            "two paths that end alike",
            &["app,a/AK1,ann,,active,,1", "app,b/AK1,arn:ann,,active,,3"],
            &["app:a/AK1 app:arn:ann active 2026-09-30", "app:b/AK1 app:arn:ann active 2026-09-30"],
        ),
        (
            "both in one inventory",
            &["app,AK1,ann,,active,,1", "app,arn:keys/AK1,arn:ann,,active,,2"],
            &["app:AK1 app:arn:ann active 2026-09-30", "app:arn:keys/AK1 app:arn:ann active 2026-09-30"],
        ),
        (
            "an account that no list has, by its name",
            &["app,AK1,eve,,active,,1", "app,arn:keys/AK1,eve,,active,,3"],
            &["app:AK1 - active 2026-09-30"],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, rows, expected) in situations {
        let found = inventories(rows);
        let mut turned = rows.to_vec();
        turned.reverse();
        assert_eq!(inventories(&turned), found, "{name}: the order of the rows");
        if found != expected {
            wrong.push(format!("{name}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Rows of two inventories about few keys of two accounts.
fn rows_of_inventories() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let id = prop::sample::select(vec!["1", "2", "3"]);
    let form = prop::sample::select(vec!["AK", "p/AK", "q/AK", "n#"]);
    let account = prop::sample::select(vec!["ann", "arn:ann", "arn:bob", "eve", ""]);
    let created = prop::sample::select(vec!["", "2026-01-01T08:00:07", "2026-01-01T09:00", "2026-01-01"]);
    let status = prop::sample::select(vec!["active", "inactive"]);
    let row = (id, form, account, created, status, prop::sample::select(vec![1, 2, 3, 4])).prop_map(
        |(id, form, account, created, status, file)| {
            format!("app,{form}{id},{account},access_key,{status},{created},{file}")
        },
    );
    prop::collection::vec(row, 1..12).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn neither_order_nor_splitting_joins_credentials((rows, shuffled) in rows_of_inventories()) {
        let plain: Vec<&str> = rows.iter().map(String::as_str).collect();
        let found = inventories(&plain);
        prop_assert_eq!(&found, &inventories(&shuffled.iter().map(String::as_str).collect::<Vec<_>>()));
        // The first inventory in one file instead of two.
        let whole: Vec<String> =
            rows.iter().map(|row| row.strip_suffix('2').map_or_else(|| row.clone(), |row| format!("{row}1"))).collect();
        prop_assert_eq!(&found, &inventories(&whole.iter().map(String::as_str).collect::<Vec<_>>()));
    }
}
