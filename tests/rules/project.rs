//! The project file: what it gives when it is right.

use overstay::policy::{AsOf, Project};

#[test]
fn everything_is_optional() {
    let project = Project::load("overstay.toml", "").expect("an empty file");
    assert!(project.organisation.is_none() && project.frameworks.is_none() && project.as_of.is_none());
    assert!(project.sources.is_empty() && !project.leaves_out("okta"));
}

#[test]
fn values_arrive() {
    let text = r#"
organisation = "Example"
zone = "Europe/Berlin"
period = "2026-Q3"
as_of = 2026-10-01T00:00:00Z
policy = "rules/policy.toml"
[authority]
dates = ["workday", "entra"]
manager = "entra"
[sources]
"b/*.csv" = "second"
"a.csv" = "first"
"#;
    let project = Project::load("overstay.toml", text).expect("a project");
    assert_eq!(project.zone.map(|zone| zone.to_string()).as_deref(), Some("Europe/Berlin"));
    assert_eq!(project.as_of, Some(AsOf::At(1_790_812_800_000_000)), "a time without quotes is a time");
    assert_eq!(project.authority.dates, ["workday", "entra"]);
    assert_eq!(project.authority.manager, ["entra"]);
    let sources: Vec<_> = project.sources.iter().map(|rule| rule.source.as_str()).collect();
    assert_eq!(sources, ["second", "first"], "in the order of the text");
    assert_eq!(project.sources[0].place.to_string(), "overstay.toml:11:13");
}

#[test]
fn moments() {
    assert_eq!("now".parse(), Ok(AsOf::Now));
    assert_eq!("period-end".parse(), Ok(AsOf::PeriodEnd));
    assert_eq!("newest-input".parse(), Ok(AsOf::NewestInput));
    assert_eq!("1970-01-01T01:00:00+01:00".parse(), Ok(AsOf::At(0)));
    // A day or a clock time without a zone could mean several instants.
    assert!("2026-10-01".parse::<AsOf>().is_err() && "2026-10-01T00:00:00".parse::<AsOf>().is_err());
}
