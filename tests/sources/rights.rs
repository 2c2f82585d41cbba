//! Who may speak about what: a folder speaks for its own system, registers count at the top, links need a sign.

use overstay::dataset::Table;
use overstay::policy::Project;
use overstay::source::{LoadOptions, Loaded, Rights};

use super::kit::{Folder, rows};

const ACCOUNTS: &str = "system,account_id,status\ncrm,a1,active\nerp,e1,active\n";

fn load(folder: &Folder, project: &str) -> Loaded {
    let project = Project::load("overstay.toml", project).expect("a project file");
    let options = LoadOptions { rights: Rights::of(&project), ..LoadOptions::default() };
    folder.try_load(&options).expect("a folder that loads")
}

fn accounts(loaded: &Loaded) -> String {
    rows(loaded, Table::Accounts, &["system", "account_id"]).join(", ")
}

/// Codes of warnings.
fn warned(loaded: &Loaded) -> String {
    let all = loaded.diagnostics.iter().filter(|one| one.severity > overstay::diag::Severity::Info);
    all.map(|one| one.code).collect::<Vec<_>>().join(" ")
}

#[test]
fn rows_about_another_system_need_leave() {
    for (path, project, expected, rejected) in [
        ("crm/a.csv", "", "crm | a1", 1),
        ("CRM/a.csv", "", "crm | a1", 1),
        ("wiki/a.csv", "", "", 2),
        ("wiki/a.csv", "[systems]\nwiki = [\"crm\"]\n", "crm | a1", 1),
        ("wiki/a.csv", "[systems]\nwiki = \"*\"\n", "crm | a1, erp | e1", 0),
        ("a.csv", "", "crm | a1, erp | e1", 0),
    ] {
        let folder = Folder::with(path, ACCOUNTS).and("hr/people.csv", "person_id,started_on\n1,2020-01-01\n");
        let loaded = load(&folder, project);
        assert_eq!(accounts(&loaded), expected, "{path} {project}");
        assert_eq!(loaded.rejects.len(), rejected, "{path} {project}");
        let why = "speaks of another system than its folder's";
        assert!(loaded.rejects.iter().all(|one| one.reason == why && one.column.as_deref() == Some("system")));
    }
}

#[test]
fn one_system_may_have_several_names() {
    let folder = Folder::with("crm/a.csv", "system,account_id,status\nSalesforce,a1,active\ncrm,a2,active\n")
        .and("sfdc/b.csv", "system,account_id,status\nsfdc,a3,active\n,a4,active\n");
    let loaded = load(&folder, "[aliases]\ncrm = [\"salesforce\", \"sfdc\"]\n");
    assert_eq!(accounts(&loaded), "crm | a1, crm | a2, crm | a3, crm | a4");
    assert_eq!(warned(&loaded), "");
}

#[test]
fn a_log_of_a_directory_speaks_of_applications() {
    let event = r#"{"eventType":"application.user_membership.remove","published":"2026-08-01T00:00:00Z","outcome":{"result":"SUCCESS"},"actor":{"type":"User"},"target":[{"type":"AppUser","id":"0ua1"},{"type":"AppInstance","displayName":"Wiki"}]}"#;
    let loaded = load(&Folder::with("okta/log.ndjson", event), "");
    assert_eq!(rows(&loaded, Table::Events, &["system"]), ["wiki"]);
}

#[test]
fn registers_count_at_the_top_or_where_the_project_says() {
    let link = "system,account_id,person_id,reason\ncrm,a1,1,agreed\n";
    let with = |path: &str, project: &str| load(&Folder::with("crm/a.csv", ACCOUNTS).and(path, link), project);
    let links = |loaded: &Loaded| rows(loaded, Table::Links, &["person_id"]).len();
    let top = with("links.csv", "");
    assert_eq!((links(&top), warned(&top).contains("register")), (1, false));
    let wiki = with("wiki/links.csv", "");
    assert_eq!((links(&wiki), warned(&wiki).contains("register-elsewhere")), (0, true));
    let named = with("wiki/links.csv", "registers = [\"wiki/*.csv\"]\n");
    assert_eq!((links(&named), warned(&named).contains("register-elsewhere")), (1, false));
}

#[test]
fn lines_without_effect_are_said() {
    let project = "registers = \"none/*.csv\"\n[systems]\nwikki = \"crm\"\n[aliases]\ncrm = \"salesforce\"\n";
    let folder = Folder::with("wiki/a.csv", "account_id,system,status\na1,wiki,active\n");
    assert_eq!(warned(&load(&folder, project)), "idle-line idle-line idle-line");
}

#[test]
fn a_list_of_accounts_is_never_read_as_links() {
    for (head, source) in [
        ("system,account_id,person_id,reason", Some("own-links")),
        ("system,account_id,person_id,approver", Some("own-links")),
        ("system,account_id,person_id", None),
        ("system,account_id,person_id,username,state", None),
        ("system,account_id,person_id,reason,created_at", None),
        ("system,account_id,person_id,reason,display_name", None),
    ] {
        let cells = ",x".repeat(head.matches(',').count() - 1);
        let folder = Folder::with("l.csv", format!("{head}\ncrm{cells},y\n"));
        assert_eq!(folder.inspect_one("l.csv").file.source.as_deref(), source, "{head}");
    }
    // What was meant is what most of its columns belong to.
    let head = "system,account_id,username,email,person_id,kind,state,created_at,last_seen_at";
    let near = Folder::with("l.csv", format!("{head}\ncrm,1,a,a@x,7,human,active,,\n")).inspect_one("l.csv").candidates;
    assert_eq!((near[0].source.as_str(), near[0].missing.join(" ")), ("own-accounts", "status".to_owned()));
    assert!(near.iter().all(|one| one.against.is_empty()));
}
