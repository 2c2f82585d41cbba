//! Views that no metric's case shows by itself.

use overstay::dataset::{Frames, Table, Texts, empty_frame};
use overstay::metric::{Engine, Register};
use polars::prelude::*;

use super::loader::{micros, params};

/// A table from texts; columns left out are null.
fn table(table: Table, names: &[&str], rows: &[&[&str]]) -> (Table, DataFrame) {
    let model = empty_frame(table);
    let columns = model.columns().iter().map(|column| {
        let at = names.iter().position(|name| *name == column.name().as_str());
        let texts = || rows.iter().map(|row| at.map(|at| row[at]).filter(|text| !text.is_empty()));
        let name = column.name().clone();
        match column.dtype() {
            DataType::Int64 => {
                Int64Chunked::from_iter_options(name, texts().map(|text| text.map(micros))).into_column()
            }
            DataType::String => StringChunked::from_iter_options(name, texts()).into_column(),
            dtype => Column::full_null(name, rows.len(), dtype),
        }
    });
    (table, DataFrame::new(rows.len(), columns.collect()).expect("a frame"))
}

/// Ann, Bo and Cy work here and have an account in crm; only Ann has one in erp. Dee, Eli and Fay left in the period.
#[test]
fn leavers_without_an_account_where_most_people_have_one() {
    let day = "2020-01-01";
    let (left, earlier) = ("2026-08-01", "2026-05-01");
    let employments = table(
        Table::Employments,
        &["person_id", "started_at", "ended_at"],
        &[
            &["ann", day, ""],
            &["bo", day, ""],
            &["cy", day, ""],
            &["dee", day, left],
            &["eli", day, left],
            &["fay", day, left],
            &["gus", day, earlier],
        ],
    );
    let accounts = table(
        Table::Accounts,
        &["account_key", "system", "account_id", "person_id"],
        &[
            &["crm:1", "crm", "1", "ann"],
            &["crm:2", "crm", "2", "bo"],
            &["crm:3", "crm", "3", "cy"],
            &["crm:4", "crm", "4", "dee"],
            &["crm:5", "crm", "5", ""],
            &["erp:1", "erp", "1", "ann"],
        ],
    );
    // One account may be Eli's; then he is not without.
    let candidates = table(Table::Candidates, &["account_key", "person_id"], &[&["crm:5", "eli"], &["crm:5", "bo"]]);
    let mut frames = Frames::default();
    for (table, frame) in [employments, accounts, candidates] {
        frames.insert(table, frame);
    }
    let register = Register::load(&[]).expect("the register");
    let engine = Engine::new(&frames, params("2026-10-01", "2026-07-01", "2026-10-01"), &register).expect("an engine");
    let rows = engine.view_rows("leavers_without_account").expect("the view");
    let (people, systems) = (Texts::of(&rows, "person_id"), Texts::of(&rows, "system"));
    let found: Vec<_> = (0..rows.height()).map(|row| (people.get(row), systems.get(row))).collect();
    assert_eq!(found, [(Some("fay"), Some("crm"))]);
    assert_eq!(engine.view_rows("no-such-view").expect("no rows").height(), 0);
}
