//! What a pack says of itself is what stands in it.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::company::Company;

use super::bytes::{packed, rich};

fn manifest(company: &Company) -> Value {
    serde_json::from_slice(&company.files("pack")["manifest.json"]).expect("JSON")
}

fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn list<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is a list"))
}

fn rows(text: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text).records().map(|row| row.expect("a row of as many cells as the header")).collect()
}

#[test]
fn the_manifest_lists_every_file_with_size_and_hash() {
    let company = packed();
    let mut files = company.files("pack");
    files.remove("manifest.json");
    let manifest = manifest(&company);
    let listed = list(&manifest, "outputs");
    let names: Vec<&str> = listed.iter().map(|entry| entry["path"].as_str().expect("a path")).collect();
    assert_eq!(names, files.keys().map(String::as_str).collect::<Vec<_>>());
    for entry in listed {
        let bytes = &files[entry["path"].as_str().expect("a path")];
        assert_eq!(entry["bytes"], bytes.len() as u64, "{entry}");
        assert_eq!(entry["sha256"], hex(bytes), "{entry}");
    }
}

/// What a pack has beside its data, and whether it is computed again from itself; a document that was not asked for does
/// not belong into it.
#[test]
fn a_pack_has_the_documents_that_were_asked_for() {
    let company = Company::new();
    let report = |out: &str, format: &str| {
        let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--out", out, "--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let documents = ["report.html", "report.pdf", "report-full.pdf", "report.xlsx"];
        let (there, data): (Vec<_>, Vec<_>) =
            company.files(out).into_keys().partition(|name| documents.contains(&name.as_str()));
        assert_eq!(company.run(&["verify", out]).code, 0, "{format}");
        (there, data)
    };
    let (all, data) = report("all", "xlsx,pdf,html,pdf");
    assert_eq!(all, ["report-full.pdf", "report.html", "report.pdf", "report.xlsx"]);
    assert_eq!(report("one", "pdf"), (vec!["report-full.pdf".to_owned(), "report.pdf".to_owned()], data.clone()));
    assert_eq!(report("none", "none"), (Vec::new(), data));
    assert_eq!(
        company.json("all")["command"],
        company.run(&["check", "exports", "--period", "2026-Q3", "--json"]).json()["command"]
    );
    let mut forge = super::forge::Forge::open(&company, "one");
    forge.files.insert("report.html".to_owned(), company.files("all")["report.html"].clone());
    forge.seal(&company.path("more"));
    let ran = company.run(&["verify", "more"]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("report.html: in the pack, and not computed"), "{}", ran.out);
    let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--format", "none,pdf"]);
    assert_eq!(ran.messages(), "error: --format: none stands alone\nexit 2");
}

#[test]
fn the_manifest_lists_every_input_with_size_and_hash() {
    let company = packed();
    let files = company.files("exports");
    let manifest = manifest(&company);
    let listed = list(&manifest, "inputs");
    let names: Vec<&str> = listed.iter().map(|entry| entry["path"].as_str().expect("a path")).collect();
    assert_eq!(names, files.keys().map(String::as_str).collect::<Vec<_>>());
    let mut lines = String::new();
    for entry in listed {
        let path = entry["path"].as_str().expect("a path");
        assert_eq!(entry["bytes"], files[path].len() as u64, "{entry}");
        assert_eq!(entry["sha256"], hex(&files[path]), "{entry}");
        lines += &[&hex(&files[path]), "  ", path, "\n"].concat();
    }
    // What `sha256sum` prints for the sorted files, hashed.
    assert_eq!(manifest["inputs_sha256"], hex(lines.as_bytes()));
    assert_eq!(company.json("pack")["inputs_sha256"], hex(lines.as_bytes()));
}

#[test]
fn the_manifest_lists_every_rule_file() {
    let company = rich();
    let limits = "title = \"Own\"\n[metrics.leaver-lag]\nlimit = \"24h\"\nseverity = \"high\"\n";
    company.write("exports/limits.toml", limits);
    let project = "period = \"2026-Q3\"\npolicy = \"limits.toml\"\nframeworks = [\"nist-csf-2.0\"]\n";
    company.write("exports/overstay.toml", project);
    assert_eq!(company.run(&["report", "exports", "--out", "pack"]).code, 0);
    let manifest = manifest(&company);
    let rules = list(&manifest, "rules");
    let hash = |path: &str| {
        let found = rules.iter().find(|rule| rule["path"] == path).unwrap_or_else(|| panic!("{path} is not listed"));
        found["sha256"].as_str().expect("a hash").to_owned()
    };
    assert_eq!(hash("limits.toml"), hex(limits.as_bytes()));
    assert_eq!(hash("overstay.toml"), hex(project.as_bytes()));
    let shipped = [
        "mappings/frameworks/nist-csf-2.0.toml",
        "mappings/metrics/leaver-lag.sql",
        // The company's own limits stand on those that ship.
        "mappings/policies/default.toml",
        "mappings/sources/okta-users.toml",
        "templates/report/page.html",
    ];
    for path in shipped {
        let text = std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file");
        assert_eq!(hash(path), hex(&text), "{path}");
    }
    assert!(!rules.iter().any(|rule| rule["path"] == "mappings/frameworks/nist-csf-1.1.toml"));
}

#[test]
fn evidence_holds_the_whole_population() {
    let company = packed();
    let files = company.files("pack");
    let report = company.json("pack");
    let mut seen = 0;
    for metric in list(&report, "metrics") {
        let Some(evidence) = metric["evidence"].as_str() else {
            assert!(!list(metric, "missing").is_empty() || metric["population"] == 0, "{}", metric["id"]);
            continue;
        };
        let rows = rows(&files[evidence]);
        let header = csv::Reader::from_reader(files[evidence].as_slice()).headers().expect("a header").clone();
        let at = header.iter().position(|name| name == "result").expect("a column");
        let count = |word: &str| rows.iter().filter(|row| &row[at] == word).count() as u64;
        for word in ["within", "over", "indeterminate", "unknown", "excluded"] {
            assert_eq!(metric[word], count(word), "{}: {word}", metric["id"]);
        }
        let number = |name: &str| metric[name].as_u64().expect("a number");
        let parts = ["within", "over", "indeterminate", "unknown"].map(number).iter().sum::<u64>();
        assert_eq!(number("population"), parts, "{}", metric["id"]);
        assert_eq!(rows.len() as u64, number("population") + number("excluded"), "{}", metric["id"]);
        seen += rows.len();
    }
    assert!(seen > 20, "{seen} rows in all");
}

#[test]
fn findings_are_as_many_as_the_report_says() {
    let company = packed();
    let files = company.files("pack");
    let report = company.json("pack");
    let lines = rows(&files["findings.csv"]);
    assert!(lines.len() >= 5, "{}", lines.len());
    assert_eq!(report["findings"]["total"], lines.len() as u64);
    assert_eq!(report["findings"]["file_sha256"], hex(&files["findings.csv"]));
    let ids: std::collections::BTreeSet<&str> = lines.iter().map(|line| &line[0]).collect();
    assert_eq!(ids.len(), lines.len(), "every finding has its own id");
    for metric in list(&report, "metrics") {
        let own = lines.iter().filter(|line| metric["id"] == line[1]).count() as u64;
        let number = |name: &str| metric[name].as_u64().expect("a number");
        assert_eq!(own, number("over") + number("indeterminate"), "{}", metric["id"]);
    }
}

#[test]
fn a_cap_shortens_the_report_and_no_file() {
    let company = packed();
    let all = company.files("pack")["findings.csv"].clone();
    let ran = company.run(&[
        "report",
        "exports",
        "--period",
        "2026-Q3",
        "--out",
        "pack",
        "--findings",
        "1",
        "--no-canonical",
    ]);
    assert_eq!(ran.code, 0);
    let files = company.files("pack");
    assert_eq!(files["findings.csv"], all);
    assert!(!files.keys().any(|name| name.starts_with("canonical/")));
    let report = company.json("pack");
    assert_eq!(report["findings"]["total"], rows(&all).len() as u64);
    let items = list(&report["findings"], "items");
    for metric in list(&report, "metrics") {
        assert!(items.iter().filter(|item| item["metric"] == metric["id"]).count() <= 1);
    }
}

#[test]
fn the_report_is_valid_against_the_schema_that_ships() {
    let company = packed();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).expect("the schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let report = company.json("pack");
    let wrong: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut broken = report;
    broken["metrics"][0]["population"] = Value::from("many");
    assert!(!validator.is_valid(&broken));
}

#[test]
fn no_cell_of_any_csv_is_a_formula() {
    let company = packed();
    let mut hostile = 0;
    for (name, bytes) in company.files("pack").iter().filter(|(name, _)| is_csv(name)) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        for row in reader.records() {
            for cell in &row.expect("a row") {
                assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{name}: {cell:?}");
                assert!(!cell.starts_with('-') || cell.parse::<f64>().is_ok(), "{name}: {cell:?}");
                hostile += usize::from(cell.starts_with('\''));
            }
        }
    }
    assert!(hostile >= 10, "{hostile} cells were made harmless");
    // The text itself is still there.
    let accounts = &company.files("pack")["populations/accounts.csv"];
    assert!(String::from_utf8_lossy(accounts).contains("'=HYPERLINK("));
}

fn is_csv(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending == "csv")
}
