//! What the page says, and what it never says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use overstay::render::{Templates, html};
use overstay::report::{
    IndicatorValue, Message, Report, SourceReport, Status, SystemReport, SystemRow, WaiverReport, WaiverState,
};
use sha2::{Digest, Sha256};

use super::fixture::{self, HOSTILE};

fn page(report: &Report) -> String {
    let bytes = html::report(report, &Templates::shipped().expect("templates")).expect("HTML");
    String::from_utf8(bytes).expect("UTF-8")
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).expect(from).1.split_once(to).expect(to).0
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(page(&fixture::report()), page(&fixture::report()));
}

#[test]
fn the_policy_names_the_hashes_of_the_inline_elements() {
    let page = page(&fixture::report());
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    let style = hash(between(&page, "<style>", "</style>"));
    let script = hash(between(&page, "<script>", "</script>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn hostile_names_are_only_text() {
    let page = page(&fixture::report());
    assert!(!page.contains(HOSTILE[1]));
    assert!(page.contains("<bdi class=\"long\">&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"));
    assert!(page.contains("<bdi>{{ 7*7 }}{% raw %}</bdi>"));
    assert!(page.contains("<bdi>محمد العربي</bdi>"));
    assert!(page.contains("<bdi>invoice<span class=\"cp\">U+202E</span>fdp.exe</bdi>"));
    assert!(page.contains("👩\u{200D}💻 Zoë 日本"));
    assert!(!page.contains('\u{202E}'));
    assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
    assert!(page.contains("<summary>9,700 more characters</summary>"));
}

/// Every text of the report is replaced by a hostile one, and none of it acts.
#[test]
fn no_text_of_the_report_is_trusted() {
    let bytes = overstay::render::json::report(&fixture::report());
    let mut value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    poison(&mut value);
    let report: Report = serde_json::from_value(value).expect("still a report");
    let page = page(&report);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<img"));
    assert!(!page.contains('\u{202E}'));
    assert!(page.contains("&lt;img"));
    // No attribute is left: a quote of the data never ends one.
    assert!(!page.contains("\"><img") && !page.contains("' onerror"));
}

fn poison(value: &mut serde_json::Value) {
    const KEPT: [&str; 24] = [
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
        serde_json::Value::String(text) => text.push_str("\"'><img src=x onerror=alert(1)>\u{202E}{{ 7*7 }}"),
        _ => {}
    }
}

#[test]
fn the_count_stands_before_the_table() {
    let page = page(&fixture::report());
    let section = between(&page, "<section id=\"findings\"", "</section>");
    let count = section.find("Showing <strong>40 of 1,204</strong>, all in").expect("the count");
    assert!(count < section.find("<table").expect("the table"));
    assert!(section.contains("ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d"));
    assert_eq!(section.matches("class=\"finding\"").count(), 40);
    assert!(section.contains("showing 21 of 25"));
}

#[test]
fn every_reference_is_listed() {
    let report = fixture::report();
    let page = page(&report);
    let section = between(&page, "<section id=\"scorecard\"", "<section id=\"metrics\"");
    for control in report.frameworks.iter().flat_map(|framework| &framework.controls) {
        assert!(section.contains(&format!("<bdi>{}</bdi>", control.id)), "{}", control.id);
    }
    assert!(section.contains("<td class=\"n\">21 of 120</td>"));
    assert!(section.contains("the framework asks for at most 60d; the policy allows 90d"));
}

/// Four of five have an edge: they keep the framework's order in the table, and the fifth waits below it.
#[test]
fn references_without_a_metric_stand_below_the_table() {
    let page = page(&fixture::report());
    let section = between(&page, "<section id=\"f-owasp-nhi-2025\"", "</section>");
    let (table, below) = section.split_once("</table>").expect("a table");
    let mapped: Vec<&str> = table.split("<tbody id=\"c-owasp-nhi-2025.").skip(1).collect();
    let ids: Vec<&str> = mapped.iter().map(|part| part.split('"').next().expect("an id")).collect();
    assert_eq!(ids, ["NHI1-2025", "NHI7-2025", "NHI9-2025", "NHI10-2025"]);
    assert!(below.contains("no metric is mapped to them <span class=\"sub\">1 of 5</span></h4>"));
    assert_eq!(below.matches("<li ").count(), 1);
    assert!(below.contains(
        "<li id=\"c-owasp-nhi-2025.NHI3-2025\"><strong><bdi>NHI3:2025</bdi></strong> <span><bdi>Vulnerable Third-Party NHI</bdi></span></li>"
    ));
}

#[test]
fn a_scorecard_shows_only_the_parts_that_it_has() {
    let mut report = fixture::report();
    report.frameworks[0].controls.retain(|control| control.edges.is_empty());
    report.frameworks[1].controls.retain(|control| !control.edges.is_empty());
    let page = page(&report);
    let none = between(&page, "<section id=\"f-nist-csf-2.0\"", "</section>");
    assert!(!none.contains("<table") && none.contains("5 of 5</span></h4>"));
    let all = between(&page, "<section id=\"f-owasp-nhi-2025\"", "</section>");
    assert!(all.contains("<table") && !all.contains("unmapped"));
}

#[test]
fn sections_follow_the_order_of_the_specification() {
    let page = page(&fixture::report());
    let order = [
        "cover",
        "resolution",
        "scorecard",
        "metrics",
        "indicators",
        "findings",
        "waivers",
        "data",
        "method",
        "manifest",
        "sign-off",
    ];
    let places: Vec<usize> =
        order.iter().map(|id| page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("{id}"))).collect();
    assert!(places.is_sorted());
}

#[test]
fn nothing_is_met_where_nothing_was_loaded() {
    let report = fixture::empty();
    assert!(report.metrics.iter().all(|metric| metric.population == 0));
    let page = page(&report);
    assert!(!page.contains("s-met\""));
    assert!(!page.contains("100.0 %"));
    assert!(page.contains("Nothing was measured:"));
    assert!(page.contains("nothing to measure"));
    assert!(!page.contains("former staff can still sign in</dt>"));
    assert!(page.contains("No register of systems was supplied"));
}

#[test]
fn a_range_is_a_lower_bound_with_its_upper_one_beside_it() {
    let mut report = fixture::report();
    let shown = page(&report);
    assert!(shown.contains("<span class=\"big\">at least 412.5</span> on 21 accounts"));
    assert!(shown.contains("at most 422.5 days"));
    assert!(shown.contains("<span class=\"big\">at least 12</span> on 13 accounts"));
    assert!(shown.contains("4 used since; 3 privileged; possibly 2 accounts more; beside 1 account waived"));
    assert!(shown.contains("counted by "));
    let access = &mut report.headline.access_after_leaving;
    access.longest_seconds = Some(access.shortest_seconds);
    assert!(page(&report).contains("<span class=\"big\">412.5</span> on 21 accounts"));
    access_unknown(&mut report);
    assert!(page(&report).contains("not assessed in this run"));
}

fn access_unknown(report: &mut Report) {
    report.headline.access_after_leaving.status = Status::NotAssessed;
}

#[test]
fn a_first_run_without_aliases_has_no_resolution_box() {
    let mut report = fixture::report();
    report.resolutions.clear();
    assert!(!page(&report).contains("resolution"));
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
    let page = page(&report);
    assert!(!page.split_once("<script>").expect("a script").0.contains("NaN"));
}

#[test]
fn definitions_and_explanations_are_shown_in_full() {
    let mut report = fixture::report();
    let long = "one two three ".repeat(60);
    report.metrics[0].definition.clone_from(&long);
    report.resolutions[0].text.clone_from(&long);
    report.verdict.sentence.clone_from(&long);
    assert_eq!(page(&report).matches(&format!("<bdi>{long}</bdi>")).count(), 3);
}

#[test]
fn a_full_report_stays_small_enough_to_open() {
    let mut report = fixture::report();
    let one = report.findings.items[8].clone();
    let many =
        (0..5_000).map(|number| overstay::report::Finding { finding_id: format!("ovs-{number:016x}"), ..one.clone() });
    report.findings.items = many.collect();
    report.findings.total = 1_500_000;
    let page = page(&report);
    assert_eq!(page.matches("class=\"finding\"").count(), 5_000);
    assert!(page.contains("Showing <strong>5,000 of 1,500,000</strong>"));
    assert!(page.len() < 6_000_000, "{}", page.len());
}

/// Five thousand files, three thousand systems, ten thousand waivers: every table stops, says so, and shows first what
/// somebody should look at.
#[test]
fn a_large_company_still_opens() {
    let mut report = fixture::report();
    let times = |count: usize| 0..count;
    let (source, system, waiver) = (report.sources[0].clone(), report.systems[1].clone(), report.waivers[0].clone());
    report.sources = times(5_000).map(|n| SourceReport { path: format!("s/{n}.csv"), ..source.clone() }).collect();
    report.sources[4_999].outcome = "unreadable".to_owned();
    report.systems = times(3_000).map(|n| SystemReport { system: format!("sys{n}"), ..system.clone() }).collect();
    (report.systems[2_999].in_scope, report.systems[2_999].loaded) = (true, false);
    report.waivers = times(10_000)
        .map(|n| WaiverReport { waiver_id: format!("W-{n}"), state: WaiverState::Used, findings: 1, ..waiver.clone() })
        .collect();
    report.waivers[9_999].state = WaiverState::ExpiredReliedUpon;
    let message = report.messages[0].clone();
    report.messages = times(5_000)
        .map(|n| Message { message: format!("m{n}"), severity: "info".to_owned(), ..message.clone() })
        .collect();
    report.messages[4_999].severity = "error".to_owned();
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
    for said in [
        "Showing 250 of 5,000, those not read in full or not reconciled first; all are in <code><bdi>sources.csv</bdi></code> (SHA-256 <code class=\"hash\"><bdi class=\"long\">dddd",
        "Showing 250 of 3,000, those in scope and not loaded first; all are in <code><bdi>report.json</bdi></code>.",
        "Showing 250 of 10,000, those to look at first, then by findings; all are in",
        "Showing 250 of 5,000, errors and warnings first; all are in",
        "Showing 40 of 3,000, those with most items over the limit first; all are in <code><bdi>evidence/leaver-lag.csv</bdi></code> (SHA-256",
        "Showing 40 of 3,000; all are in",
        "<bdi>s/4999.csv</bdi>",
        "<bdi>sys2999</bdi>",
        "<bdi>W-9999</bdi>",
        "<bdi>m4999</bdi>",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

/// Each gap stands once, a table that nothing feeds among them, with the metrics that it concerns.
#[test]
fn what_is_not_covered_is_said_on_the_first_page() {
    let report = fixture::report();
    let page = page(&report);
    let gaps = between(&page, "<h3 id=\"gaps\"", "<h3>Every metric</h3>");
    assert_eq!(gaps.matches("<li").count(), 3);
    assert!(gaps.contains("no source feeds credentials"), "{gaps}");
    assert!(gaps.contains("HR was exported on 2026-09-01, before the end of what is assessed"));
    assert!(gaps.contains("&lt;script&gt;"), "{gaps}");
    let none = Report { metrics: Vec::new(), ..report };
    assert!(self::page(&none).contains("Nothing that a metric needs is known to be missing"));
}

#[test]
fn what_was_loaded_of_a_system_has_its_age() {
    let page = page(&fixture::report());
    assert!(page.contains("accounts: 412 rows, newest 2026-10-01 06:00 UTC"));
    assert!(page.contains("events: 120,455 rows, no time known"));
    assert!(
        page.contains(
            "Leavers of the period without any account in a system where most people have one. Showing 1 of 3;"
        )
    );
    assert!(page.contains("Accounts that were switched off in the period although nobody left."));
}
