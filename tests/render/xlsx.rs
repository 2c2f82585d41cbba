//! The spreadsheet: which sheets, what stands in them, what a long table leaves out, and the same bytes twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use overstay::assess::contract::{EVIDENCE, FINDINGS, header};
use overstay::failure::{Failure, Outcome};
use overstay::render::doc::{self, Block, Edition};
use overstay::render::xlsx::{self, PackTables, Room};
use overstay::render::{Brand, text};
use overstay::report::{Report, Severity};

use super::fixture::{self, HOSTILE};
use crate::support::book::{Book, parts};

/// The files of a pack, in memory.
struct Files(BTreeMap<String, String>);

impl Files {
    /// As many rows as the report says.
    fn of(report: &Report) -> Self {
        let mut findings = header(&FINDINGS);
        for index in 0..report.findings.total {
            let _ = writeln!(
                findings,
                "ovs-{index},leaver-lag,{1},okta,account,user {index},P-{index},okta:{index},,2026-07-03T12:30:00.250Z,,2026-07-03T12:30:00.250Z,,,,true,{0},,{0},86400,3600,over,,kept access,hr/people.csv:{index},,Ana {index},IT,Eva,Olga,Leaver lag,nist-csf-2.0 PR.AA-05",
                90_000 + index,
                if index % 10 == 9 { "critical" } else { "high" },
            );
        }
        let mut files = BTreeMap::from([("findings.csv".to_owned(), findings)]);
        for metric in &report.metrics {
            let Some(name) = metric.evidence.as_ref().filter(|name| !name.ends_with("parquet")) else { continue };
            let mut text = header(&EVIDENCE);
            for index in 0..metric.population + metric.excluded {
                let _ = writeln!(
                    text,
                    "account,'=user {index},,,,,closed,1850-01-01T00:00:00Z,out-of-range,,,,,,,within,,,,,"
                );
            }
            files.insert(name.clone(), text);
        }
        Self(files)
    }
}

impl PackTables for Files {
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>> {
        let text = self.0.get(name).ok_or_else(|| Failure::run(format!("no file {name}")))?;
        Ok(Box::new(Cursor::new(text.clone().into_bytes())))
    }

    fn sha256(&self, name: &str) -> Option<String> {
        Some(format!("hash-of-{name}"))
    }
}

fn write(report: &Report, files: &Files, room: Room) -> Outcome<Vec<u8>> {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let mut bytes = Vec::new();
    xlsx::report(report, &report.actions.items, files, room, scratch.path(), &mut bytes)?;
    assert_eq!(std::fs::read_dir(scratch.path()).expect("the folder").count(), 0, "a temporary file is left");
    Ok(bytes)
}

pub(super) fn book(report: &Report) -> Vec<u8> {
    write(report, &Files::of(report), Room::default()).expect("a book")
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = fixture::report();
    assert!(book(&report) == book(&report));
}

#[test]
fn sheets_in_order_with_unique_legal_names() {
    let mut report = fixture::report();
    let long = "a/very:long*metric?name[that]goes on and on";
    report.metrics[1].id = long.to_owned();
    report.metrics[3].id = "SUMMARY".to_owned();
    report.metrics[4].id = "history".to_owned();
    let names = Book::open(&book(&fixture::report())).names();
    insta::assert_snapshot!(names.join(", "), @r"Read me, Summary, What to do, Findings, Metrics, Systems by metrics, Departments, HR late or IT late, Changed findings, Changed metrics, Changed systems, Changed references, Trend, Trend of metrics, References, Mapping, Definitions, Reasons, Metrics by system, Metrics by month, Other readings, Indicators, Not covered, Waivers, Populations, Leavers without account, Switched off, nobody left, Accounts without one person, Conflicts, Systems, Sources, Rows left out, Messages, leaver-lag, leaver-lag-notified, orphan-accounts, unrotated-keys, sync-recovery, stale-guests");
    let names = Book::open(&book(&report)).names();
    assert!(names.contains(&"a-very-long-metric-name-that-go".to_owned()), "{names:?}");
    assert!(names.contains(&"SUMMARY~2".to_owned()) && names.contains(&"history-".to_owned()), "{names:?}");
    assert!(names.iter().all(|name| name.chars().count() <= 31));
}

/// The first sheets say what stands where, and what page one of the report says, in its words.
#[test]
fn the_first_sheets_explain_and_sum_up() {
    let report = fixture::report();
    let mut book = Book::open(&book(&report));
    assert_eq!(book.names()[..4], ["Read me", "Summary", "What to do", "Findings"]);
    let sheet = book.sheet("Summary");
    assert_eq!(sheet.text(0, 0), "Access lifecycle evidence: Northwind Logistics GmbH, 2026-Q3");
    assert_eq!(sheet.text(sheet.row(0, "Verdict"), 1), "limits exceeded");
    assert_eq!(sheet.text(sheet.row(0, "Verdict"), 2), report.verdict.sentence);
    assert_eq!(sheet.text(sheet.row(0, "Inputs, SHA-256"), 1), report.inputs_sha256);
    let texts = book.texts();
    let document = doc::document(&report, &Brand::default(), Edition::Full);
    let cover = document.sections.iter().find(|section| section.place == "cover").expect("page one");
    let mut seen = 0;
    let beside = cover.blocks.iter().flat_map(|block| match block {
        Block::Columns(parts) => parts.iter().flat_map(|(_, blocks)| blocks).collect::<Vec<_>>(),
        block => vec![block],
    });
    for block in beside {
        let Block::Pairs { rows, .. } = block else { continue };
        for line in rows.iter().flat_map(|(_, lines)| lines) {
            let words: String = line.iter().map(|piece| piece.text.as_str()).collect();
            assert!(texts.contains(&*text::visible(&words, false)), "{words}");
            seen += 1;
        }
    }
    assert!(seen > 3, "{seen}");
}

/// Every sheet and every column is explained, and so is every word of the glossary.
#[test]
fn the_read_me_explains_every_column() {
    for report in [fixture::report(), fixture::empty()] {
        let mut book = Book::open(&book(&report));
        let read_me = book.sheet("Read me");
        let rows: Vec<[String; 5]> = (2..read_me.rows() + 2)
            .map(|row| std::array::from_fn(|column| read_me.text(row, column).to_owned()))
            .collect();
        assert!(rows.iter().all(|row| !row[4].is_empty()), "{:?}", rows.iter().find(|row| row[4].is_empty()));
        let populations: Vec<&str> = report.metrics.iter().map(|metric| metric.id.as_str()).collect();
        for name in book.names().iter().filter(|name| !["Read me", "Summary"].contains(&name.as_str())) {
            assert!(rows.iter().any(|row| row[0] == *name && row[1].is_empty()), "no line about the sheet {name}");
            let about = if populations.contains(&name.as_str()) { "every sheet of a population" } else { name };
            for head in book.sheet(name).heads() {
                let stem = head.trim_end_matches(" (UTC)").trim_end_matches(" (seconds)");
                let told = rows.iter().any(|row| row[0] == about && (row[1] == head || row[1] == stem));
                let counted = about != name && ["Result", "Items"].contains(&head.as_str());
                assert!(told || counted, "{name}: {head}");
            }
        }
    }
}

/// The same rows in the same order as in the document.
#[test]
fn sheets_are_the_tables_of_the_document() {
    let report = fixture::report();
    let bytes = book(&report);
    let mut book = Book::open(&bytes);
    let document = doc::document(&report, &Brand::default(), Edition::Full);
    let sheets = [
        ("actions", "What to do", "Subject"),
        ("glance", "Metrics", "Metric"),
        ("by-system", "Systems by metrics", "System"),
        ("departments", "Departments", "Department"),
        ("clocks", "HR late or IT late", "Clock"),
        ("sensitivity", "Other readings", "Metric"),
        ("waivers", "Waivers", "Waiver"),
        ("conflicts", "Conflicts", "Person"),
        ("systems", "Systems", "System"),
        ("sources", "Sources", "File"),
        ("rejects", "Rows left out", "File"),
        ("messages", "Messages", "Message"),
    ];
    let mut compared = 0;
    for (table, name, head) in sheets {
        let Some((_, table)) = document.tables().into_iter().find(|(_, one)| one.name == table) else { continue };
        let place = table
            .fields()
            .position(|(column, field)| field.title == head || (field.title.is_empty() && column.title == head))
            .unwrap_or_else(|| panic!("{name}: no field {head}"));
        let sheet = book.sheet(name);
        let column = sheet.column(head);
        for (index, row) in table.rows.iter().filter(|row| row.group.is_none()).enumerate() {
            let words: Vec<String> = row.values[place]
                .lines()
                .iter()
                .map(|line| line.iter().map(|piece| piece.text.as_str()).collect())
                .collect();
            let words = words.join("; ").replace(".; ", ". ");
            let words = if words == "–" { String::new() } else { text::visible(&words, false).into_owned() };
            assert_eq!(sheet.text(index + 2, column), words, "{name}, row {index}");
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
    // What pages leave out for want of room stands here all the same.
    assert_eq!(book.sheet("References").rows(), report.frameworks.iter().map(|one| one.controls.len()).sum::<usize>());
}

#[test]
fn what_is_to_be_decided_can_be_filled_in() {
    let report = fixture::report();
    let bytes = book(&report);
    let names = Book::open(&bytes).names();
    let number = names.iter().position(|name| name == "What to do").expect("the sheet") + 1;
    let xml = &parts(&bytes)[&format!("xl/worksheets/sheet{number}.xml")];
    assert!(xml.contains("<dataValidation type=\"list\""), "no list to choose from");
    assert!(xml.contains("Keep, with a waiver"), "another list");
    let mut book = Book::open(&bytes);
    let sheet = book.sheet("What to do");
    for head in ["Decision", "By", "Done on", "Ticket"] {
        assert_eq!(sheet.text(2, sheet.column(head)), "", "{head}");
    }
}

#[test]
fn findings_stand_by_severity_and_length_with_names() {
    let mut book = Book::open(&book(&fixture::report()));
    let sheet = book.sheet("Findings");
    let (severity, length) = (sheet.column("Severity"), sheet.column("Length, at least (seconds)"));
    let order: Vec<(usize, std::cmp::Reverse<i64>)> = (2..sheet.rows() + 2)
        .map(|row| {
            let seconds = sheet.number(row, length).expect("a length") as i64;
            (Severity::rank_of(sheet.text(row, severity)), std::cmp::Reverse(seconds))
        })
        .collect();
    assert!(order.len() > 100 && order.is_sorted());
    for (head, words) in
        [("Department", "IT"), ("Manager", "Eva"), ("Owner of the system", "Olga"), ("Metric", "Leaver lag")]
    {
        assert_eq!(sheet.text(2, sheet.column(head)), words);
    }
    assert!(sheet.text(2, sheet.column("Person")).starts_with("Ana "));
    assert_eq!(sheet.text(2, sheet.column("References")), "nist-csf-2.0 PR.AA-05");
}

#[test]
fn numbers_are_numbers_and_stand_beside_their_words() {
    let mut book = Book::open(&book(&fixture::report()));
    let sheet = book.sheet("Metrics");
    let number = |head: &str| sheet.number(2, sheet.column(head));
    let text = |head: &str| sheet.text(2, sheet.column(head)).to_owned();
    for (head, value) in [
        ("Over", 21.0),
        ("Over, of", 120.0),
        ("Within", 92.0),
        ("May be over", 4.0),
        ("Unknown", 3.0),
        ("Left out", 11.0),
        ("Waived", 3.0),
        ("Open", 7.0),
        ("Limit (seconds)", 86_400.0),
        ("Median (seconds)", 11_400.0),
        ("Longest (seconds)", 3_549_600.0),
        ("Days beyond the limit (seconds)", 35_640_000.0),
    ] {
        assert_eq!(number(head), Some(value), "{head}");
    }
    assert_eq!(text("Median"), "3 h 10 min");
    assert_eq!(text("Longest"), "41 d 2 h");
    assert_eq!(text("Whose limit"), "Access policy 4.2, 2026-03");
    assert_eq!(text("Result"), "over its limit");
}

#[test]
fn nothing_computed_leaves_cells_empty() {
    let report = fixture::empty();
    let mut book = Book::open(&book(&report));
    assert_eq!(book.formulas(), 0);
    let sheet = book.sheet("Metrics");
    assert_eq!(sheet.rows(), report.metrics.len());
    assert_eq!(sheet.text(2, sheet.column("Over")), "no items");
    assert_eq!(book.sheet("Findings").rows(), 0);
    assert_eq!(
        book.sheet("Findings").text(0, 0),
        "All findings by severity, the longest first. 0 findings: every row of findings.csv (SHA-256 hash-of-findings.csv)."
    );
    assert!(!book.names().iter().any(|name| name == "Waivers"), "a sheet without a row");
}

#[test]
fn a_long_table_says_what_it_leaves_out() {
    let mut report = fixture::report();
    report.findings.total = 1_500;
    let bytes = write(&report, &Files::of(&report), Room { sheet: 1_000, book: 1_200 }).expect("a book");
    let mut book = Book::open(&bytes);
    let findings = book.sheet("Findings");
    let lag = book.sheet("leaver-lag");
    let lengths: Vec<usize> =
        report.metrics.iter().filter(|one| one.evidence.is_some()).map(|one| book.sheet(&one.id).rows()).collect();
    assert_eq!(lag.rows(), 131, "a short table is whole");
    let all = findings.rows() + lengths.iter().sum::<usize>();
    assert!((1_190..=1_200).contains(&all), "{all}");
    let rows = findings.rows();
    assert_eq!(
        findings.text(0, 0),
        format!(
            "All findings by severity, the longest first. Showing the first {rows} of 1,500 findings; all 1,500 are in findings.csv (SHA-256 hash-of-findings.csv)."
        )
    );
    assert_eq!(findings.text(2, findings.column("Finding")), "ovs-1499", "the longest of the gravest");
    let read_me = book.sheet("Read me");
    assert_eq!(read_me.text(read_me.row(0, "Findings"), 3), format!("first {rows} of 1,500 rows"));
}

#[test]
fn a_population_in_parquet_is_counted_and_named() {
    let mut report = fixture::report();
    report.metrics[0].evidence = Some("evidence/leaver-lag.parquet".to_owned());
    let mut book = Book::open(&book(&report));
    let sheet = book.sheet("leaver-lag");
    assert!(sheet.text(0, 0).ends_with(": 131 items, more than a spreadsheet holds; 0 are shown here. All are in evidence/leaver-lag.parquet (SHA-256 hash-of-evidence/leaver-lag.parquet)."), "{}", sheet.text(0, 0));
    assert_eq!(sheet.number(3, 1), Some(21.0));
}

#[test]
fn a_file_with_another_number_of_rows_is_refused() {
    let report = fixture::report();
    for change in [
        |text: &mut String| text.push_str("account,,,,,,,,,,,,,,,,,,,,\n"),
        |text: &mut String| text.truncate(header(&EVIDENCE).len()),
    ] {
        let mut files = Files::of(&report);
        change(files.0.get_mut("evidence/leaver-lag.csv").expect("a file"));
        let failure = write(&report, &files, Room::default()).expect_err("another number of rows");
        assert_eq!(
            failure.to_string(),
            "error: evidence/leaver-lag.csv does not hold the 131 rows that the report counts"
        );
    }
}

#[test]
fn what_is_no_date_stays_text() {
    let mut book = Book::open(&book(&fixture::report()));
    let sheet = book.sheet("leaver-lag");
    assert_eq!(sheet.text(2, 1), "=user 0");
    assert_eq!(sheet.text(2, sheet.column("Began, at the earliest (UTC)")), "1850-01-01T00:00:00Z");
    assert_eq!(sheet.text(2, sheet.column("Began, at the latest (UTC)")), "out-of-range");
    // 2026-07-03 is day 46206; 12:30:00.250 is 45,000.25 of 86,400 seconds.
    let findings = book.sheet("Findings");
    let began = findings.date(2, findings.column("Began, at the earliest (UTC)"));
    assert!((began - (46_206.0 + 45_000.25 / 86_400.0)).abs() < 1e-9, "{began}");
}

#[test]
fn heads_stay_in_sight_and_pages_say_what_they_are() {
    let mut report = fixture::report();
    report.organisation = "Smith & Sons".to_owned();
    let bytes = book(&report);
    let parts = parts(&bytes);
    let sheets = Book::open(&bytes).names().len();
    let mut tables = 0;
    // The second sheet is a page.
    for number in (1..=sheets).filter(|number| *number != 2) {
        let xml = &parts[&format!("xl/worksheets/sheet{number}.xml")];
        assert!(
            xml.contains("<pane ySplit=\"2\" topLeftCell=\"A3\" activePane=\"bottomLeft\" state=\"frozen\"/>"),
            "{number}"
        );
        assert!(xml.contains("<autoFilter ref=\"A2:"), "{number}");
        assert!(xml.contains("orientation=\"landscape\"") && xml.contains("fitToHeight=\"0\""), "{number}");
        assert!(
            xml.contains(
                "<oddHeader>&amp;LSmith &amp;&amp; Sons, 2026-Q3&amp;C&amp;A&amp;Rovr-7f3a9c21d04e</oddHeader>"
            ),
            "{number}"
        );
        assert!(xml.contains("<oddFooter>&amp;LConfidential&amp;RPage &amp;P of &amp;N</oddFooter>"), "{number}");
        tables += 1;
    }
    assert!(tables > 15);
    assert_eq!(parts["xl/workbook.xml"].matches("_xlnm.Print_Titles").count(), tables);
    // Created at as-of: the moment of writing is no part of a pack.
    assert_eq!(parts["docProps/core.xml"].matches("2026-10-01T00:00:00Z").count(), 2);
}

#[test]
fn hostile_names_are_only_text() {
    let mut report = fixture::report();
    report.organisation = HOSTILE[0].to_owned();
    report.waivers[0].reason = "x".repeat(40_000);
    report.waivers[1].reason = HOSTILE[4].to_owned();
    report.waivers[1].approver = HOSTILE[7].to_owned();
    report.waivers[2].reason = "_x0041_ \u{FFFE}".to_owned();
    report.waivers[2].approver = "https://evil.example/".to_owned();
    let bytes = book(&report);
    let mut book = Book::open(&bytes);
    assert_eq!(book.formulas(), 0);
    let sheet = book.sheet("Waivers");
    let (reason, approver) = (sheet.column("Reason"), sheet.column("Accepted by"));
    assert_eq!(sheet.text(2, reason).chars().count(), 32_767);
    assert!(sheet.text(2, reason).ends_with("x … [cut; 40,000 characters in all]"));
    assert_eq!(sheet.text(3, reason), "invoice[U+202E]fdp.exe");
    assert_eq!(sheet.text(3, approver), "[U+001B][31mred[U+0007]");
    assert_eq!(sheet.text(4, reason), "_x0041_ [U+FFFE]");
    assert!(book.sheet("Summary").text(0, 0).contains(HOSTILE[0]));
    let parts = parts(&bytes);
    // A URL is text, and links lead to sheets of this book only.
    assert!(!parts.values().any(|xml| xml.contains("TargetMode")));
    assert!(!parts.values().any(|xml| xml.contains("<f>") || xml.contains("<f ")));
    assert!(!parts.values().any(|xml| xml.contains("<script>")));
}
