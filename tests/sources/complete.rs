//! Whether a file is whole, partial, or nobody knows: a table of situations, in the words of several products.

use overstay::source::{Completeness, Loaded};

use super::kit::Folder;

/// A user of a directory as JSON.
fn entra(n: u32) -> String {
    format!(r#"{{"id":"u{n}","userPrincipalName":"u{n}@corp.example","accountEnabled":true}}"#)
}

fn list(from: u32, to: u32) -> String {
    (from..=to).map(entra).collect::<Vec<_>>().join(",")
}

/// Path, completeness and reasons of every file but the register of extractions.
fn facts(loaded: &Loaded) -> Vec<String> {
    let files = loaded.files.iter().filter(|file| file.path != "extractions.csv");
    files
        .map(|file| {
            let reasons: Vec<&str> = file
                .completeness_reasons
                .iter()
                .map(String::as_str)
                .filter(|why| !why.contains("leaves out"))
                .collect();
            let reasons: Vec<&str> = reasons.into_iter().filter_map(|why| why.strip_prefix("it ")).collect();
            let reasons = reasons.join("; ");
            format!("{}: {} {reasons}", file.path, file.completeness.word()).trim_end().to_owned()
        })
        .collect()
}

fn one(text: &str) -> String {
    facts(&Folder::with("entra/a.json", text).load()).remove(0)
}

/// What a query engine says of its query: where it ended, and what it chose.
#[test]
fn a_query_says_what_it_left_out() {
    let rows = |scan: &str| {
        let users = list(1, 2);
        format!(r#"{{"columns":[],"rows":[{users}],"metadata":{{"rows_returned":2,"scans":[{scan}]}}}}"#)
    };
    let condition = |column: &str| {
        rows(&format!(r#"{{"table":"t","quals":[{{"column":"{column}","operator":"=","value":"u1"}}],"limit":null}}"#))
    };
    let chosen = "partial was made by a query that chooses by `account_enabled`: what it did not choose may be there all the same";
    for (text, expected) in [
        // What a query returned is no more than what it was asked for: that is no total of the list.
        (rows(r#"{"table":"t","quals":[],"limit":null}"#), "unknown"),
        (rows(r#"{"table":"t","quals":[],"limit":5,"rows_fetched":2}"#), "unknown"),
        (
            rows(r#"{"table":"t","quals":[],"limit":2}"#),
            "partial was made by a query that gives 2 records at most, and holds as many",
        ),
        (
            rows(r#"{"table":"t","quals":[],"rows_fetched":500}"#),
            "partial was made by a query that read 500 records and gave 2",
        ),
        (condition("account_enabled"), chosen),
        // What the vendor chose by its own language cannot be told: some of it is what makes a list whole.
        (condition("filter"), "unknown"),
        // Of several tables, conditions may be what joins them; a limit is one of the result.
        (
            rows(r#"{"table":"t","quals":[]},{"table":"u","quals":[{"column":"id","operator":"=","value":"1"}]}"#),
            "unknown",
        ),
        (
            rows(r#"{"table":"t","quals":[]},{"table":"u","quals":[],"limit":2}"#),
            "partial was made by a query that gives 2 records at most, and holds as many",
        ),
    ] {
        assert_eq!(one(&text), format!("entra/a.json: {expected}").trim_end(), "{text}");
    }
    let file = Folder::with("entra/a.json", condition("filter")).load().files.remove(0);
    let query = file.extraction.and_then(|extraction| extraction.query);
    assert_eq!(query.as_deref(), Some("as the file says, where filter = u1"));
}

/// A condition without which there is no list, as a mapping names it, leaves nothing out; any other one does.
#[test]
fn a_condition_that_a_query_must_have_leaves_nothing_out() {
    let member = |n: u32| {
        format!(
            r#"{{"organization":"acme","role":"MEMBER","has_two_factor_enabled":true,"login":"m{n}","id":{n},"node_id":"N{n}","sp_connection_name":"github"}}"#
        )
    };
    let asked = |column: &str| {
        let scan = format!(r#"{{"quals":[{{"column":"{column}","operator":"=","value":"x"}}],"limit":null}}"#);
        let text = format!(r#"{{"columns":[],"rows":[{},{}],"metadata":{{"scans":[{scan}]}}}}"#, member(1), member(2));
        let file = Folder::with("github/m.json", text).load().files.remove(0);
        assert_eq!(file.source.as_deref(), Some("steampipe-github-organization-member"));
        file.completeness
    };
    assert_eq!([asked("organization"), asked("role")], [Completeness::Unknown, Completeness::Partial]);
}

#[test]
fn a_page_says_whether_more_follows() {
    let next = r#""@odata.nextLink":"https://g/users?$skiptoken=RFNwdAoAAQ""#;
    let users = list(1, 2);
    for (text, expected) in [
        (format!(r#"{{"value":[{users}]}}"#), "unknown"),
        (format!("[{users}]"), "unknown"),
        (entra(1), "partial holds the answer about one record, and no list"),
        (format!(r#"{{"data":{}}}"#, entra(1)), "partial holds the answer about one record, and no list"),
        (format!("{}\n{}\n", entra(1), entra(2)), "unknown"),
        (format!(r#"{{"data":{}}}"#, entra(1)).repeat(2), "unknown"),
        (
            format!(r#"{{"value":[{users}],"deleted":[{}]}}"#, entra(3)),
            "partial holds another list of such records, `deleted`, that is not read",
        ),
        (
            format!(r#"{{"value":[{users}],"errors":[{{"code":"x"}}]}}"#),
            "partial says itself that something failed (`errors`)",
        ),
        (format!(r#"{{"value":[{users}],"errors":[]}}"#), "unknown"),
        (format!(r#"{{"value":[{users}],"messages":[{{"type":"INFO","text":"x"}}]}}"#), "unknown"),
        (
            format!(r#"{{"value":[{users}],"messages":[{{"type":"FATAL","text":"x"}}]}}"#),
            "partial says itself that something failed (`messages`)",
        ),
        (format!(r#"{{"value":[{users}],"errors":"none"}}"#), "unknown"),
        (
            format!(r#"{{"value":[{users}],"error":{{"code":"timeout"}}}}"#),
            "partial says itself that something failed (`error`)",
        ),
        (format!(r#"{{"value":[{users}],"success":false}}"#), "partial says itself that something failed (`success`)"),
        (
            format!(r#"{{"took":1,"timed_out":true,"value":[{users}]}}"#),
            "partial says itself that something failed (`timed_out`)",
        ),
        (
            format!(r#"{{"_shards":{{"failed":2}},"value":[{users}]}}"#),
            "partial says itself that something failed (`_shards`)",
        ),
        (
            format!(r#"{{"value":[{users}],{next}}}"#),
            "partial announces another page (`@odata.nextLink`), and no file says that it holds that page",
        ),
        (
            format!(r#"{{{next},"value":[{users}]}}"#),
            "partial announces another page (`@odata.nextLink`), and no file says that it holds that page",
        ),
        (
            format!(r#"{{"@odata.count":41000,{next},"value":[{users}]}}"#),
            "partial announces 41,000 records (`@odata.count`) and holds 2",
        ),
        (
            format!(r#"{{"@odata.count":2,"value":[{users}]}}"#),
            "whole holds all 2 records that it announces (`@odata.count`)",
        ),
        (format!(r#"{{"count":2,"value":[{users}]}}"#), "unknown"),
        (format!(r#"{{"count":3,"value":[{users}]}}"#), "partial announces 3 records (`count`) and holds 2"),
        (
            format!(r#"{{"has_more":true,"data":[{users}]}}"#),
            "partial announces another page (`has_more`), and no file says that it holds that page",
        ),
        (format!(r#"{{"has_more":false,"data":[{users}]}}"#), "whole says itself that nothing follows"),
        (
            format!(r#"{{"items":[{users}],"pagination":{{"next":"/v2?page=2"}}}}"#),
            "partial announces another page (`next`), and no file says that it holds that page",
        ),
        (
            format!(r#"{{"meta":{{"page":1,"total_pages":3}},"data":[{users}]}}"#),
            "partial is one of 3 pages, and the others are not all there",
        ),
        // Of pages in one file the last one counts.
        (format!("{{\"value\":[{users}],{next}}}\n{{\"value\":[{}]}}\n", entra(3)), "unknown"),
        (
            format!("{{\"value\":[{users}]}}\n{{\"value\":[{}],{next}}}\n", entra(3)),
            "partial announces another page (`@odata.nextLink`), and no file says that it holds that page",
        ),
        (
            format!("[{{\"value\":[{users}],\"isLast\":false}},{{\"value\":[{}],\"isLast\":true}}]", entra(3)),
            "whole says itself that nothing follows",
        ),
        (
            format!(
                "{{\"totalResults\":3,\"startIndex\":1,\"Resources\":[{users}]}}{{\"totalResults\":3,\"startIndex\":3,\"Resources\":[{}]}}",
                entra(3)
            ),
            "whole holds all 3 records that it announces (`totalResults`)",
        ),
        (
            format!(
                "{{\"totalResults\":4,\"startIndex\":1,\"Resources\":[{users}]}}{{\"totalResults\":4,\"startIndex\":1,\"Resources\":[{users}]}}"
            ),
            "partial announces 4 records (`totalResults`) and holds 2",
        ),
        // A field of a record is no fact about the list.
        (format!("[{}]", entra(1).replace('}', ",\"total\":9,\"next\":\"x\"}")), "unknown"),
    ] {
        assert_eq!(one(&text), format!("entra/a.json: {expected}"), "{text}");
    }
}

#[test]
fn large_documents_are_looked_at_beyond_their_records() {
    let users = list(1, 20_000);
    let text = format!(r#"{{"value":[{users}],"nextPageToken":"~!!~AI9FV7Q"}}"#);
    assert_eq!(
        one(&text),
        "entra/a.json: partial announces another page (`nextPageToken`), and no file says that it holds that page"
    );
}

#[test]
fn pages_in_files_of_their_own_are_one_export() {
    let scim = |from: u32, to: u32| {
        format!(r#"{{"totalResults":6,"startIndex":{from},"itemsPerPage":2,"Resources":[{}]}}"#, list(from, to))
    };
    let three =
        Folder::with("entra/1.json", scim(1, 2)).and("entra/2.json", scim(3, 4)).and("entra/3.json", scim(5, 6));
    let whole = "whole is a part of an export that holds all 6 records that it announces (`totalResults`)";
    assert_eq!(facts(&three.load()), [1, 2, 3].map(|n| format!("entra/{n}.json: {whole}")));
    // Without the middle page, and with the first one twice in its place.
    let two = Folder::with("entra/1.json", scim(1, 2)).and("entra/3.json", scim(5, 6));
    let with = "partial announces 6 records (`totalResults`) and holds 2, with its other parts 4";
    assert_eq!(facts(&two.load()), [1, 3].map(|n| format!("entra/{n}.json: {with}")));
    let twice =
        Folder::with("entra/1.json", scim(1, 2)).and("entra/2.json", scim(1, 2)).and("entra/3.json", scim(5, 6));
    assert_eq!(facts(&twice.load()), [1, 2, 3].map(|n| format!("entra/{n}.json: {with}")));
    // Another system's page is no part of this export.
    let other = Folder::with("entra/1.json", scim(1, 2)).and("b/2.json", scim(3, 4)).and("c/3.json", scim(5, 6));
    assert!(facts(&other.load()).iter().all(|fact| fact.contains("partial announces 6 records")));
}

#[test]
fn a_link_leads_to_the_file_whose_query_names_it() {
    let first = format!(
        r#"{{"@odata.nextLink":"https://graph.example/v1.0/users?$select=id&$skiptoken=RFNwdAoAAQ","value":[{}]}}"#,
        list(1, 2)
    );
    let last = format!(r#"{{"value":[{}]}}"#, entra(3));
    let with = |lines: &str| {
        let text = format!("path,extracted_at,query\n{lines}");
        Folder::with("entra/1.json", &first).and("entra/2.json", &last).and("extractions.csv", text).load()
    };
    let told = "entra/1.json,2026-10-01T00:00:00Z,/users\n\
                entra/2.json,2026-10-01T00:00:04Z,/users?%24skiptoken=RFNwdAoAAQ\n";
    assert_eq!(facts(&with(told)), ["entra/1.json: unknown", "entra/2.json: unknown"]);
    // The same without the query, and with an extraction of another day.
    let untold = told.replace("?%24skiptoken=RFNwdAoAAQ", "");
    assert_eq!(
        facts(&with(&untold)),
        [
            "entra/1.json: partial announces another page (`@odata.nextLink`), and no file says that it holds that page",
            "entra/2.json: partial is a part of the same export as entra/1.json, which is partial"
        ]
    );
    let later = told.replace("2026-10-01T00:00:04Z", "2026-10-02T00:00:04Z");
    assert_eq!(
        facts(&with(&later)),
        [
            "entra/1.json: partial announces another page (`@odata.nextLink`), and no file says that it holds that page",
            "entra/2.json: unknown"
        ]
    );
}

const HEAD: &str = "system,account_id,status,created_at\n";

#[test]
fn control_totals_rejects_and_cells_decide_too() {
    let rows = |n: u32| (1..=n).map(|n| format!("crm,a{n},active,2026-01-01T00:00:00Z\n")).collect::<Vec<_>>().concat();
    for (text, expected_rows, expected) in [
        (format!("{HEAD}{}", rows(3)), "", "unknown"),
        (format!("{HEAD}{}", rows(3)), "3", "whole holds as many records as its control total says: 3"),
        (format!("{HEAD}{}", rows(3)), "5", "partial holds 3 records where the source held 5"),
        (format!("{HEAD}{},,active,\n", rows(2)), "3", "partial has 1 of 3 records that could not be used"),
        (
            format!("{HEAD}{}crm,a9,active,soon\n", rows(2)),
            "3",
            "partial has 1 value of `created_at` that could not be read",
        ),
        (HEAD.to_owned(), "", "partial is empty"),
        (HEAD.to_owned(), "0", "whole holds as many records as its control total says: 0"),
    ] {
        let line = format!("path,extracted_at,expected_rows\ncrm/a.csv,2026-10-01T00:00:00Z,{expected_rows}\n");
        let folder = Folder::with("crm/a.csv", &text).and("extractions.csv", line);
        assert_eq!(facts(&folder.load()), [format!("crm/a.csv: {expected}")], "{text}");
    }
}

fn okta(id: u32, status: &str) -> String {
    format!(r#"{{"id":"00u{id}","status":"{status}","lastLogin":null,"profile":{{"login":"u{id}@corp.example"}}}}"#)
}

#[test]
fn a_list_that_leaves_leavers_out_is_no_evidence_about_them() {
    let plain = format!("[{},{}]", okta(1, "ACTIVE"), okta(2, "SUSPENDED"));
    let gone = format!("[{}]", okta(3, "DEPROVISIONED"));
    let both = format!("[{},{}]", okta(1, "ACTIVE"), okta(3, "DEPROVISIONED"));
    let marked = |folder: &Folder| -> Vec<String> {
        let loaded = folder.load();
        assert!(loaded.files.iter().all(|file| file.completeness == Completeness::Unknown));
        let marked =
            loaded.files.iter().filter_map(|file| Some(format!("{} {}", file.path, file.leaves_out.as_ref()?.what)));
        marked.collect()
    };
    assert_eq!(marked(&Folder::with("okta/users.json", &plain)), ["okta/users.json deprovisioned users"]);
    assert_eq!(marked(&Folder::with("okta/users.json", &both)), [""; 0]);
    assert_eq!(marked(&Folder::with("okta/users.json", &plain).and("okta/gone.json", &gone)), [""; 0]);
    // Those of another system, and of another day, are not in this list.
    let other = Folder::with("okta/users.json", &plain).and("okta-b/gone.json", &gone);
    assert_eq!(marked(&other), ["okta/users.json deprovisioned users"]);
    let lines = "path,extracted_at\nokta/users.json,2026-10-01T00:00:00Z\nokta/gone.json,2026-08-01T00:00:00Z\n";
    let old = Folder::with("okta/users.json", &plain).and("okta/gone.json", &gone).and("extractions.csv", lines);
    assert_eq!(marked(&old), ["okta/users.json deprovisioned users"]);
    let asked = "path,extracted_at,query\nokta/users.json,2026-10-01T00:00:00Z,\"search=status eq \"\"DEPROVISIONED\"\" or …\"\n";
    assert_eq!(marked(&Folder::with("okta/users.json", &plain).and("extractions.csv", asked)), [""; 0]);
}

#[test]
fn deleted_users_are_a_list_beside_the_list_of_users() {
    let deleted = r#"{"value":[{"id":"u9","userPrincipalName":"x9@corp.example","accountEnabled":true,"deletedDateTime":"2026-09-01T00:00:00Z"}]}"#;
    let users = format!(r#"{{"value":[{}]}}"#, list(1, 4));
    let lines = "path,extracted_at\nentra/users.json,2026-09-30T00:00:00Z\nentra/deleted.json,2026-09-30T02:00:00Z\n";
    let loaded =
        Folder::with("entra/users.json", users).and("entra/deleted.json", deleted).and("extractions.csv", lines).load();
    // One deleted user is no export of users that shrank.
    assert_eq!(facts(&loaded), ["entra/deleted.json: unknown", "entra/users.json: unknown"]);
    assert!(loaded.files[0].only_left_out && !loaded.files[1].only_left_out);
    assert!(loaded.files.iter().all(|file| file.leaves_out.is_none()));
}

/// A list of one element is a list, also where the record stands inside of it.
#[test]
fn a_list_of_one_is_a_list() {
    let asset = r#"{"assetType":"iam.googleapis.com/ServiceAccount","name":"//iam.googleapis.com/projects/p/serviceAccounts/1","resource":{"data":{"email":"a@p.iam.gserviceaccount.com","uniqueId":"1","projectId":"p","name":"projects/p/serviceAccounts/a@p.iam.gserviceaccount.com"}}}"#;
    let said = |text: &str| facts(&Folder::with("gcp/a.json", text).load()).remove(0);
    assert_eq!(said(&format!("[{asset}]")), said(&format!("[{asset},{}]", asset.replace("a@p", "b@p"))));
    assert!(said(asset).contains("the answer about one record"), "{}", said(asset));
}

/// An answer about one record is a part of a list, unless the list lies beside it and shows that it is whole.
#[test]
fn a_detail_beside_a_whole_list_takes_nothing_from_it() {
    let user = |name: &str| {
        format!(
            r#"{{"UserName":"{name}","UserId":"AIDA{name}","Arn":"arn:aws:iam::1:user/{name}","CreateDate":"2024-01-01T00:00:00Z"}}"#
        )
    };
    let with = |truncated: &str| {
        let list = format!(r#"{{"Users":[{},{}]{truncated}}}"#, user("ann"), user("bob"));
        let folder = Folder::with("aws/a.json", list).and("aws/b.json", format!(r#"{{"User":{}}}"#, user("ann")));
        let words = |fact: &String| fact.split(' ').nth(1).expect("a word").to_owned();
        facts(&folder.load()).iter().map(words).collect::<Vec<_>>()
    };
    assert_eq!(with(r#","IsTruncated":false"#), ["whole", "partial"]);
    assert_eq!(with(""), ["partial", "partial"]);
    assert_eq!(with(r#","IsTruncated":true"#), ["partial", "partial"]);
}
