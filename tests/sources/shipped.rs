//! The shipped mappings against records in the shape that the products give.

use overstay::dataset::Table::{Accounts, Credentials, Events};
use overstay::source::ObservedBasis;
use overstay::time::rfc3339;

use super::kit::{Folder, rows};

const REPORT: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
<root_account>,arn:aws:iam::1:root,2016-05-16T18:13:11+00:00,not_supported,2016-10-06T15:47:11+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
ana,arn:aws:iam::1:user/ana,2020-01-01T00:00:00+00:00,true,no_information,2020-01-02T00:00:00+00:00,2020-04-01T00:00:00+00:00,false,true,2020-01-03T00:00:00+00:00,2021-05-01T00:00:00+00:00,N/A,s3,false,2020-01-04T00:00:00+00:00,N/A,N/A,N/A,true,2020-01-05T00:00:00+00:00,false,N/A
bo,arn:aws:iam::1:user/bo,2020-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,false,2020-01-03T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

const ACCOUNT: [&str; 6] = ["account_id", "kind", "privileged", "status", "last_seen_hi", "activity"];
const CREDENTIAL: [&str; 7] =
    ["credential_id", "kind", "status", "created_at", "rotated_at", "last_used_hi", "activity"];

#[test]
fn one_line_of_the_credential_report_is_an_account_and_its_credentials() {
    let loaded = Folder::with("report.csv", REPORT).load();
    assert_eq!(
        rows(&loaded, Accounts, &ACCOUNT),
        [
            "arn:aws:iam::1:root | break_glass | true | active | 2016-10-06T15:47:11Z | seen",
            "arn:aws:iam::1:user/ana | - | - | active | 2021-05-01T00:00:00Z | seen",
            "arn:aws:iam::1:user/bo | - | - | disabled | - | never",
        ]
    );
    assert_eq!(
        rows(&loaded, Credentials, &CREDENTIAL),
        [
            "arn:aws:iam::1:root#password | root_password | unknown | - | - | 2016-10-06T15:47:11Z | seen",
            "arn:aws:iam::1:user/ana#password | password | active | - | 2020-01-02T00:00:00Z | - | never",
            "arn:aws:iam::1:user/ana#access_key_1 | access_key | active | 2020-01-03T00:00:00Z | 2020-01-03T00:00:00Z | 2021-05-01T00:00:00Z | seen",
            "arn:aws:iam::1:user/ana#access_key_2 | access_key | inactive | 2020-01-04T00:00:00Z | 2020-01-04T00:00:00Z | - | never",
            "arn:aws:iam::1:user/ana#cert_1 | certificate | active | 2020-01-05T00:00:00Z | 2020-01-05T00:00:00Z | - | unknown",
            "arn:aws:iam::1:user/bo#access_key_1 | access_key | inactive | 2020-01-03T00:00:00Z | 2020-01-03T00:00:00Z | - | never",
        ]
    );
    assert_eq!(loaded.files[0].records, 3);
    assert_eq!(loaded.files[0].rejected, 0);
}

#[test]
fn the_report_inside_an_answer_is_the_same_report() {
    let native = Folder::with("report.csv", REPORT).load();
    let content = serde_json::to_string(REPORT).expect("a text");
    let recorded = format!(
        "{{\"status_code\":200,\"data\":{{\"Content\":{content},\"GeneratedTime\":{{\"hour\":0,\"__class__\":\"datetime\",\"month\":6,\"second\":2,\"microsecond\":0,\"year\":2018,\"day\":1,\"minute\":3}}}}}}"
    );
    let packed = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(REPORT)
    };
    let answer = format!(
        "{{\"Content\":\"{packed}\",\"ReportFormat\":\"text/csv\",\"GeneratedTime\":\"2018-06-01T00:03:02+00:00\"}}"
    );
    for text in [recorded, answer] {
        let loaded = Folder::with("report.json", text).load();
        for (table, columns) in [(Accounts, &ACCOUNT[..]), (Credentials, &CREDENTIAL[..])] {
            assert_eq!(rows(&loaded, table, columns), rows(&native, table, columns));
        }
        assert_eq!(loaded.files[0].observed_at.map(rfc3339).as_deref(), Some("2018-06-01T00:03:02Z"));
        assert_eq!(loaded.files[0].observed_basis, ObservedBasis::Inside);
        assert_eq!(rows(&loaded, Accounts, &["src_row"]), ["1", "2", "3"]);
    }
}

fn event(kind: &str, result: &str, target: &str) -> String {
    format!(
        r#"{{"uuid":"{kind}","published":"2026-07-01T08:00:00.000Z","eventType":"{kind}","actor":{{"id":"9","type":"SystemPrincipal","alternateId":"system@okta.example"}},"outcome":{{"result":"{result}"}},"target":{target},"transaction":{{"id":"t1"}}}}"#
    )
}

#[test]
fn okta_events_belong_to_okta_or_to_the_application() {
    let user = r#"{"id":"00u1","type":"User","alternateId":"ana@corp.example"}"#;
    let app = r#"{"id":"0oa1","type":"AppInstance","displayName":"Google Workspace","alternateId":"Google"}"#;
    let app_user = r#"{"id":"0ua1","type":"AppUser","alternateId":"ana"}"#;
    let group = r#"{"id":"00g1","type":"UserGroup","displayName":"Admins"}"#;
    let text = [
        event("user.lifecycle.deactivate", "SUCCESS", &format!("[{user}]")),
        event("user.lifecycle.deactivate", "FAILURE", &format!("[{user}]")),
        event("application.user_membership.remove", "SUCCESS", &format!("[{user},{app_user},{app}]")),
        event("application.user_membership.remove", "SUCCESS", &format!("[{user}]")),
        event("application.integration.rate_limit_exceeded", "SUCCESS", &format!("[{app}]")),
        event("group.user_membership.add", "SUCCESS", &format!("[{group},{user}]")),
        event("user.account.lock", "SUCCESS", &format!("[{user}]")),
        event("user.authentication.sso", "SUCCESS", &format!("[{app_user},{app}]")),
        event("user.session.start", "CHALLENGE", "null"),
    ]
    .join("\n");
    let loaded = Folder::with("okta-prod/log.ndjson", text).load();
    assert_eq!(
        rows(&loaded, Events, &["system", "action", "outcome", "account_id", "subject_text", "entitlement", "src_row"]),
        [
            "okta-prod | disable | success | 00u1 | ana@corp.example | - | 1",
            "okta-prod | disable | failure | 00u1 | ana@corp.example | - | 2",
            "google-workspace | revoke | success | 0ua1 | ana | - | 3",
            "google-workspace | sync | failure | - | - | - | 5",
            "okta-prod | grant | success | 00u1 | ana@corp.example | Admins | 6",
            "google-workspace | sign_in | success | 0ua1 | ana | - | 8",
            "okta-prod | sign_in | unknown | 9 | system@okta.example | - | 9",
        ]
    );
    let file = &loaded.files[0];
    assert_eq!((file.records, file.rejected), (9, 0));
    let reasons: Vec<(&str, u64)> = file.out_of_scope.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    assert_eq!(
        reasons,
        [("an application event that names no application", 1), ("eventType is not one that the mapping reads", 1)]
    );
}

#[test]
fn a_copied_okta_log_loses_only_what_is_incomplete() {
    let text = [
        r#"{"uuid":"1","published":"2021-01-08 21:28:34.875","eventtype":"user.lifecycle.suspend","actor":{"id":"1"},"outcome":{"result":"SUCCESS"},"target":null}"#,
        r#"{"uuid":"2","published":"redacted","eventtype":"user.lifecycle.suspend","actor":{"id":"1"},"outcome":{"result":"SUCCESS"}}"#,
        r#"{"uuid":"3","eventtype":"user.lifecycle.suspend","actor":{"id":"1"},"outcome":{"result":"SUCCESS"}}"#,
        r#"{"anomaly":"x"}"#,
    ]
    .join("\n");
    let loaded = Folder::with("log.ndjson", text).load();
    assert_eq!(rows(&loaded, Events, &["event_id", "occurred_at"]), ["1 | 2021-01-08T21:28:34.875Z"]);
    let rejects: Vec<(u64, &str)> = loaded.rejects.iter().map(|reject| (reject.row, reject.reason.as_str())).collect();
    assert_eq!(rejects, [(2, "time not understood"), (3, "required value missing")]);
    assert_eq!(loaded.files[0].out_of_scope.get("no event type: not an event of the System Log"), Some(&1));
}

#[test]
fn okta_gives_a_deactivation_time_only_where_it_can_be_one() {
    let user = |id: u8, status: &str, activated: &str, changed: &str| {
        format!(
            r#"{{"id":"{id}","status":"{status}","activated":{activated},"statusChanged":"{changed}","profile":{{"login":"u{id}"}}}}"#
        )
    };
    let at = "\"2025-01-01T00:00:00.000Z\"";
    let text = [
        user(1, "DEPROVISIONED", at, "2026-01-01T00:00:00.000Z"),
        user(2, "DEPROVISIONED", at, "2025-01-01T00:00:00.000Z"),
        user(3, "LOCKED_OUT", at, "2026-01-01T00:00:00.000Z"),
        user(4, "STAGED", "null", "2026-01-01T00:00:00.000Z"),
        user(5, "SOMETHING_NEW", at, "2026-01-01T00:00:00.000Z"),
    ];
    let loaded = Folder::with("u.json", format!("[{}]", text.join(","))).load();
    assert_eq!(
        rows(&loaded, Accounts, &["account_id", "status", "disabled_hi", "activity"]),
        [
            "1 | disabled | 2026-01-01T00:00:00Z | unknown",
            "2 | disabled | - | unknown",
            "3 | active | - | unknown",
            "4 | disabled | - | unknown",
            "5 | unknown | - | unknown",
        ]
    );
}

#[test]
fn entra_absent_is_not_null_is_not_false() {
    let text = r#"{"value":[
      {"id":"1","userPrincipalName":"a@c.example","displayName":"A","accountEnabled":false,"userType":"Guest","onPremisesSyncEnabled":null,
       "signInActivity":{"lastSignInDateTime":"2026-01-01T00:00:00Z","lastNonInteractiveSignInDateTime":"2026-02-01T00:00:00Z"}},
      {"id":"2","userPrincipalName":"b@c.example","displayName":"B","accountEnabled":null,"onPremisesSyncEnabled":true,"signInActivity":{"lastSignInDateTime":null}},
      {"id":"3","userPrincipalName":"c_d.example#EXT#@c.example","displayName":"C"},
      {"id":"4","userPrincipalName":"d@c.example","@removed":{"reason":"deleted"}},
      {"displayName":"no id"}]}"#;
    let loaded = Folder::with("entra/users.json", text).load();
    assert_eq!(
        rows(&loaded, Accounts, &["account_id", "kind", "status", "managed_by", "last_seen_hi", "activity"]),
        [
            "1 | guest | disabled | local | 2026-02-01T00:00:00Z | seen",
            "2 | - | unknown | sync | - | never",
            "3 | - | unknown | unknown | - | unknown",
            "4 | - | deleted | unknown | - | unknown",
        ]
    );
    assert_eq!((loaded.files[0].records, loaded.files[0].rejected), (5, 1));
}

#[test]
fn both_generations_of_the_entra_download() {
    let old = "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,accountEnabled\na@c.example,=1+3,A,a@c.example,A,o1,Member,True\n";
    let new = "userPrincipalName,displayName,id,userType,accountEnabled,directorySynced,createdDateTime\nb@c.example,B,o2,Guest,False,True,8/19/2021 1:25:31 PM\n";
    let loaded = Folder::with("a.csv", old).and("b.csv", new).load();
    assert_eq!(
        rows(
            &loaded,
            Accounts,
            &["system", "account_id", "display_name", "kind", "status", "managed_by", "created_at", "activity"]
        ),
        [
            "entra | o1 | =1+3 | - | active | unknown | - | unknown",
            "entra | o2 | B | guest | disabled | sync | 2021-08-19T13:25:31Z | unknown",
        ]
    );
}

#[test]
fn what_only_looks_alike_is_left_alone() {
    use overstay::source::FileOutcome;
    for text in [
        r#"{"action":"created","key":{"id":1,"title":"deploy"},"repository":{"id":2},"sender":{"login":"x","id":3}}"#,
        r#"[{"id":"1","userPrincipalName":"a@b","appDisplayName":"Portal","ipAddress":"1.1.1.1","createdDateTime":"2026-01-01T00:00:00Z"}]"#,
        r#"["one","two"]"#,
        r#"{"keys":[{"id":1,"name":"x"}]}"#,
    ] {
        assert_eq!(
            Folder::with("x.json", text).inspect_one("x.json").file.outcome,
            FileOutcome::Unrecognised,
            "{text}"
        );
    }
}
