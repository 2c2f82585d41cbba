//! Three quarters in a row: every changed finding and what explains the numbers, against lists written by hand from the
//! stories of `samples/README.md`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::company::{Q1, Q2, Q3, Quarter, assert_same, expected};

/// `class | metric | system | subject` of every finding that is listed, the metrics that went out of sight or came into
/// it without system and subject, and the context as `context | kind | what | before -> after`. Of a rule file only
/// whether it was used is told: its hash changes with every edit of its text. `known` are the metrics that were worked out.
fn lines(drift: &Value, known: &BTreeSet<String>) -> Vec<String> {
    let is_known = |id: &Value| known.contains(id.as_str().unwrap_or_default());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = |name: &str| drift[name].as_array().expect("a list").iter();
    let context = all("context").map(|change| {
        let side = |name: &str| match &change[name] {
            Value::Null => "not there".to_owned(),
            _ if change["kind"] == "rule" => "there".to_owned(),
            value => text(value),
        };
        let (kind, what) = (text(&change["kind"]), text(&change["what"]));
        format!("context | {kind} | {what} | {} -> {}", side("before"), side("after"))
    });
    let metrics = all("metrics").filter(|metric| is_known(&metric["id"])).flat_map(|metric| {
        let gap = (metric["new_gap"] == true).then(|| "less-evidence".to_owned());
        let sight = Some(text(&metric["class"])).filter(|class| !class.is_empty());
        [gap, sight].into_iter().flatten().map(move |word| format!("{word} | {} |  | ", text(&metric["id"])))
    });
    let items = all("items").filter(|item| is_known(&item["metric"]));
    let items = items.map(|item| ["class", "metric", "system", "subject"].map(|name| text(&item[name])).join(" | "));
    context.chain(metrics).chain(items).collect()
}

#[track_caller]
fn drift_is_as_expected(baseline: &Quarter, current: &Quarter, name: &str) -> Value {
    let (code, drift) = current.report().drift(&baseline.report());
    assert_same(expected(name), lines(&drift, &current.worked_out()));
    assert_eq!(code, Some(5), "worse than the baseline");
    drift
}

/// `metric | system | subject: why` of the items of a class.
fn why(drift: &Value, class: &str) -> Vec<String> {
    let known = Q3.worked_out();
    let of_class =
        |item: &&Value| item["class"] == class && known.contains(item["metric"].as_str().unwrap_or_default());
    let items = drift["items"].as_array().expect("items").iter().filter(of_class);
    let line = |item: &Value| {
        let why: Vec<&str> = item["why"].as_array().expect("reasons").iter().filter_map(Value::as_str).collect();
        let word = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let subject = word("subject").rsplit('/').next().unwrap_or_default().to_owned();
        format!("{} | {} | {subject}: {}", word("metric"), word("system"), why.join("; "))
    };
    let mut lines: Vec<String> = items.map(line).collect();
    lines.sort();
    lines
}

/// Reasons of every metric but the dormant accounts of Entra: attempts of all its users come and go with each quarter,
/// and are compared line by line above.
fn why_but_attempts(drift: &Value, class: &str) -> Vec<String> {
    why(drift, class).into_iter().filter(|line| !line.starts_with("dormant-accounts | entra | ")).collect()
}

#[test]
fn from_the_first_quarter_to_the_second() {
    let drift = drift_is_as_expected(&Q1, &Q2, "drift-Q1-Q2");
    assert_eq!(
        why_but_attempts(&drift, "worse"),
        [
            "former-staff-access | aws | pavel.dvorak: longer: 122 d 18 h instead of 17 d 18 h; open for more than 90 d \
             now; the leave date of HR was 2026-03-14 00:00 UTC and is 2026-02-28 00:00 UTC",
            "leaver-credentials | aws | pavel.dvorak#access_key_1: longer: 122 d 18 h instead of 17 d 18 h; open for more \
             than 90 d now; the leave date of HR was 2026-03-14 00:00 UTC and is 2026-02-28 00:00 UTC",
            "leaver-sign-in | aws | pavel.dvorak: longer: 104 d 2 h instead of 16 d 2 h; the leave date of HR was \
             2026-03-14 00:00 UTC and is 2026-02-28 00:00 UTC; its end was 2026-03-30 02:10 UTC and is 2026-06-12 02:10 UTC",
            "ownerless-nhi | payroll | svc-payslip-export: the account is privileged now",
        ]
    );
    assert_eq!(
        why(&drift, "aged"),
        [
            "former-staff-access | payroll | jakob.nielsen: the account can still sign in, and matches nobody now; open \
             for more than 90 d now",
            "leaver-lag | aws | pavel.dvorak: its person left before this period began, and the account can still sign in; \
             open for more than 90 d now",
            "leaver-lag | payroll | jakob.nielsen: the account can still sign in, and matches nobody now; open for more \
             than 90 d now",
            "leaver-lag-notified | aws | pavel.dvorak: its person left before this period began, and the account can \
             still sign in; open for more than 90 d now",
            "leaver-lag-notified | payroll | jakob.nielsen: the account can still sign in, and matches nobody now; open \
             for more than 90 d now",
            "orphan-accounts | okta | erp-consultant@acme.example: it may have been open for more than 180 d now",
            "orphan-accounts | payroll | joao: it may have been open for more than 180 d now",
        ]
    );
    // Of the four new keys past 90 days, one is of those that 180 days would have let pass, and one was out of use.
    let explained: Vec<String> = why(&drift, "new").into_iter().filter(|line| !line.ends_with(": ")).collect();
    assert_eq!(
        explained,
        [
            "former-staff-access | aws | luis.faria: the account could not sign in before",
            "leaver-sign-in | aws | luis.faria: the account could not sign in before",
            "orphan-accounts | payroll | jakob.nielsen: the account is matched to nobody now",
            "unrotated-keys | aws | luis.faria#access_key_1: the credential could not be used before",
            "unrotated-keys | aws | pavel.dvorak#access_key_1: not surely over the former limit of 180 d",
        ]
    );
    assert_eq!(
        why(&drift, "reopened"),
        [
            "leaver-credentials | aws | luis.faria#access_key_1: its stay had ended, and is open now",
            "sync-recovery | entra | update marta.ribeiro@acme.example: an earlier finding of the same subject had ended",
        ]
    );
    assert_eq!(why_but_attempts(&drift, "better"), Vec::<String>::new());
    assert_eq!(
        why_but_attempts(&drift, "still-open"),
        [
            "orphan-accounts | aws | kenji: ",
            "orphan-accounts | entra | svc-scan@acme.example: ",
            "unrotated-keys | aws | ci-deploy#access_key_1: the limit was 180 d and is 90 d",
        ]
    );
    assert_eq!(drift["context"][0]["what"], "limit of unrotated-keys", "what explains numbers is named first");
}

#[test]
fn from_the_second_quarter_to_the_third() {
    let drift = drift_is_as_expected(&Q2, &Q3, "drift-Q2-Q3");
    let resolved = why(&drift, "resolved");
    for line in [
        "leaver-lag | payroll | tereza.novak: the account cannot sign in any more",
        "orphan-accounts | aws | kenji: the account is matched to a person now",
        "orphan-accounts | okta | fieldtest@acme.example: the account cannot sign in any more",
        "reenabled-leaver | okta | rui.costa@acme.example: the account cannot sign in any more",
        "unrotated-keys | aws | sofia.almeida#access_key_1: the credential was changed on 2026-07-20 09:05 UTC",
    ] {
        assert!(resolved.iter().any(|found| found == line), "{line} is not in {resolved:#?}");
    }
    assert_eq!(
        why(&drift, "not-assessable"),
        [
            "dormant-accounts | payroll | jakob.nielsen: the account is in no export any more; payroll/accounts.csv has 1 \
             value of `status` that could not be read and holds 30 records where the source held 31",
            "former-staff-access | aws | luis.faria: the account is in no export any more; 1 row of okta-system-log could \
             not be used",
            "former-staff-access | aws | pavel.dvorak: HR does not know the person any more; the account is in no export \
             any more; 1 row of okta-system-log could not be used",
            // The agency's list is of 09-28: who left since is not known, so who is still there is not either.
            "leaver-credentials | aws | luis.faria#access_key_1: the credential is in no export any more; HR of hr \
             (agency-roster) of 2026-09-28 08:00 UTC is 2 d 16 h older than 2026-10-01 00:00 UTC",
            "leaver-credentials | aws | pavel.dvorak#access_key_1: HR does not know the person any more; the credential is \
             in no export any more; HR of hr (agency-roster) of 2026-09-28 08:00 UTC is 2 d 16 h older than 2026-10-01 \
             00:00 UTC",
            "orphan-accounts | payroll | jakob.nielsen: the account is in no export any more; payroll/accounts.csv has 1 \
             value of `status` that could not be read and holds 30 records where the source held 31",
            "source-conflicts | hr | 00138: dates (agency-roster): HR of hr (agency-roster) of 2026-09-28 08:00 UTC is 2 d \
             16 h older than 2026-10-01 00:00 UTC",
            "sync-recovery | entra | update marta.ribeiro@acme.example: it failed before this period began, and a later \
             repair is not looked for",
        ]
    );
}

/// Whatever is compared with whatever: every finding of both packs is in exactly one class, the counts of metrics and of
/// systems add up to the counts of the whole.
#[test]
fn every_finding_is_in_one_class() {
    let number = |value: &Value| value.as_u64().expect("a count");
    let total = |classes: &Value| -> BTreeMap<String, u64> {
        let counts = classes.as_array().expect("classes").iter().filter(|count| count["count"] != 0);
        counts.map(|count| (count["class"].to_string(), number(&count["count"]))).collect()
    };
    let sum = |parts: &Value| {
        let mut all = BTreeMap::new();
        for (class, count) in parts.as_array().expect("parts").iter().flat_map(|part| total(&part["classes"])) {
            *all.entry(class).or_default() += count;
        }
        all
    };
    for (one, other) in [(&Q1, &Q2), (&Q2, &Q3), (&Q1, &Q3)] {
        for (baseline, current) in [(one, other), (other, one)] {
            let drift = current.report().drift(&baseline.report()).1;
            let classes = total(&drift["classes"]);
            assert_eq!((&sum(&drift["metrics"]), &sum(&drift["systems"])), (&classes, &classes));
            // All are listed but the unchanged ones, which both sides have.
            let items = drift["items"].as_array().expect("items");
            let unchanged = classes.get("\"unchanged\"").copied().unwrap_or_default();
            assert_eq!(items.len() as u64 + unchanged, classes.values().sum::<u64>());
            let has = |side: &str| items.iter().filter(|item| !item[side].is_null()).count() as u64 + unchanged;
            assert_eq!(has("before"), number(&drift["baseline"]["findings"]));
            assert_eq!(has("after"), number(&drift["current"]["findings"]));
            let ids: BTreeSet<String> = items.iter().map(|item| item["finding_id"].to_string()).collect();
            assert_eq!(ids.len(), items.len());
        }
    }
}
