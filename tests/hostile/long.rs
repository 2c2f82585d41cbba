//! What is too long for a reader is cut where people read, says so, and is whole where programs do.

use crate::support::company::Company;

#[test]
fn a_cell_of_many_lines_is_cut_for_readers_only() {
    let long = format!("Lo{}ng", "\n".repeat(200_000));
    let people = Company::text("exports/hr/people.csv").replace("Bo Berg", &format!("\"{long}\""));
    let accounts =
        Company::text("exports/crm/accounts.csv").replace("bo,2,human,disabled", &format!("\"{long}\",2,human,active"));
    let company = Company::new()
        .with_documents()
        .with("exports/hr/people.csv", people)
        .with("exports/crm/accounts.csv", accounts);
    let ran = company.report();
    assert!(ran.out.len() + ran.err.len() < 100_000);
    let files = company.files("pack");
    let has = |name: &str| files[name].windows(long.len()).any(|part| part == long.as_bytes());
    for whole in ["findings.csv", "populations/accounts.csv", "evidence/leaver-lag.csv"] {
        assert!(has(whole), "{whole}");
    }
    let report: serde_json::Value = serde_json::from_slice(&files["report.json"]).expect("JSON");
    assert!(report.to_string().contains(&serde_json::to_string(&long).expect("JSON")), "report.json has all of it");
    let html = String::from_utf8(files["report.html"].clone()).expect("UTF-8");
    assert!(html.contains("[cut here: 190,00"), "the page says that it is cut");
    // Two names of 10,000 characters, each written out as an element, in some places of the page.
    assert!(html.len() < 8_000_000, "{} bytes", html.len());
    for name in ["report.pdf", "report-full.pdf", "report.xlsx"] {
        assert!(files[name].len() < 4_000_000, "{name}");
    }
}
