//! Same inputs, same bytes: from anywhere, any number of times.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::support::book::parts;
use crate::support::company::Company;

/// A company with something in every kind of list: rejects, messages, duplicates, a late leaver, waivers, own rules.
pub(super) fn rich() -> Company {
    let accounts = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00:00Z", "2026-08-24T18:00:00Z");
    Company::new()
        .with(
            "exports/crm/accounts.csv",
            format!(
                "{accounts}crm,a4,\"=HYPERLINK(\"\"http://x.invalid\"\",\"\"x\"\")\",,human,active,2024-01-02T08:00:00Z,,\n\
                 crm,a5,@SUM(1),,human,active,2024-01-02T08:00:00Z,,\ncrm,a6,+1-2,,human,active,2024-01-02T08:00:00Z,,\n\
                 crm,a7,-2+3,,service,active,2024-01-02T08:00:00Z,,\ncrm,a8,\"\t=1\",,human,active,2024-01-02T08:00:00Z,,\n\
                 crm,a9\ncrm,a4,again,,human,active,2024-01-02T08:00:00Z,,\n"
            ),
        )
        .with("exports/hr/=cmd.csv", "person_id,started_on,ended_on\n=1+1,2020-01-01,2026-07-15\n@x,2026-02-30,\n")
        .with(
            "exports/keys/credentials.csv",
            "system,credential_id,kind,status,owner,created_at\nvault,=k1,api_key,active,=1+1,2024-01-01T00:00:00Z\n\
             vault,k2,api_key,active,ana@corp.example,\nvault,k3,api_key,active,bo@corp.example,2026-09-01T00:00:00Z\n",
        )
        .with(
            "exports/waivers.csv",
            "waiver_id,metric,subject,reason,approver,expires_on\nW1,unrotated-keys,k2,=reason,=boss,2026-12-31\n",
        )
        .with("exports/mystery.csv", "colour,size\n=red,1\n")
}

type Files = BTreeMap<String, Vec<u8>>;

fn made(company: &Company) -> Files {
    assert_eq!(company.report().code, 0);
    company.files("pack")
}

/// That company and its pack with all documents, made once for all tests that look at it or change a copy.
pub(super) fn packed() -> Company {
    static PACK: LazyLock<Files> = LazyLock::new(|| made(&rich().with_documents()));
    standing(rich().with_documents(), &PACK)
}

/// The same without documents.
pub(super) fn packed_bare() -> Company {
    static PACK: LazyLock<Files> = LazyLock::new(|| made(&rich()));
    standing(rich(), &PACK)
}

fn standing(company: Company, pack: &Files) -> Company {
    for (path, bytes) in pack {
        company.write(&format!("pack/{path}"), bytes);
    }
    company
}

fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

#[test]
fn again_and_from_elsewhere() {
    let (here, there) = (rich().with_documents(), rich().with_documents());
    assert_eq!(here.report().code, 0);
    let first = here.files("pack");
    assert!(first.len() > 30, "{}", first.len());
    assert_eq!(here.report().code, 0);
    same(&first, &here.files("pack"));
    // Another folder, given by its whole path, from within another folder, to another place.
    std::fs::rename(there.path("exports"), there.path("other name")).expect("a rename");
    std::fs::create_dir(there.path("cwd")).expect("a folder");
    let exports = there.path("other name").display().to_string();
    let ran = there.run_in("cwd", &["report", &exports, "--period", "2026-Q3", "--out", "../deep/er/evidence"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    same(&first, &there.files("deep/er/evidence"));
}

#[test]
fn a_pack_among_the_exports_is_no_export() {
    let (inside, outside) = (rich(), rich());
    assert_eq!(outside.report().code, 0);
    let run = || inside.run_in("exports", &["report", ".", "--period", "2026-Q3"]);
    assert_eq!(run().code, 0);
    let first = inside.files("exports/evidence");
    same(&outside.files("pack"), &first);
    assert_eq!(run().code, 0);
    same(&first, &inside.files("exports/evidence"));
    // The pack of another quarter stands there too: it is named, and not read.
    let ran = inside.run_in("exports", &["report", ".", "--period", "2026-Q3", "--out", "second"]);
    assert_eq!(ran.code, 0);
    let report = inside.json("exports/second");
    assert_eq!(report["sources"], inside.json("exports/evidence")["sources"]);
    let messages = report["messages"].as_array().expect("messages");
    assert!(messages.iter().any(|one| one["code"] == "skipped-pack" && one["place"] == "evidence"), "{messages:?}");
}

#[test]
fn own_rules_are_named_without_the_folder_that_they_lie_in() {
    let (here, there) = (rich().with_documents(), rich().with_documents());
    let metric = "/*---\nid = \"house\"\norder = 900\ntitle = \"House\"\nquestion = \"Which?\"\ngroup = \"accounts\"\n\
                  shape = \"indicator\"\nunit = \"ratio\"\nneeds = [\"accounts\"]\ndefinition = \"All accounts.\"\n---*/\n\
                  SELECT 'all' AS name, CAST(NULL AS VARCHAR) AS system, CAST(COUNT(*) / 1 AS BIGINT) AS numerator,\n\
                  CAST(NULL AS BIGINT) AS denominator  FROM accounts\n";
    for company in [&here, &there] {
        company.write("rules/metrics/house.sql", metric);
        company.write("exports/overstay.toml", "period = \"2026-Q3\"\nmappings = [\"../rules\"]\n");
    }
    let ran = here.run(&["report", "exports", "--out", "pack"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let exports = there.path("exports").display().to_string();
    let ran = there.run_in("rules", &["report", &exports, "--out", "../pack"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    same(&here.files("pack"), &there.files("pack"));
    // A division does not run alike on all engines: the message names the file, not where it lies.
    let report = here.json("pack");
    let messages = report["messages"].as_array().expect("messages");
    let place = messages.iter().filter_map(|one| one["place"].as_str()).find(|place| place.contains("house.sql"));
    assert_eq!(place, Some("own/house.sql:12:70"));
}

#[test]
fn no_path_of_this_machine_and_plain_text_everywhere() {
    let company = rich().with_documents();
    let exports = company.path("exports").display().to_string();
    let pack = company.path("pack").display().to_string();
    assert_eq!(company.run(&["report", &exports, "--period", "2026-Q3", "--out", &pack]).code, 0);
    let mut files = company.files("pack");
    let here = company.path("").display().to_string();
    for name in ["report.pdf", "report-full.pdf"] {
        let pdf = files.remove(name).expect("a PDF, which is not plain text");
        assert!(!pdf.windows(here.len()).any(|part| part == here.as_bytes()));
    }
    for (name, bytes) in files {
        let path = bytes.windows(here.len()).any(|part| part == here.as_bytes());
        assert!(!path, "{name} names a folder of this machine");
        if name == "report.xlsx" {
            for (part, xml) in parts(&bytes) {
                assert!(!xml.contains(&here), "{part} of {name} names a folder of this machine");
            }
        } else if !name.starts_with("canonical/") || name == "canonical/schema.json" {
            let text = std::str::from_utf8(&bytes).unwrap_or_else(|cause| panic!("{name}: {cause}"));
            assert!(!text.contains('\r'), "{name} has a carriage return");
            assert!(text.ends_with('\n'), "{name} does not end with a line end");
            assert!(!text.starts_with('\u{feff}'), "{name} begins with a mark");
        }
    }
}
