//! Every class once, planted between two weeks.

use super::{CRM, PEOPLE, WAIVERS, context, counts, drift, extractions, items, pack, week};
use crate::support::company::Company;

/// The second week: what changed is said beside each line.
pub(super) fn second(company: &Company) {
    let crm = CRM
        // Switched on again: the stay that had ended is open.
        .replace(
            "crm,a2,bo,2,human,false,disabled,2020-01-02T08:00:00Z,2026-08-05T18:00:00Z",
            "crm,a2,bo,2,human,false,active,2020-01-02T08:00:00Z,",
        )
        // The log was corrected: two days more.
        .replace(
            "crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24",
            "crm,a3,cy,3,human,false,disabled,2020-01-02T08:00:00Z,2026-08-26",
        )
        // Two days less.
        .replace(
            "crm,a4,di,4,human,false,disabled,2020-01-02T08:00:00Z,2026-08-24",
            "crm,a4,di,4,human,false,disabled,2020-01-02T08:00:00Z,2026-08-22",
        )
        .replace("crm,adopted,adopted,,", "crm,adopted,adopted,1,")
        .replace("crm,promoted,promoted,,human,false", "crm,promoted,promoted,,human,true")
        .replace("crm,demoted,demoted,,human,true", "crm,demoted,demoted,,human,false")
        + "crm,arrived,arrived,,human,false,active,2026-09-15T08:00:00Z,\n";
    company.write("exports/crm/accounts.csv", crm);
    // HR corrects a leave date by two days: the same stay, with another beginning.
    company.write("exports/hr/people.csv", PEOPLE.replace("2026-08-10,2026-08-10T", "2026-08-12,2026-08-10T"));
    company.write(
        "exports/waivers.csv",
        WAIVERS.to_owned() + "W2,orphan-accounts,waived,known,boss,2026-09-15,2026-12-31\n",
    );
    // The export of erp is missing, and an inventory of keys is there for the first time.
    std::fs::remove_file(company.path("exports/erp/users.csv")).expect("the file");
    company.write(
        "exports/vault/credentials.csv",
        "system,credential_id,kind,status,created_at\nvault,k1,api_key,active,2024-01-01T00:00:00Z\n",
    );
    company.write(
        "exports/extractions.csv",
        extractions(&["hr/people.csv", "crm/accounts.csv", "vault/credentials.csv"], "2026-09-21"),
    );
}

#[test]
fn every_class() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    second(&company);
    pack(&company, "2026-09-21", "second");
    let (code, drift) = drift(&company, "first", "second");
    assert_eq!(code, 5);
    assert_eq!(drift["result"], "worse");
    assert_eq!(
        items(&drift),
        [
            "reopened | leaver-lag | bo",
            "worse | leaver-lag | cy",
            "worse | orphan-accounts | promoted",
            "waiver-expired | orphan-accounts | lapsed",
            "not-assessable | orphan-accounts | lost",
            "new-in-period | orphan-accounts | arrived",
            "aged | orphan-accounts | ages",
            "newly-assessable | unrotated-keys | k1",
            "waived | orphan-accounts | waived",
            "better | leaver-lag | ed",
            "better | leaver-lag | di",
            "better | orphan-accounts | demoted",
            "resolved | orphan-accounts | adopted",
            "still-open | orphan-accounts | stays",
        ]
    );
    assert_eq!(
        counts(&drift),
        "1 reopened, 2 worse, 1 waiver-expired, 1 not-assessable, 1 new-in-period, 1 aged, 1 newly-assessable, 1 waived, \
         3 better, 1 resolved, 1 still-open"
    );
    assert_eq!(
        drift["subject"],
        "overstay: worse (5 worse or no longer in sight, 2 new) — organisation not named 2026-Q3"
    );
    assert_eq!(
        context(&drift),
        ["erp: loaded -> not loaded", "vault: not loaded -> loaded", "accounts: 13 -> 13",]
            .into_iter()
            .filter(|line| !line.starts_with("accounts"))
            .map(str::to_owned)
            .chain(["accounts matched to nobody: 8 -> 7".to_owned(), "credentials: 0 -> 1".to_owned()])
            .collect::<Vec<_>>()
    );
}

/// A system without a finding that is no longer exported is no good news: nothing is known about it any more.
#[test]
fn a_system_out_of_sight_is_worse_even_without_a_finding() {
    let company = week("2026-09-14");
    let matched =
        super::ERP.replace("kind,status", "person_id,kind,status").replace("lost,lost,human", "lost,ana,1,human");
    company.write("exports/erp/users.csv", &matched);
    pack(&company, "2026-09-14", "first");
    std::fs::remove_file(company.path("exports/erp/users.csv")).expect("the file");
    company.write("exports/extractions.csv", extractions(&["hr/people.csv", "crm/accounts.csv"], "2026-09-14"));
    pack(&company, "2026-09-14", "second");
    let (code, there) = drift(&company, "first", "second");
    assert_eq!((code, counts(&there).as_str()), (5, "7 still-open, 4 unchanged"));
    let said = there["points"].to_string();
    assert!(said.contains("\"1 system is no longer loaded: erp.\""), "{said}");
    let (code, back) = drift(&company, "second", "first");
    assert_eq!((code, back["result"].as_str()), (0, Some("changed")));
}
