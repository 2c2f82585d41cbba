//! What no report does to the page: hostile names, extreme numbers, texts and companies of any size.

use overstay::diag::Severity;
use overstay::report::{
    FileOutcome, Finding, IndicatorValue, Message, Report, SourceReport, Status, SystemReport, SystemRow, WaiverReport,
    WaiverState,
};

use super::fixture::{self, HOSTILE};
use super::html::{page, section, words};

#[test]
fn hostile_names_are_only_text() {
    let page = page(&fixture::report());
    assert!(!page.contains(HOSTILE[1]));
    assert!(
        page.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>") || page.contains("&lt;script&gt;alert(1)")
    );
    assert!(page.contains("{{ 7*7 }}{% raw %}</bdi>"));
    assert!(page.contains("<bdi>محمد العربي</bdi>"));
    assert!(page.contains("invoice[U+202E]fdp.exe</bdi>"));
    assert!(page.contains("👩\u{200D}💻 Zoë 日本"));
    assert!(!page.contains('\u{202E}'));
    assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
    assert!(page.contains("<summary>9,700 more characters</summary>"));
}

/// Every text of the report is replaced by a hostile one, and none of it acts: not in the words, not in the lists of the
/// forms, not in the style sheet.
#[test]
fn no_text_of_the_report_is_trusted() {
    let bytes = overstay::render::json::report(&fixture::report());
    let mut value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    poison(&mut value);
    let report: Report = serde_json::from_value(value).expect("still a report");
    let page = page(&report);
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</style").count(), 1);
    assert!(!page.contains("<img"));
    assert!(!page.contains('\u{202E}'));
    assert!(page.contains("&lt;img"));
    // No attribute is left: a quote of the data never ends one.
    assert!(!page.contains("\"><img") && !page.contains("' onerror"));
}

fn poison(value: &mut serde_json::Value) {
    const KEPT: [&str; 28] = [
        "outcome",
        "observed_basis",
        "completeness",
        "severity",
        "looks_at",
        "due_at",
        "last_used_lo",
        "last_used_hi",
        "as_of",
        "from",
        "to",
        "began_at",
        "ended_at",
        "began_lo",
        "began_hi",
        "ended_lo",
        "ended_hi",
        "observed_at",
        "disabled_at",
        "newest",
        "status",
        "statistic",
        "relation",
        "result",
        "state",
        "class",
        "kind",
        "at",
    ];
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(poison),
        serde_json::Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if !KEPT.contains(&key.as_str()) || value.is_object() || value.is_array() {
                    poison(value);
                }
            }
        }
        // A verdict before and after; the same fields of other changes are texts.
        serde_json::Value::String(text) if matches!(text.as_str(), "exceptions-observed" | "not-enough-evidence") => {}
        serde_json::Value::String(text) => text.push_str("\"'></style><img src=x onerror=alert(1)>\u{202E}{{ 7*7 }}"),
        _ => {}
    }
}

#[test]
fn extreme_numbers_do_no_harm() {
    let mut report = fixture::report();
    report.headline = fixture::headline(u64::MAX - 1, i64::MAX);
    for metric in &mut report.metrics {
        metric.status = Status::NotMet;
        metric.limit_seconds = Some(i64::MAX);
        metric.p50_seconds = Some(i64::MIN);
        metric.max_seconds = Some(i64::MAX);
        metric.over = u64::MAX;
        metric.indeterminate = u64::MAX;
        metric.weekday_hour = Some(vec![vec![u64::MAX / 24; 3]]);
        for reason in &mut metric.unknown_reasons {
            reason.count = u64::MAX;
        }
        for bucket in &mut metric.buckets {
            (bucket.closed, bucket.open) = (u64::MAX, u64::MAX);
        }
        for point in &mut metric.curve {
            (point.seconds, point.share, point.low) = (i64::MAX, f64::NAN, f64::INFINITY);
        }
        for month in &mut metric.monthly {
            month.p90_seconds = Some(i64::MAX);
        }
    }
    // The script has a word for it; the text must not.
    assert!(!page(&report).split_once("<script>").expect("a script").0.contains("NaN"));
}

#[test]
fn definitions_and_explanations_are_shown_in_full() {
    let mut report = fixture::report();
    let long = "one two three ".repeat(60);
    report.metrics[0].definition.clone_from(&long);
    report.resolutions[0].text.clone_from(&long);
    report.verdict.sentence.clone_from(&long);
    assert_eq!(page(&report).matches(&long).count(), 3);
}

#[test]
fn a_full_report_stays_small_enough_to_open() {
    let mut report = fixture::report();
    let one = report.findings.items[8].clone();
    let many = (0..5_000).map(|number| Finding { finding_id: format!("ovs-{number:016x}"), ..one.clone() });
    report.findings.items = many.collect();
    report.findings.total = 1_500_000;
    let page = page(&report);
    let section = section(&page, "findings");
    assert_eq!(section.matches(" id=\"ovs-").count(), 5_000);
    assert!(words(&section).contains("Showing 5,000 of 1,500,000"));
    assert!(page.len() < 6_500_000, "{}", page.len());
}

/// Five thousand files, three thousand systems, ten thousand waivers: every table stops, says so, and shows first what
/// somebody should look at.
#[test]
fn a_large_company_still_opens() {
    let mut report = fixture::report();
    let times = |count: usize| 0..count;
    let (source, system, waiver) = (report.sources[0].clone(), report.systems[1].clone(), report.waivers[0].clone());
    report.sources = times(5_000).map(|n| SourceReport { path: format!("s/{n}.csv"), ..source.clone() }).collect();
    report.sources[4_999].outcome = FileOutcome::Unreadable;
    report.systems = times(3_000).map(|n| SystemReport { system: format!("sys{n}"), ..system.clone() }).collect();
    (report.systems[2_999].in_scope, report.systems[2_999].loaded) = (true, false);
    report.waivers = times(10_000)
        .map(|n| WaiverReport { waiver_id: format!("W-{n}"), state: WaiverState::Used, findings: 1, ..waiver.clone() })
        .collect();
    report.waivers[9_999].state = WaiverState::ExpiredReliedUpon;
    let message = report.messages[0].clone();
    report.messages = times(5_000)
        .map(|n| Message { message: format!("m{n}"), severity: Severity::Info, ..message.clone() })
        .collect();
    report.messages[4_999].severity = Severity::Error;
    for metric in &mut report.metrics {
        if let Some(row) = metric.by_system.first().cloned() {
            metric.by_system =
                times(3_000).map(|n| SystemRow { system: format!("sys{n}"), over: n as u64, ..row.clone() }).collect();
        }
    }
    let value = report.indicators[0].values[0].clone();
    report.indicators[0].values =
        times(3_000).map(|n| IndicatorValue { name: format!("v{n}"), ..value.clone() }).collect();
    let page = page(&report);
    assert!(page.len() < 2_500_000, "{}", page.len());
    let text = words(&page);
    for said in [
        "Showing 250 of 5,000, those not read in full or not reconciled first; 4,750 more in sources.csv",
        "Showing 250 of 3,000, those in scope and not loaded first; 2,750 more in report.json",
        "Showing 250 of 10,000, those that need attention first",
        "Showing 250 of 5,000, errors and warnings first",
        "Showing 40 of 3,000, those with most items over the limit first; 2,960 more in evidence/leaver-lag.csv",
        "Showing 40 of 3,000;",
        "s/4999.csv",
        "sys2999",
        "W-9999",
        "m4999",
    ] {
        assert!(text.contains(said), "{said}");
    }
}
