//! Laws of exports: order, pages, copies and older exports.

use overstay::dataset::{Frames, Table};
use overstay::source::InputFile;

use super::{authority, input, run_over, shown};
use crate::support::file;

const STATES: [&str; 7] = ["account_key", "enabled", "from_lo", "from_hi", "to_lo", "to_hi", "basis"];

/// The tables of a small company in two exports, the second in two pages.
fn company(order: &[usize], pages: bool, twice: bool, older: bool) -> (Vec<InputFile>, Frames) {
    let mut files = vec![
        file("crm/a.csv", "crm", "2026-08-31"),
        file(if pages { "crm/b.csv" } else { "crm/z.csv" }, "crm", "2026-08-31"),
        file("crm/old.csv", "crm", "2026-06-30"),
        file("crm/c.csv", "crm", "2026-08-31"),
    ];
    if !older {
        files[2].source = None;
    }
    let mut rows = vec![
        "crm,1,active,2020-01-01,2026-08-30,2026-08-30,,0".to_owned(),
        "crm,2,disabled,2020-01-01,2026-05-30,2026-05-30,,0".to_owned(),
        "crm,3,active,2020-01-01,,,never,0".to_owned(),
        "crm,4,active,2020-01-01,,,never,0".to_owned(),
        "crm,4,disabled,2020-01-01,,,never,0".to_owned(),
        "crm,5,active,2026-08-01,,,never,0".to_owned(),
    ];
    if pages {
        for row in &mut rows[2..] {
            row.replace_range(row.len() - 1.., "1");
        }
    }
    if older {
        rows.extend([
            "crm,1,active,2020-01-01,2026-06-30,2026-06-30,,2".to_owned(),
            "crm,5,active,2019-08-01,,,never,2".to_owned(),
            "crm,6,active,2019-08-01,,,never,2".to_owned(),
        ]);
    }
    if twice {
        let again: Vec<String> = rows.iter().map(|row| row.clone()[..row.len() - 1].to_owned() + "3").collect();
        rows.extend(again.into_iter().take(6));
    }
    let order: Vec<&String> = order.iter().filter_map(|place| rows.get(*place)).collect();
    let mut text = "system,account_id,status,created_at,last_seen_lo,last_seen_hi,activity,src_file".to_owned();
    for row in order {
        text.push('\n');
        text.push_str(row);
    }
    (files, input(&[(Table::Accounts, &text)]))
}

fn sorted((files, frames): (Vec<InputFile>, Frames)) -> Vec<String> {
    let resolved = run_over(&files, frames, &authority());
    let accounts =
        ["account_key", "status", "created_at", "last_seen_lo", "last_seen_hi", "activity", "observed_at", "gone_hi"];
    let mut lines = shown(&resolved, Table::Accounts, &accounts);
    lines.extend(shown(&resolved, Table::AccountStates, &STATES));
    lines.sort();
    lines
}

#[test]
fn neither_order_nor_pages_nor_copies_of_a_file_decide() {
    let natural: Vec<usize> = (0..20).collect();
    let turned: Vec<usize> = (0..20).rev().collect();
    for older in [false, true] {
        let plain = sorted(company(&natural, false, false, older));
        assert_eq!(plain, sorted(company(&turned, false, false, older)), "order");
        assert_eq!(plain, sorted(company(&natural, true, false, older)), "pages");
        assert_eq!(plain, sorted(company(&turned, true, true, older)), "the same file twice");
    }
    // An older export only adds: accounts that were there, and what is more exact.
    let (newer, both) = (sorted(company(&natural, false, false, false)), sorted(company(&natural, false, false, true)));
    let lost: Vec<&String> = newer.iter().filter(|line| !both.contains(line)).collect();
    assert_eq!(lost, Vec::<&String>::new());
    assert_eq!(both.iter().filter(|line| line.starts_with("crm:5#") || line.starts_with("crm:6")).count(), 6);
}
