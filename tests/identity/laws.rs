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
