//! The registers, explained and listed; the project file; the tables for other engines.

use crate::support::company::Company;

#[test]
fn explain_everything_that_has_an_id() {
    let company = Company::empty();
    let explain = |id: &str| company.run(&["explain", id]);
    for (id, says) in [
        ("leaver-lag", "Limit 24h, severity"),
        ("okta-users", "Known by: all of"),
        ("nist-csf-2.0", "| PR.AA-05 "),
        ("PR.AA-05", "- leaver-lag (direct)"),
        ("pr.aa-05", "- leaver-lag (direct)"),
        ("nhi1:2025", "NHI1:2025 Improper Offboarding"),
        ("match-coverage", "Accounts matched to a person"),
    ] {
        let ran = explain(id);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{id}");
        assert!(ran.out.contains(says), "{id}: {}", ran.out);
    }
    let head = |id: &str| explain(id).out.lines().take(5).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(head("PR.AC-4"), @r"
    NIST CSF PR.AC-4

    This identifier belongs to CSF 1.1. In CSF 2.0 NIST marks it withdrawn and moved to PR.AA-05; of CSF 2.0 this report is mapped to PR.AA-05 and PR.AA-01.

    PR.AA-05 Access follows policy (The NIST Cybersecurity Framework (CSF) 2.0, version 2.0)
    ");
    insta::assert_snapshot!(head("NHI-03"), @r#"
    OWASP NHI-03

    Meant are stale credentials of machine identities and orphaned access. In the published OWASP Top 10 Non-Human Identities Risks - 2025, NHI3:2025 is "Vulnerable Third-Party NHI", which this report does not evidence. The described subject is NHI1:2025 "Improper Offboarding" and NHI7:2025 "Long-Lived Secrets"; this report is mapped to those.

    NHI1:2025 Improper Offboarding (OWASP Top 10 Non-Human Identities Risks - 2025, version 2025)
    "#);
}

#[test]
fn explain_a_finding() {
    let company = Company::new().with(
        "exports/crm/accounts.csv",
        Company::text("exports/crm/accounts.csv")
            .replace("disabled,2020-01-02T08:00:00Z,2026-08-14T18", "disabled,2020-01-02T08:00:00Z,2026-08-24T18"),
    );
    let _ = company.report();
    let findings = std::fs::read_to_string(company.path("pack/findings.csv")).expect("findings");
    let id = findings.lines().nth(1).and_then(|line| line.split(',').next()).expect("a finding");
    insta::assert_snapshot!(company.run(&["explain", id, "--pack", "pack"]).all(), @r"
    3 could sign in to crm as cy for 10 d after leaving on 2026-08-14 18:00 UTC; access ended on 2026-08-24 18:00 UTC; the limit is 24 h, exceeded by 9 d

    what to do: Disable the account if it is still open, and find out why the removal was late.
    due: 2026-08-15T18:00:00Z

    finding_id        ovs-8ffdd13ea16ffbce
    metric            leaver-lag
    severity          high
    system            crm
    subject_kind      account
    subject           cy
    person_id         3
    account_key       crm:a3
    began_at          2026-08-14T18:00:00Z
    ended_at          2026-08-24T18:00:00Z
    began_lo          2026-08-14T18:00:00Z
    began_hi          2026-08-14T18:00:00Z
    ended_lo          2026-08-24T18:00:00Z
    ended_hi          2026-08-24T18:00:00Z
    open              false
    shortest_seconds  864000 (10 d)
    longest_seconds   864000 (10 d)
    length_seconds    864000 (10 d)
    limit_seconds     86400 (1 d)
    over_seconds      777600 (9 d)
    result            over
    reason            3 could sign in to crm as cy for 10 d after leaving on 2026-08-14 18:00 UTC; access ended on 2026-08-24 18:00 UTC; the limit is 24 h, exceeded by 9 d
    began_source      hr/people.csv line 4
    ended_source      crm/accounts.csv line 4
    person_name       Cy Chen
    metric_title      Access after leaving
    references        nist-csf-2.0 PR.AA-05; nist-csf-1.1 PR.AC-1; nist-csf-1.1 PR.AC-4; iso-27001-2022 A.5.18; soc2-tsc-2017 CC6.2; soc2-tsc-2017 CC6.3
    ---
    exit 0
    ");
    insta::assert_snapshot!(company.run(&["explain", "no-such-finding", "--pack", "pack"]).messages(), @r#"
    error: pack/findings.csv: the pack has no finding `no-such-finding`
    exit 2
    "#);
}

#[test]
fn unknown_ids() {
    let company = Company::empty();
    insta::assert_snapshot!(company.run(&["explain", "leaver-lagg"]).messages(), @r#"
    error: nothing is known as `leaver-lagg`
    hint: did you mean "leaver-lag"?
    exit 2
    "#);
    insta::assert_snapshot!(company.run(&["explain", "something else entirely"]).messages(), @r#"
    error: nothing is known as `something else entirely`
    hint: `overstay list` shows sources, metrics and frameworks; a finding needs --pack
    exit 2
    "#);
    insta::assert_snapshot!(company.run(&["list", "source"]).messages(), @r#"
    error: invalid value 'source' for '<WHAT>'
      [possible values: sources, metrics, frameworks, tables]

      tip: a similar value exists: 'sources'

    For more information, try '--help'.
    exit 2
    "#);
    let company = Company::new();
    let args = ["check", "exports", "--framework", "nist-csf2.0", "--as", "own-peple", "x.csv"];
    insta::assert_snapshot!(company.run(&args).messages(), @r#"
    error: there is no framework `nist-csf2.0`
    hint: did you mean "nist-csf-2.0"?
    error: there is no source `own-peple`
    hint: did you mean "own-people"?
    exit 2
    "#);
}

#[test]
fn lists_have_every_entry_in_both_forms() {
    let company = Company::empty();
    for what in ["sources", "metrics", "frameworks", "tables"] {
        let (text, json) = (company.run(&["list", what]), company.run(&["list", what, "--json"]));
        assert_eq!((text.code, text.err.as_str(), json.code, json.err.as_str()), (0, "", 0, ""), "{what}");
        let json = json.json();
        let json = json.as_array().expect("a list");
        let key = if what == "tables" { "table" } else { "id" };
        let first: Vec<&str> = text.out.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        let ids: Vec<&str> = json.iter().map(|one| one[key].as_str().expect("an id")).collect();
        assert_eq!(first, ids);
        assert!(ids.len() >= 4, "{what}: {ids:?}");
    }
    insta::assert_snapshot!(company.run(&["list", "frameworks"]).out, @r"
    id                   version                              references  direct  supporting  none  in reports  title
    nist-csf-2.0         2.0                                  106         2       10          94    yes         The NIST Cybersecurity Framework (CSF) 2.0
    owasp-nhi-2025       2025                                 10          3       0           7     yes         OWASP Top 10 Non-Human Identities Risks - 2025
    nist-csf-1.1         1.1                                  108         2       4           102   yes         Framework for Improving Critical Infrastructure Cybersecurity
    nist-ai-rmf-1.0      1.0                                  72          0       5           67    yes         Artificial Intelligence Risk Management Framework (AI RMF 1.0)
    sp800-53-r5          Revision 5                           48          17      30          1     on request  Security and Privacy Controls for Information Systems and Organizations (SP 800-53)
    iso-27001-2022       2022                                 15          2       9           4     yes         ISO/IEC 27001:2022 Information security management systems, Annex A
    soc2-tsc-2017        2017, with points of focus of 2022   13          2       6           5     yes         Trust Services Criteria for SOC 2 (TSP section 100)
    pci-dss-4.0.1        4.0.1                                24          6       14          4     on request  Payment Card Industry Data Security Standard (PCI DSS)
    cis-controls-8.1     8.1                                  15          5       4           6     on request  CIS Critical Security Controls
    hipaa-security-rule  45 CFR 164.308, 164.312 and 164.316  9           1       7           1     on request  HIPAA Security Rule (45 CFR Part 164, Subpart C)
    sox-itgc-access      1                                    11          10      1           0     on request  IT general controls over access: overstay's own set
    dora-rts-2024-1774   2024/1774                            13          2       8           3     on request  Commission Delegated Regulation (EU) 2024/1774 on ICT risk management (DORA)
    nis2-ir-2024-2690    2024/2690                            25          6       10          9     on request  Commission Implementing Regulation (EU) 2024/2690 (NIS2), annex
    cisa-cpg-2.0         2.0                                  6           1       3           2     on request  Cross-Sector Cybersecurity Performance Goals (CPG)
    csa-ccm-4.0          4.0                                  6           2       4           0     on request  Cloud Controls Matrix (CCM)
    sp800-171-r3         Revision 3                           16          10      6           0     on request  Protecting Controlled Unclassified Information in Nonfederal Systems and Organizations (SP 800-171)
    ");
}

#[test]
fn init_writes_once_and_what_it_writes_loads() {
    let company = Company::new();
    insta::assert_snapshot!(company.run(&["init", "exports"]).all(), @r#"
    ---
    wrote exports/overstay.toml
    wrote exports/systems.csv: fill in its blanks
    crm/accounts.csv: own-accounts, 3 records
    erp/users.csv: own-accounts, 1 records
    extractions.csv: own-extractions, 3 records
    hr/people.csv: own-people, 3 records
    nothing feeds events yet: `overstay list sources` shows what does
    nothing feeds credentials yet: `overstay list sources` shows what does
    exit 0
    "#);
    let written = std::fs::read(company.path("exports/overstay.toml")).expect("a project file");
    insta::assert_snapshot!(company.run(&["init", "exports"]).all(), @r#"
    ---
    error: exports/overstay.toml: there is a project file already; nothing was changed
    exit 2
    "#);
    assert_eq!(std::fs::read(company.path("exports/overstay.toml")).expect("a project file"), written);
    assert_eq!(company.run(&["check", "exports", "--period", "2026-Q3"]).code, 4);
    assert_eq!(company.run(&["init", "a/new/folder"]).code, 0);
    assert!(company.path("a/new/folder/overstay.toml").is_file());
}

#[test]
fn normalise_writes_tables_that_are_no_exports() {
    let company = Company::new();
    let normalise = || company.run(&["normalise", "exports", "--period", "2026-Q3", "--out", "exports/canonical"]);
    let first = normalise();
    let names: Vec<&str> = first.out.lines().filter_map(|line| line.split("  ").next()).collect();
    assert!(names.contains(&"exports/canonical/accounts.parquet"), "{names:?}");
    assert_eq!((first.code, first.err.as_str()), (0, ""));
    let files = company.files("exports/canonical");
    assert_eq!(files.len(), names.len() + 1, "the tables and the manifest");
    let again = normalise();
    assert_eq!(again.out, first.out);
    assert_eq!(company.files("exports/canonical"), files);
}
