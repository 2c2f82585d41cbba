//! Whose an account is: by time, by all its names, by its owner; and whom nobody knows.

use overstay::dataset::Table;

use super::{input, run, shown};

const PEOPLE: &str = "person_id,email,started_lo,started_hi,ended_lo,ended_hi";
const WHOSE: [&str; 3] = ["account_key", "person_id", "match_rule"];

#[test]
fn an_address_belongs_to_who_was_there_when_the_account_was_made() {
    let people = format!(
        "{PEOPLE}
         1,kay@x.example,2015-01-01,2015-01-02,2019-07-31,2019-08-01
         2,kay@x.example,2022-01-03,2022-01-04,2026-08-14,2026-08-15
         3,remi@x.example,2020-01-01,2020-01-02,2026-07-31,2026-08-01
         4,remi@x.example,2026-09-01,2026-09-02,,"
    );
    let resolved = run(input(&[
        (Table::People, &people),
        (
            Table::Accounts,
            "system,account_id,email,status,created_at,disabled_lo,disabled_hi,src_file
             app,a,kay@x.example,active,2022-01-03,,,3
             app,b,remi@x.example,active,2021-03-01,,,3
             app,c,remi@x.example,disabled,2021-03-01,2026-08-02,2026-08-02,3
             app,d,remi@x.example,active,2026-08-25,,,3
             app,e,remi@x.example,active,,,,3",
        ),
    ]));
    assert_eq!(
        shown(&resolved, Table::Accounts, &WHOSE),
        [
            "app:a 2 email",
            // The first had it, and the second may have it now.
            "app:b - ambiguous",
            "app:c 3 email",
            "app:d 4 email",
            "app:e - ambiguous",
        ]
    );
    assert_eq!(
        shown(&resolved, Table::Candidates, &WHOSE),
        ["app:b 3 email", "app:b 4 email", "app:e 3 email", "app:e 4 email"]
    );
}

#[test]
fn an_account_whose_earlier_name_two_have_has_both_as_candidates() {
    let resolved = run(input(&[
        (Table::People, "person_id,email\n1,team@x.example\n2,team@x.example"),
        (
            Table::Accounts,
            "system,account_id,username,status,src_file
             app,a,team@x.example,active,2
             app,a,renamed@x.example,active,3",
        ),
    ]));
    assert_eq!(shown(&resolved, Table::Accounts, &WHOSE), ["app:a - ambiguous"]);
    assert_eq!(shown(&resolved, Table::Candidates, &WHOSE), ["app:a 1 email", "app:a 2 email"]);
}

#[test]
fn a_second_account_of_a_person_is_that_of_its_owner() {
    let resolved = run(input(&[
        (Table::People, "person_id,email,ended_lo,ended_hi\n1,ann@x.example,2026-08-14,2026-08-15\n2,bo@x.example,,"),
        (
            Table::Accounts,
            "system,account_id,username,kind,status,owner_text
             app,a,adm-ann,human,active,Ann Alves <ANN@x.example>
             app,b,adm-bo,human,active,bo@x.example; ann@x.example
             app,c,svc,service,active,ann@x.example
             app,d,who,,active,ann@x.example
             app,e,bo@x.example,human,active,ann@x.example",
        ),
    ]));
    let names = ["account_key", "person_id", "match_rule", "owner_person_id", "owner_live"];
    assert_eq!(
        shown(&resolved, Table::Accounts, &names),
        [
            "app:a 1 owner 1 false",
            "app:b 2 owner 2 true",
            "app:c - unmatched 1 false",
            // Of what nobody calls a human account the owner answers for it, and it is nobody's own.
            "app:d - unmatched 1 false",
            "app:e 2 email 1 false",
        ]
    );
}

#[test]
fn persons_whom_hr_does_not_list_are_counted() {
    let resolved = run(input(&[
        (Table::People, "person_id,employee_id,email\n1,E1,ann@x.example"),
        (
            Table::Accounts,
            "system,account_id,person_ref,email,status,src_row
             app,a,1,,active,1
             app,b,e1,,active,2
             app,c,7,,active,3
             app,d,7,,active,4
             app,e,8,ann@x.example,active,5",
        ),
    ]));
    let unknown = &resolved.facts.unknown_persons;
    assert_eq!((unknown.accounts, unknown.persons), (3, 2));
    assert_eq!(unknown.first, [(0, 3), (0, 4), (0, 5)]);
}

#[test]
fn domains_are_compared_in_ascii() {
    let resolved = run(input(&[
        (Table::People, "person_id,email\n1,jörg@bücher.example"),
        (Table::Accounts, "system,account_id,email,status\napp,a,Jörg@xn--bcher-kva.example,active"),
    ]));
    assert_eq!(shown(&resolved, Table::Accounts, &WHOSE), ["app:a 1 email"]);
}
