//! Which limit applies to which item.

use std::collections::BTreeSet;

use overstay::policy::{Policy, Subject};

fn policy(overrides: &str) -> Result<Policy, Vec<String>> {
    let text = format!("title = \"t\"\n[metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n{overrides}");
    Policy::load("p.toml", &text, &BTreeSet::from(["leaver-lag".to_owned()]))
        .map_err(|said| said.into_iter().map(|diagnostic| diagnostic.code.to_owned()).collect())
}

fn part(conditions: &str, limit: &str) -> String {
    format!("[[metrics.leaver-lag.override]]\n{conditions}\nlimit = \"{limit}\"\n")
}

fn limit(policy: &Policy, subject: Subject<'_>) -> String {
    policy.metric("leaver-lag").map(|metric| metric.limit_of(&subject).length.to_string()).unwrap_or_default()
}

#[test]
fn the_most_specific_wins() {
    let text = part("system = \"aws-*\"", "12h")
        + &part("system = [\"aws-prod\"]", "6h")
        + &part("system = \"aws-*\"\nprivileged = true", "1h")
        + &part("account_kind = [\"service\", \"agent\"]\nprivileged = true\nworker_type = \"Contractor\"", "2h");
    let policy = policy(&text).expect("a policy");
    let on = |system| Subject { system: Some(system), ..Subject::default() };
    assert_eq!(limit(&policy, Subject::default()), "24h");
    assert_eq!(limit(&policy, on("okta")), "24h");
    assert_eq!(limit(&policy, on("aws-test")), "12h");
    assert_eq!(limit(&policy, on("aws-prod")), "6h", "an exact name beats a pattern");
    assert_eq!(limit(&policy, Subject { privileged: Some(true), ..on("aws-prod") }), "1h", "two conditions beat one");
    assert_eq!(limit(&policy, Subject { privileged: Some(false), ..on("aws-test") }), "12h");
    let three = Subject {
        account_kind: Some("agent"),
        privileged: Some(true),
        worker_type: Some("contractor"),
        ..on("aws-prod")
    };
    assert_eq!(limit(&policy, three), "2h", "three beat two");
    assert_eq!(limit(&policy, Subject { worker_type: None, ..three }), "1h", "what is not known fulfils nothing");
}

#[test]
fn ties_are_refused() {
    let tie = Err(vec!["policy-tie".to_owned()]);
    let codes = |text: &str| policy(text).map(|_| ());
    assert_eq!(codes(&(part("system = \"okta\"", "1h") + &part("system = [\"okta\", \"aws\"]", "2h"))), tie);
    assert_eq!(codes(&(part("system = \"aws-*\"", "1h") + &part("system = \"aws-p*\"", "2h"))), tie);
    assert_eq!(codes(&(part("privileged = true", "1h") + &part("account_kind = \"service\"", "2h"))), tie);
    // They agree, or cannot meet, or a third one decides where they meet.
    assert_eq!(codes(&(part("privileged = true", "1h") + &part("account_kind = \"service\"", "1h"))), Ok(()));
    assert_eq!(codes(&(part("system = \"aws-*\"", "1h") + &part("system = \"gcp-*\"", "2h"))), Ok(()));
    assert_eq!(codes(&(part("privileged = true", "1h") + &part("privileged = false", "2h"))), Ok(()));
    assert_eq!(codes(&(part("system = \"aws-prod\"", "1h") + &part("system = \"aws-*\"", "2h"))), Ok(()));
    let decided = part("privileged = true", "1h")
        + &part("account_kind = \"service\"", "2h")
        + &part("privileged = true\naccount_kind = [\"service\", \"agent\"]", "3h");
    assert_eq!(codes(&decided), Ok(()));
    let undecided = part("privileged = true", "1h")
        + &part("account_kind = [\"service\", \"shared\"]", "2h")
        + &part("privileged = true\naccount_kind = \"service\"", "3h");
    assert_eq!(codes(&undecided), tie);
}

#[test]
fn an_override_takes_the_severity_of_its_metric() {
    let policy = policy(&part("privileged = true", "1h")).expect("a policy");
    let metric = policy.metric("leaver-lag").expect("a metric");
    assert_eq!(metric.overrides[0].limit.severity.word(), "high");
    assert_eq!(metric.overrides[0].conditions.to_string(), "privileged");
    assert!(metric.needs_accounts() && !metric.needs_people());
}
