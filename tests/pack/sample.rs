//! Samples can be drawn again, here and elsewhere, from CSV and from Parquet.

use calamine::{Data, Reader, Xlsx};
use overstay::pack::{Claim, Evidence, PackKind, SampleOptions, Staging, sample};
use overstay::policy::WaiverBook;
use overstay::writing::Disk;
use sha2::{Digest, Sha256};

use super::bytes::rich;
use super::forge::{Forge, hex};
use crate::assess::{AS_OF, HOURS, Item, judged, policy};
use crate::support::company::{Company, Ran};

/// Six items; row 3 is excluded. Their order with seed 42 was computed with Python's hashlib.
const FRAME: &str = "subject_kind,subject,system,person_id,account_key,credential_key,state,began_lo,began_hi,ended_lo,ended_hi,seen_until,shortest_seconds,longest_seconds,limit_seconds,result,finding_id,waiver_id,note,began_source,ended_source
account,ana,crm,1,crm:a1,,closed,2026-07-31T00:00:00Z,2026-08-01T00:00:00Z,2026-08-03T00:00:00Z,2026-08-03T00:00:00Z,,172800,259200,86400,over,f1,,,hr/people.csv:1,crm/accounts.csv:1
account,'=bo,crm,2,crm:a2,,none,,,,,,0,0,86400,within,,,,hr/people.csv:2,crm/accounts.csv:2
account,cy,erp,3,erp:e3,,excluded,,,,,,,,86400,excluded,,,no leave,hr/people.csv:3,
account,di,erp,4,erp:e4,,unknown,,,,,,,,86400,unknown,,,no date,hr/people.csv:4,
account,ed,crm,5,crm:a5,,none,,,,,,0,0,86400,within,,,\"a, \"\"b\"\"\",hr/people.csv:5,crm/accounts.csv:5
account,'fe,crm,6,crm:a6,,none,,,,,,0,0,86400,within,,,,hr/people.csv:6,crm/accounts.csv:6
";
const FRAME_SHA256: &str = "a04e4d54ee49f309dbc39ed2a5105513cb331000ed48911d86b780d25f02530d";
const FILE: &str = "evidence/leaver-lag.csv";

/// A company with a pack whose leaver-lag evidence is [`FRAME`].
fn framed() -> Company {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let mut forge = Forge::open(&company, "pack");
    forge.files.insert(FILE.to_owned(), FRAME.as_bytes().to_vec());
    forge.seal(&company.path("pack"));
    company
}

fn draw(company: &Company, more: &[&str]) -> Ran {
    company.run(&[&["sample", "pack", "leaver-lag"], more].concat())
}

/// Cells of a column.
fn column(csv_text: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|column| column == name).expect("the column");
    reader.records().map(|row| row.expect("a row")[at].to_owned()).collect()
}

#[test]
fn the_order_is_that_of_hashes_computed_elsewhere() {
    assert_eq!(hex(FRAME.as_bytes()), FRAME_SHA256);
    let company = framed();
    let ran = draw(&company, &["--seed", "42", "--size", "3"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows = column(&ran.out, "frame_row");
    assert_eq!(rows, ["6", "2", "1"]);
    for (row, hash) in rows.iter().zip(column(&ran.out, "selection_sha256")) {
        assert_eq!(hash, hex(format!("{FRAME_SHA256}:42:{row}").as_bytes()));
    }
    insta::assert_snapshot!(ran.out.lines().next().expect("a header"), @"sample_no,frame_row,finding_id,subject_kind,subject,system,person_id,account_key,credential_key,state,began_lo,began_hi,ended_lo,ended_hi,seen_until,shortest_seconds,longest_seconds,limit_seconds,result,waiver_id,note,began_source,ended_source,length,limit,tester,tested_on,source_inspected,a_reason_ended_as_recorded,b_access_ended_as_recorded,c_result_recomputed,exception,conclusion,remarks,selection_sha256,metric,frame,frame_sha256,frame_rows,drawn_from,population,size,seed,method,report_id,period,manifest_sha256");
    // A larger sample begins with the smaller one; a larger one than the population is the population.
    let larger = draw(&company, &["--seed", "42", "--size", "4"]);
    assert!(column(&larger.out, "frame_row").starts_with(&rows));
    let all = draw(&company, &["--seed", "42"]);
    assert_eq!(column(&all.out, "frame_row"), ["6", "2", "1", "5", "4"]);
    let told = all.err.lines().filter(|line| !line.starts_with("report") && !line.starts_with("manifest"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
    metric     leaver-lag: Access after leaving
    frame      evidence/leaver-lag.csv, SHA-256 a04e4d54ee49f309dbc39ed2a5105513cb331000ed48911d86b780d25f02530d
    population 5 of 6 rows of the frame: not excluded
    drawn      5 of 5: all of them, because fewer than the 25 asked for
    seed       42
    method     ascending SHA-256 of the text "a04e4d54ee49f309dbc39ed2a5105513cb331000ed48911d86b780d25f02530d:42:n", n being the row of the frame counted from 1 without its header
    "#);
    // The same again, and another seed.
    assert_eq!(draw(&company, &["--seed", "42"]).out, all.out);
    assert_eq!(column(&draw(&company, &["--seed", "1"]).out, "frame_row"), ["2", "4", "6", "1", "5"]);
}

#[test]
fn results_and_systems_narrow_what_is_drawn_from() {
    let company = framed();
    let rows = |more: &[&str]| column(&draw(&company, &[&["--seed", "42"], more].concat()).out, "frame_row");
    assert_eq!(rows(&["--result", "over"]), ["1"]);
    assert_eq!(rows(&["--result", "excluded"]), ["3"]);
    let mut two = rows(&["--result", "unknown,over"]);
    two.sort();
    assert_eq!(two, ["1", "4"]);
    assert_eq!(rows(&["--system", "erp"]), ["4"]);
    let ran = draw(&company, &["--seed", "42", "--system", "erp", "--result", "over"]);
    insta::assert_snapshot!(ran.messages(), @r"
    error: pack: there is nothing to draw from: 0 of 6 items of leaver-lag are over, in erp
    hint: the report says how many items have which result
    exit 2
    ");
}

#[test]
fn cells_are_those_of_the_evidence_and_harmless() {
    let company = framed();
    let ran = draw(&company, &["--seed", "42"]);
    let mut subjects = column(&ran.out, "subject");
    subjects.sort();
    assert_eq!(subjects, ["'=bo", "'fe", "ana", "di", "ed"]);
    let mut notes = column(&ran.out, "note");
    notes.sort();
    assert_eq!(notes, ["", "", "", "a, \"b\"", "no date"]);
    assert!(column(&ran.out, "length").contains(&"2 d to 3 d".to_owned()), "{}", ran.out);
    assert!(column(&ran.out, "tester").iter().all(String::is_empty));
    assert!(column(&ran.out, "frame_sha256").iter().all(|hash| hash == FRAME_SHA256));
}

#[test]
fn what_cannot_be_drawn_from_is_said() {
    let company = framed();
    let refused = |args: &[&str]| company.run(&[&["sample", "pack"], args, &["--seed", "1"]].concat()).messages();
    insta::assert_snapshot!(refused(&["leaver-lags"]), @r#"
    error: the pack has no metric `leaver-lags`
    hint: did you mean "leaver-lag"?
    exit 2
    "#);
    insta::assert_snapshot!(refused(&["match-coverage"]), @r"
    error: `match-coverage` is an indicator: a ratio or a sum, without items to draw from
    hint: its numerator and denominator stand in report.json
    exit 2
    ");
    insta::assert_snapshot!(refused(&["unrotated-keys"]), @r#"
    error: `unrotated-keys` has no evidence in this pack: no credentials to measure; no source feeds credentials
    hint: a metric has items when the tables that it needs were loaded
    exit 2
    "#);
    assert!(
        refused(&["xyz"]).contains("hint: metrics with evidence in this pack: former-staff-access, leaver-lag, "),
        "{}",
        refused(&["xyz"])
    );
    assert!(refused(&["leaver-lag", "--size", "0"]).contains("exit 2"));
    insta::assert_snapshot!(refused(&["leaver-lag", "--out", "paper.ods"]), @r#"
    error: paper.ods: the name ends neither in .csv nor in .xlsx
    hint: the ending decides what is written
    exit 2
    "#);
    insta::assert_snapshot!(refused(&["leaver-lag", "--out", "pack/papers/paper.csv"]), @r#"
    error: pack/papers/paper.csv: the file would lie in the pack, which would differ then
    hint: choose a place outside of it
    exit 2
    "#);
    assert!(!company.path("pack/papers").exists());
    company.write("paper.csv", "tested by me");
    insta::assert_snapshot!(refused(&["leaver-lag", "--out", "paper.csv"]), @r#"
    error: paper.csv: the file exists; it may hold what a tester wrote
    hint: choose another name
    exit 2
    "#);
    assert_eq!(company.files(".")["paper.csv"], b"tested by me");
    // One byte of any file, not only of the frame.
    company.write("pack/sources.csv", "nothing");
    insta::assert_snapshot!(refused(&["leaver-lag"]), @r#"
    error: pack: the pack differs from its manifest in 1 place; first: sources.csv
    hint: `overstay verify PACK` names all; a sample is drawn only from an unchanged pack
    exit 2
    "#);
}

#[test]
fn a_workbook_to_fill_in() {
    let company = framed();
    for name in ["a.xlsx", "papers/b.xlsx"] {
        let ran = draw(&company, &["--seed", "42", "--out", name]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    }
    let bytes = company.files(".")["a.xlsx"].clone();
    assert!(bytes == company.files(".")["papers/b.xlsx"], "the same sample gives other bytes");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Work paper", "Items", "Frame and method"]);
    for name in ["Work paper", "Items", "Frame and method"] {
        assert!(book.worksheet_formula(name).expect("a sheet").is_empty(), "there is a formula in {name}");
    }
    let paper = book.worksheet_range("Work paper").expect("a sheet");
    let subjects: Vec<String> = paper.rows().skip(1).map(|row| row[1].to_string()).collect();
    assert_eq!(subjects, ["'fe", "=bo", "ana", "ed", "di"]);
    let sheet = book.worksheet_range("Items").expect("a sheet");
    let at = |name: &str| {
        let header = sheet.rows().next().expect("a header");
        header
            .iter()
            .position(|cell| *cell == Data::String(name.to_owned()))
            .unwrap_or_else(|| panic!("no column {name}"))
    };
    let row = |subject: &str| {
        let column = at("subject");
        sheet.rows().find(|row| row[column] == Data::String(subject.to_owned())).expect("the item").to_vec()
    };
    assert_eq!(sheet.height(), 6);
    // Text is as it was, and no formula; times are dates, lengths numbers.
    let _ = row("=bo");
    let ana = row("ana");
    assert_eq!(ana[at("shortest_seconds")], Data::Float(172_800.0));
    assert_eq!(ana[at("length")], Data::String("2 d to 3 d".to_owned()));
    let Data::DateTime(began) = &ana[at("began_lo (UTC)")] else {
        panic!("{:?} is no date", ana[at("began_lo (UTC)")]);
    };
    // 2026-07-31 in days since 1899-12-30.
    assert!((began.as_f64() - 46_234.0).abs() < 1e-9, "{}", began.as_f64());
    let facts = book.worksheet_range("Frame and method").expect("a sheet");
    let facts: Vec<String> = facts.rows().map(|row| format!("{}: {}", row[0], row[1])).collect();
    assert!(facts.contains(&format!("frame: {FILE}, SHA-256 {FRAME_SHA256}")), "{facts:?}");
    assert!(facts.contains(&"seed: 42".to_owned()), "{facts:?}");
}

#[test]
fn parquet_evidence_gives_the_same_items() {
    let company = rich();
    assert_eq!(company.report().code, 0);
    let items = [
        Item::closed("a", 30 * HOURS),
        Item::closed("=b", HOURS),
        Item::open("c", 60 * HOURS),
        Item::other("d", "unknown", "no date"),
        Item::other("e", "excluded", "a guest"),
        Item::closed("f", 24 * HOURS).in_system("aws"),
    ];
    let limits = policy("24h", "");
    // Two batches: a long population comes in many.
    let parts = [&items[..4], &items[4..]];
    let (batches, _) =
        judged(&parts, Some(&limits), &WaiverBook::default(), overstay::assess::Closing::default(), AS_OF, "survival");
    let draw_from = |long: bool| {
        let manifest = Forge::open(&company, "pack").manifest;
        let organisation = "organisation not named".to_owned();
        let claim = Claim { kind: PackKind::Evidence, organisation, period: manifest.period, replace: false };
        let mut staging = Staging::begin(&Disk::real(), &company.path("part"), claim).expect("a place");
        let mut evidence = Evidence::open(&staging, "leaver-lag", long).expect("a file");
        for batch in &batches {
            evidence.write(&staging, batch).expect("rows");
        }
        let name = evidence.name().to_owned();
        evidence.close(&mut staging).expect("a file");
        staging.write("manifest.json", b"{}").expect("a file");
        assert_eq!(staging.finish().expect("a folder"), []);
        let mut forge = Forge::open(&company, "pack");
        forge.files.remove(FILE);
        forge.files.insert(name.clone(), company.files("part")[&name].clone());
        // The files that the lineage of these items counts.
        forge.manifest.inputs.truncate(2);
        for (input, path) in forge.manifest.inputs.iter_mut().zip(["hr/people.csv", "okta/users.json"]) {
            input.path = path.to_owned();
        }
        forge.report.sources.truncate(2);
        for (source, input) in forge.report.sources.iter_mut().zip(&forge.manifest.inputs) {
            (source.path, source.sha256) = (input.path.clone(), input.sha256.clone());
        }
        for metric in forge.report.metrics.iter_mut().filter(|metric| metric.id == "leaver-lag") {
            metric.evidence = Some(name.clone());
        }
        forge.seal(&company.path("packed"));
        std::fs::remove_dir_all(company.path("part")).expect("it was there");
        let options = SampleOptions {
            metric: "leaver-lag".to_owned(),
            size: 25,
            seed: 3,
            results: Vec::new(),
            systems: Vec::new(),
        };
        sample(&company.path("packed"), &options, &|_, _| {}).expect("a sample")
    };
    let (short, long) = (draw_from(false), draw_from(true));
    assert_eq!((short.facts.frame.as_str(), long.facts.frame.as_str()), (FILE, "evidence/leaver-lag.parquet"));
    for one in [&short, &long] {
        assert_eq!((one.facts.frame_rows, one.facts.population, one.items.len()), (6, 5, 5));
        let mut last = String::new();
        for item in &one.items {
            let text = format!("{}:3:{}", one.facts.frame_sha256, item.row);
            assert_eq!(item.sha256, format!("{:x}", Sha256::digest(text)));
            assert!(last < item.sha256);
            last = item.sha256.clone();
        }
    }
    // The same cells row by row, whatever the order of the draw.
    let cells = |text: Vec<u8>| {
        let text = String::from_utf8(text).expect("UTF-8");
        let mut lines: Vec<String> = text
            .lines()
            .skip(1)
            .map(|line| line.split_once(',').expect("a number").1.split(",,,,,,,,,").next().expect("cells").to_owned())
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(cells(short.to_csv()), cells(long.to_csv()));
    assert!(cells(long.to_csv())[0].contains("hr/people.csv line 1"), "{:?}", cells(long.to_csv()));
}
