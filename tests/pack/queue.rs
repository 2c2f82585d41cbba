//! The exception queue: what a run asks, somebody answers, and the next run reads.

use std::collections::BTreeMap;

use crate::support::company::Company;

type Row = BTreeMap<String, String>;

fn rows(company: &Company, file: &str) -> Vec<Row> {
    let bytes = company.files("pack")[file].clone();
    csv::Reader::from_reader(bytes.as_slice()).deserialize().map(|row| row.expect("a row")).collect()
}

/// Ana Alves and Ana Aarts share a mailbox, nobody knows `guest-desk` and `kiosk`, and the directory puts Ana Alves into
/// another department than HR.
fn asked() -> Company {
    let people = Company::text("exports/hr/people.csv")
        .replace("ended_on,end_recorded_at", "ended_on,end_recorded_at,department")
        .replace(",,\n", ",,,Sales\n")
        .replace("T09:00:00Z\n", "T09:00:00Z,Sales\n")
        + "4,Ana Aarts,ana@corp.example,2020-01-01,,,Sales\n";
    let accounts = Company::text("exports/crm/accounts.csv").replace("status,", "status,email,").replace(
        "active,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n",
        "active,,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n",
    );
    let accounts = accounts.replace("disabled,2020", "disabled,,2020")
        + "crm,a7,box,,human,active,ana@corp.example,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n\
           crm,a8,guest-desk,,human,active,,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n\
           crm,a9,kiosk,,human,active,,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n";
    Company::new().with("exports/hr/people.csv", people).with("exports/crm/accounts.csv", accounts)
}

/// The queue of the pack with answers in some of its lines.
fn answered(company: &Company, answers: &[(&str, &str, &str)]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let queue = company.files("pack")["queue.csv"].clone();
    let mut reader = csv::Reader::from_reader(queue.as_slice());
    let header = reader.headers().expect("a header").clone();
    out.write_record(&header).expect("memory");
    for row in reader.records() {
        let row = row.expect("a row");
        let at = |name: &str| header.iter().position(|known| known == name).expect(name);
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        if let Some((_, decision, value)) = answers.iter().find(|(subject, ..)| *subject == cells[at("subject")]) {
            for (name, text) in [
                ("decision", *decision),
                ("value", *value),
                ("reason", "asked"),
                ("decided_by", "R. Lead"),
                ("decided_on", "2026-09-30"),
            ] {
                cells[at(name)] = text.to_owned();
            }
        }
        out.write_record(&cells).expect("memory");
    }
    String::from_utf8(out.into_inner().expect("memory")).expect("UTF-8")
}

#[test]
fn what_is_decided_is_read_in_the_next_run() {
    let company = asked();
    assert_eq!(company.report().code, 0);
    let queue = rows(&company, "queue.csv");
    let items: Vec<(&str, &str)> = queue.iter().map(|row| (row["kind"].as_str(), row["subject"].as_str())).collect();
    assert_eq!(items, [("ambiguous-match", "box"), ("orphan", "guest-desk"), ("orphan", "kiosk")]);
    assert_eq!(queue[0]["candidates"], "1;4");
    assert!(queue.iter().all(|row| row["decision"].is_empty()));
    let orphans = |company: &Company| -> Vec<(String, String)> {
        let found = rows(company, "findings.csv").into_iter().filter(|row| row["metric"] == "orphan-accounts");
        found.map(|row| (row["subject"].clone(), row["waiver_id"].clone())).collect()
    };
    assert_eq!(orphans(&company).len(), 3);

    // One is linked, one accepted until a day, one left open.
    let file = answered(&company, &[("box", "link", "4"), ("guest-desk", "accept", "2026-12-31")]);
    company.write("exports/queue.csv", &file);
    let ran = company.report();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let id = queue[1]["item_id"].clone();
    assert_eq!(orphans(&company), [("guest-desk".to_owned(), id), ("kiosk".to_owned(), String::new())]);
    let accounts = rows(&company, "populations/accounts.csv");
    let linked = accounts.iter().find(|row| row["account_id"] == "a7").expect("the account");
    assert_eq!((linked["person_id"].as_str(), linked["match_rule"].as_str()), ("4", "link"));
    // What stands keeps its answer; what is settled is not asked again.
    let queue = rows(&company, "queue.csv");
    let items: Vec<(&str, &str)> =
        queue.iter().map(|row| (row["subject"].as_str(), row["decision"].as_str())).collect();
    assert_eq!(items, [("guest-desk", "accept"), ("kiosk", "")]);
    let report = company.json("pack");
    assert_eq!(report["queue"], serde_json::json!([{ "reason": "orphan", "count": 1 }]), "what waits");
    // The pack is still what its exports give.
    let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    // After its day the acceptance is over, and the finding is open again.
    company.write("exports/queue.csv", file.replace("2026-12-31", "2026-09-15"));
    assert_eq!(company.report().code, 0);
    assert!(orphans(&company).iter().all(|(_, waiver)| waiver.is_empty()));
}

/// An answer that cannot be used is named with its line, and decides nothing.
#[test]
fn answers_that_cannot_be_used_are_told() {
    let company = asked();
    assert_eq!(company.report().code, 0);
    let cases = [
        (("box", "link", "99"), "this link leads nowhere: HR has no such person"),
        (("box", "prefer", "okta"), "this is no decision about an item of the kind ambiguous-match"),
        (("kiosk", "accept", "soon"), "the decision does not name the day until which it is accepted"),
        (("kiosk", "accpet", "2026-12-31"), "this is no decision about an item of the kind orphan"),
        (("kiosk", "link", ""), "the decision does not name the person"),
    ];
    for (answer, message) in cases {
        company.write("exports/queue.csv", answered(&company, &[answer]));
        let ran = company.run(&["check", "exports", "--period", "2026-Q3"]);
        assert!(ran.err.contains(message) && ran.err.contains("queue.csv"), "{answer:?}: {}", ran.err);
    }
}
