//! A company's own metric gets what a shipped one gets: the same definition under another id, in another group.

use serde_json::Value;

use super::{CRM, ERP, LIMITS, PEOPLE, WAIVERS, extractions, json};
use crate::support::company::Company;

/// Definitions that are copied under an id and a group of the company's own.
const COPIED: [&str; 6] =
    ["leaver-lag", "orphan-accounts", "unrotated-keys", "dormant-accounts", "former-staff-access", "ownerless-nhi"];

fn own(company: Company) -> Company {
    COPIED.into_iter().fold(company, |company, id| {
        let path = format!("{}/mappings/metrics/{id}.sql", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the metric");
        let group = text.lines().find(|line| line.starts_with("group = ")).expect("a group").to_owned();
        let text = text
            .replace(&format!("id = \"{id}\""), &format!("id = \"our-{id}\""))
            .replace(&group, "group = \"governance\"");
        company.with(&format!("rules/metrics/our-{id}.sql"), text)
    })
}

fn limits() -> String {
    let more = "[metrics.dormant-accounts]\nlimit = \"90d\"\nseverity = \"low\"\n\
        [metrics.former-staff-access]\nlimit = \"24h\"\nseverity = \"high\"\n\
        [metrics.ownerless-nhi]\nlimit = \"0s\"\nseverity = \"low\"\n";
    let shipped = LIMITS.to_owned() + more;
    let metrics = shipped.split_once("[metrics.").expect("metrics").1;
    shipped.clone() + &format!("[metrics.{metrics}").replace("[metrics.", "[metrics.our-")
}

fn pack(company: &Company, (period, as_of): (&str, &str), out: &str) {
    let as_of = format!("{as_of}T00:00:00Z");
    let words = ["report", "exports", "--period", period, "--as-of", &as_of, "--policy", "limits.toml"];
    let ran = company.given(&[&words[..], &["--mappings", "rules", "--format", "html", "--out", out]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Each waiver also for the copy of its metric.
fn twice(company: &Company) {
    let text = std::fs::read_to_string(company.path("exports/waivers.csv")).expect("the file");
    let copies = text.lines().skip(1).map(|line| line.replace('W', "V").replace(",orphan", ",our-orphan") + "\n");
    company.write("exports/waivers.csv", text.clone() + &copies.collect::<String>());
}

const MORE: &str = "crm,robot,robot,,service,false,active,2026-08-01T08:00:00Z,\n";

/// Two quarters in which something of every kind changes.
fn quarters() -> Company {
    let keys = "system,credential_id,kind,status,created_at,rotated_at\n\
        vault,k1,api_key,active,2024-01-01T00:00:00Z,\nvault,k2,api_key,active,2024-01-01T00:00:00Z,\n";
    let company = own(Company::empty())
        .with("limits.toml", limits())
        .with("exports/hr/people.csv", PEOPLE.replace("5,Ed Eder", "6,Fa Fox,fa@corp.example,2020-01-01,,\n5,Ed Eder"))
        .with(
            "exports/crm/accounts.csv",
            CRM.replace(
                "a2,bo,2,human,false,disabled,2020-01-02T08:00:00Z,2026-08-05T18:00:00Z",
                "a2,bo,2,human,false,active,2020-01-02T08:00:00Z,",
            ) + MORE,
        )
        .with("exports/vault/keys.csv", keys)
        .with("exports/erp/users.csv", ERP)
        .with("exports/waivers.csv", WAIVERS);
    twice(&company);
    let files = ["hr/people.csv", "crm/accounts.csv", "vault/keys.csv"];
    company.write("exports/extractions.csv", extractions(&files, "2026-09-14"));
    pack(&company, ("2026-Q3", "2026-09-14"), "before");
    super::classes::second(&company);
    twice(&company);
    let crm = std::fs::read_to_string(company.path("exports/crm/accounts.csv")).expect("the file");
    company.write("exports/crm/accounts.csv", crm + MORE);
    company.write(
        "exports/vault/keys.csv",
        keys.replace(
            "vault,k2,api_key,active,2024-01-01T00:00:00Z,",
            "vault,k2,api_key,active,2024-01-01T00:00:00Z,2026-10-01T00:00:00Z",
        ),
    );
    std::fs::remove_file(company.path("exports/vault/credentials.csv")).expect("the file");
    company.write("exports/extractions.csv", extractions(&files, "2026-10-10"));
    pack(&company, ("2026-Q4", "2026-10-10"), "after");
    company
}

/// What is said of the findings of metrics of which `ours` is told, by the id that the shipped one has.
fn said(drift: &Value, ours: bool) -> Vec<String> {
    let items = drift["items"].as_array().expect("items").iter();
    let of = items.filter(|item| item["metric"].as_str().expect("an id").starts_with("our-") == ours);
    of.map(|item| {
        let metric = item["metric"].as_str().expect("an id").trim_start_matches("our-");
        format!("{} {metric} {} {}", item["class"], item["subject"], item["why"])
    })
    .collect()
}

#[test]
fn its_findings_are_compared_as_those_of_a_shipped_one() {
    let company = quarters();
    let ran = company.run(&["drift", "before", "after", "--format", "json", "--limit", "100"]);
    let drift = json(&ran);
    let (shipped, ours) = (said(&drift, false), said(&drift, true));
    assert!(shipped.len() > 10, "{shipped:#?}");
    for metric in ["leaver-lag", "orphan-accounts", "unrotated-keys", "former-staff-access"] {
        assert!(shipped.iter().any(|line| line.contains(metric)), "nothing of {metric}: {shipped:#?}");
    }
    assert_eq!(ours, shipped);
    let face = |id: &str| {
        let metrics = drift["metrics"].as_array().expect("metrics");
        let metric = metrics.iter().find(|one| one["id"] == id).expect("the metric").clone();
        ["class", "less_known", "rate", "before", "after", "classes"].map(|name| metric[name].clone())
    };
    for id in COPIED {
        assert_eq!(face(&format!("our-{id}")), face(id), "{id}");
    }
}

#[test]
fn it_owns_the_same_parts_of_a_report() {
    let company = quarters();
    let html = String::from_utf8(company.files("before")["report.html"].clone()).expect("UTF-8");
    let clocks = html.split_once("id=\"clocks\"").expect("the section").1;
    let clocks = clocks.split_once("</section>").expect("its end").0;
    for anchor in ["#m-leaver-lag\"", "#m-our-leaver-lag\""] {
        assert!(clocks.contains(anchor), "{clocks}");
    }
    // The first page counts the same with the copies alone.
    let report = |company: &Company, out: &str| company.json(out)["headline"].clone();
    let both = report(&company, "before");
    let alone = limits();
    let (head, rest) = alone.split_once("[metrics.our-").expect("the copies");
    let head = head.split_once("[metrics.").expect("metrics").0;
    company.write("limits.toml", format!("{head}[metrics.our-{rest}"));
    pack(&company, ("2026-Q4", "2026-10-10"), "ours");
    let mut ours = report(&company, "ours");
    let mut all = report(&company, "after");
    for headline in [&mut ours, &mut all] {
        for part in ["former_staff", "access_after_leaving", "former_staff_keys"] {
            // Shipped metrics without a limit leave doubts there.
            for name in ["metrics", "possibly", "longest_seconds"] {
                headline[part][name] = Value::Null;
            }
        }
    }
    assert_eq!(ours, all);
    assert_eq!(
        both["former_staff"]["metrics"],
        serde_json::json!(["former-staff-access", "our-former-staff-access", "leaver-sign-in"])
    );
    assert_ne!(both["former_staff"]["people"], 0);
}
