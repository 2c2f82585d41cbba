//! What is worse, and what is only new: the situations of the table in `docs/drift.md`.

use std::fmt::Write as _;

use serde_json::Value;

use super::{counts, extractions, items, json};
use crate::support::company::Company;

const LIMITS: &str = "title = \"Limits\"\nextends = \"none\"\n\
    [metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n\
    [metrics.dormant-accounts]\nlimit = \"90d\"\nseverity = \"medium\"\n";

const SECOND: (&str, &str, &str) = ("2026-Q2", "2026-05-10", "2026-07-01");
const THIRD: (&str, &str, &str) = ("2026-Q3", "2026-08-10", "2026-10-01");

/// Leavers of a quarter, each with an account.
#[derive(Clone, Copy, Default)]
struct Leavers {
    on_time: usize,
    /// Nine days late.
    late: usize,
    /// Never.
    open: usize,
}

impl Leavers {
    fn of(late: usize, all: usize) -> Self {
        Self { on_time: all - late, late, open: 0 }
    }
}

/// The exports at the end of a quarter, with everybody who left until then.
fn exports(company: &Company, quarters: &[((&str, &str, &str), Leavers)], more: &str) {
    let mut people = "person_id,name,started_on,ended_on,end_recorded_at\n1,Ana,2020-01-01,,\n".to_owned();
    let mut crm =
        "system,account_id,username,person_id,kind,privileged,status,created_at,disabled_at,last_seen_at\n".to_owned();
    let last = quarters.last().expect("a quarter").0.2;
    let seen = format!("{}T12:00:00Z", quarters.last().expect("a quarter").0.1);
    for ((label, left, _), leavers) in quarters {
        let all = leavers.on_time + leavers.late + leavers.open;
        for number in 0..all {
            let id = format!("{label}-{number:02}");
            let (month, day) = (&left[..8], left[8..].parse::<usize>().expect("a day"));
            writeln!(people, "{id},P {id},2020-01-01,{left},{left}T09:00:00Z").expect("memory");
            let state = match number {
                n if n < leavers.open => "active,2020-01-02T08:00:00Z,".to_owned(),
                n if n < leavers.open + leavers.late => {
                    format!("disabled,2020-01-02T08:00:00Z,{month}{:02}T12:00:00Z", day + 9)
                }
                _ => format!("disabled,2020-01-02T08:00:00Z,{left}T20:00:00Z"),
            };
            writeln!(crm, "crm,a-{id},{id},{id},human,false,{state},{seen}").expect("memory");
        }
    }
    crm += more;
    company.write("exports/hr/people.csv", people);
    company.write("exports/crm/accounts.csv", crm);
    company.write("exports/extractions.csv", extractions(&["hr/people.csv", "crm/accounts.csv"], last));
}

fn pack(company: &Company, (label, _, as_of): (&str, &str, &str), out: &str) {
    let as_of = format!("{as_of}T00:00:00Z");
    let words = ["report", "exports", "--period", label, "--as-of", &as_of, "--policy", "limits.toml"];
    let ran = company.given(&[&words[..], &["--format", "none", "--out", out]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Two quarters of leavers, one pack each.
fn quarters(second: Leavers, third: Leavers) -> Company {
    let company = Company::empty().with("limits.toml", LIMITS);
    exports(&company, &[(SECOND, second)], "");
    pack(&company, SECOND, "before");
    exports(&company, &[(SECOND, second), (THIRD, third)], "");
    pack(&company, THIRD, "after");
    company
}

/// The exit code with `--fail-on`, and the comparison.
fn drift(company: &Company, fail_on: &[&str]) -> (i32, Value) {
    let words = ["drift", "before", "after", "--format", "json", "--limit", "100"];
    let ran = company.run(&[&words[..], fail_on].concat());
    (ran.code, json(&ran))
}

/// Exit codes as it is, with `--fail-on new` and with `none`; the result; the classes.
fn told(company: &Company) -> ([i32; 3], String, String) {
    let (code, there) = drift(company, &[]);
    let codes = [code, drift(company, &["--fail-on", "new"]).0, drift(company, &["--fail-on", "none"]).0];
    (codes, there["result"].as_str().expect("a word").to_owned(), counts(&there))
}

fn rate(drift: &Value, metric: &str) -> String {
    let metrics = drift["metrics"].as_array().expect("metrics");
    let rate = &metrics.iter().find(|one| one["id"] == metric).expect("the metric")["rate"];
    let of = |side: &Value| match side {
        Value::Null => "none".to_owned(),
        side => format!("{}+{} of {}", side["over"], side["doubtful"], side["population"]),
    };
    format!(
        "{} -> {}: {} {} {}",
        of(&rate["before"]),
        of(&rate["after"]),
        rate["trend"],
        rate["beyond_one"],
        rate["doubt"]
    )
}

#[test]
fn leavers_of_the_new_quarter_on_time() {
    let company = quarters(Leavers::of(0, 12), Leavers::of(0, 33));
    assert_eq!(told(&company), ([0, 0, 0], "unchanged".to_owned(), String::new()));
}

#[test]
fn one_late_leaver_is_new_and_not_worse() {
    let company = quarters(Leavers::of(0, 12), Leavers::of(1, 33));
    assert_eq!(told(&company), ([0, 5, 0], "changed".to_owned(), "1 new-in-period".to_owned()));
    let (_, drift) = drift(&company, &[]);
    assert_eq!(rate(&drift, "leaver-lag"), "0+0 of 12 -> 1+0 of 33: \"higher\" false null");
}

#[test]
fn a_rate_that_rose_is_worse() {
    let company = quarters(Leavers::of(3, 12), Leavers::of(11, 33));
    assert_eq!(told(&company), ([5, 5, 0], "worse".to_owned(), "11 new-in-period, 3 left-period".to_owned()));
    let (_, drift) = drift(&company, &[]);
    assert_eq!(rate(&drift, "leaver-lag"), "3+0 of 12 -> 11+0 of 33: \"higher\" true null");
    assert_eq!(drift["sentence"], "Findings: 11 new this period; 3 of the earlier period only.");
    assert_eq!(drift["points"], serde_json::json!(["1 rate rose: Access after leaving, 3 of 12, now 11 of 33."]));
    let text = company.run(&["drift", "before", "after"]).out;
    assert!(text.contains("Access after leaving  3 of 12  11 of 33  higher"), "{text}");
}

#[test]
fn as_many_late_of_more_is_better() {
    let company = quarters(Leavers::of(3, 12), Leavers::of(3, 33));
    assert_eq!(told(&company), ([0, 5, 0], "better".to_owned(), "3 new-in-period, 3 left-period".to_owned()));
    let points = drift(&company, &[]).1["points"].clone();
    assert_eq!(points, serde_json::json!(["1 rate fell: Access after leaving, 3 of 12, now 3 of 33."]));
}

#[test]
fn the_same_rate_of_more_is_neither() {
    let company = quarters(Leavers::of(3, 12), Leavers::of(6, 24));
    assert_eq!(told(&company), ([0, 5, 0], "changed".to_owned(), "6 new-in-period, 3 left-period".to_owned()));
    assert_eq!(rate(&drift(&company, &[]).1, "leaver-lag"), "3+0 of 12 -> 6+0 of 24: \"same\" false null");
}

/// That two accounts of last quarter's leavers are open still is said, and time alone makes it no worse.
#[test]
fn what_stands_open_is_still_open() {
    let still = Leavers { open: 2, on_time: 10, late: 0 };
    let company = quarters(still, Leavers::of(2, 12));
    let (code, drift) = drift(&company, &[]);
    assert_eq!((code, drift["result"].as_str()), (0, Some("changed")));
    assert_eq!(counts(&drift), "2 new-in-period, 2 aged");
    assert_eq!(drift["points"], serde_json::json!(["Of 2 exceptions that were open, 2 are still open."]));
    let exceptions = &drift["exceptions"];
    assert_eq!([&exceptions["open_before"], &exceptions["still_open"], &exceptions["not_known"]], [2, 2, 0]);
    let why = drift["items"][2]["why"].to_string();
    assert!(why.contains("left before this period began") && why.contains("open for more than 90 d now"), "{why}");
}

/// The account that nobody used is now that of somebody who left: a graver finding about what stood already.
#[test]
fn a_graver_finding_about_what_stood_is_worse() {
    let company = Company::empty().with("limits.toml", LIMITS);
    let sleeps = "crm,a-ana,ana,1,human,false,active,2020-01-02T08:00:00Z,,2026-01-10T08:00:00Z\n";
    exports(&company, &[(SECOND, Leavers::of(0, 12))], sleeps);
    pack(&company, SECOND, "before");
    exports(&company, &[(SECOND, Leavers::of(0, 12)), (THIRD, Leavers::of(0, 12))], sleeps);
    let people = std::fs::read_to_string(company.path("exports/hr/people.csv")).expect("the file");
    company.write(
        "exports/hr/people.csv",
        people.replace("1,Ana,2020-01-01,,", "1,Ana,2020-01-01,2026-08-10,2026-08-10T09:00:00Z"),
    );
    pack(&company, THIRD, "after");
    let (code, drift) = drift(&company, &[]);
    assert_eq!(code, 5);
    assert_eq!(items(&drift), ["worse | leaver-lag | ana", "aged | dormant-accounts | ana"]);
    assert_eq!(drift["items"][0]["why"], serde_json::json!(["what stood open before is high now, and was medium"]));
    let classes = drift["exceptions"]["classes"].as_array().expect("classes");
    let some: Vec<&Value> = classes.iter().filter(|one| one["count"] != 0).collect();
    assert_eq!(some.len(), 1, "one exception, with two findings: {some:?}");
    assert_eq!((&some[0]["class"], &some[0]["count"]), (&Value::from("worse"), &Value::from(1)));
}

/// A system that is not there any more takes its exceptions with it: nothing of that is better.
#[test]
fn a_system_that_is_gone_lowers_no_rate() {
    let company = Company::empty().with("limits.toml", LIMITS);
    let all = Leavers::of(3, 12);
    let both = |erp: bool| {
        exports(&company, &[(SECOND, all)], "");
        let mut files = vec!["hr/people.csv", "crm/accounts.csv"];
        if erp {
            let rows = (0..4).map(|n| {
                format!("erp,b{n},2026-Q2-0{n},2026-Q2-0{n},human,active,2020-01-02T08:00:00Z,2026-06-30T08:00:00Z\n")
            });
            let head = "system,account_id,username,person_id,kind,status,created_at,last_seen_at\n";
            company.write("exports/erp/accounts.csv", head.to_owned() + &rows.collect::<String>());
            files.push("erp/accounts.csv");
        }
        company.write("exports/extractions.csv", extractions(&files, SECOND.2));
    };
    both(true);
    pack(&company, SECOND, "before");
    std::fs::remove_file(company.path("exports/erp/accounts.csv")).expect("the file");
    both(false);
    pack(&company, SECOND, "after");
    let (code, there) = drift(&company, &[]);
    assert_eq!((code, counts(&there).as_str()), (5, "4 not-assessable, 3 unchanged"));
    // Seven of sixteen before, three of twelve now: of what both looked at, nothing is lower.
    assert_eq!(rate(&there, "leaver-lag"), "3+0 of 12 -> 3+0 of 12: \"same\" false null");
    // The other way round nobody had looked.
    let ran = company.run(&["drift", "after", "before", "--format", "json", "--fail-on", "new"]);
    let back = json(&ran);
    assert_eq!((ran.code, back["result"].as_str()), (5, Some("changed")));
    assert_eq!(counts(&back), "4 newly-assessable, 3 unchanged");
    assert_eq!(rate(&back, "leaver-lag"), "3+0 of 12 -> 3+0 of 12: \"same\" false null");
}

/// A row that could not be used may be the one that was late.
#[test]
fn what_could_not_be_read_lowers_no_rate() {
    let company = quarters(Leavers::of(6, 12), Leavers::of(0, 33));
    assert_eq!(drift(&company, &[]).1["result"], "better");
    let crm = std::fs::read_to_string(company.path("exports/crm/accounts.csv")).expect("the file");
    company.write("exports/crm/accounts.csv", crm + "crm,,nobody,,human,false,active,2020-01-02T08:00:00Z,,\n");
    pack(&company, THIRD, "after");
    let (_, there) = drift(&company, &[]);
    assert_ne!(there["result"], "better");
    assert_eq!(rate(&there, "leaver-lag"), "6+0 of 12 -> 0+0 of 33: \"unclear\" false \"less-known\"");
}

#[test]
fn under_another_limit_rates_are_not_compared() {
    let company = quarters(Leavers::of(3, 12), Leavers::of(11, 33));
    company.write("limits.toml", LIMITS.replace("\"24h\"", "\"12h\""));
    pack(&company, THIRD, "after");
    let (code, drift) = drift(&company, &[]);
    assert_eq!((code, drift["result"].as_str()), (0, Some("changed")));
    assert_eq!(rate(&drift, "leaver-lag"), "3+0 of 12 -> 11+0 of 33: \"not-compared\" false \"other-limit\"");
}

#[test]
fn what_a_waiver_covers_raises_no_rate() {
    let company = quarters(Leavers::of(0, 12), Leavers::of(3, 12));
    assert_eq!(told(&company).0, [5, 5, 0]);
    company.write(
        "exports/waivers.csv",
        "waiver_id,metric,subject,reason,approver,approved_on,expires_on\n\
         W1,leaver-lag,2026-Q3-*,known,boss,2026-08-01,2026-12-31\n",
    );
    pack(&company, THIRD, "after");
    assert_eq!(told(&company), ([0, 0, 0], "changed".to_owned(), "3 new-in-period".to_owned()));
    assert_eq!(rate(&drift(&company, &[]).1, "leaver-lag"), "0+0 of 12 -> 0+0 of 12: \"unclear\" false \"waivers\"");
}

#[test]
fn none_stands_alone() {
    let company = quarters(Leavers::of(0, 2), Leavers::of(0, 2));
    for words in ["none,worse", "new,none"] {
        let ran = company.run(&["drift", "before", "after", "--fail-on", words]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("--fail-on none stands with neither worse nor new"), "{}", ran.err);
    }
    let ran = company.run(&["drift", "before", "after", "--fail-on", "wrose"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("worse, new, none, not-met, insufficient-evidence"), "{}", ran.err);
}
