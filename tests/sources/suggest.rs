//! The mapping suggested for an unknown CSV loads and reads the file that it was made from.

use overstay::dataset::Table;
use overstay::source::{FileOutcome, LoadOptions, SourceSet, load};

use super::kit::Folder;

fn suggested(header: &str, row: &str) -> (String, overstay::source::Loaded) {
    let folder = Folder::with("crm/list.csv", format!("{header}\n{row}\n"));
    let text = folder.inspect_one("crm/list.csv").suggestion.expect("a suggestion").text;
    let id = text.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).expect("an id").to_owned();
    let mappings = Folder::with(&format!("{id}.toml"), &text);
    let set = SourceSet::load(&[mappings.path()]).unwrap_or_else(|failure| panic!("{failure}\n{text}"));
    let loaded =
        load(&folder.path(), &set, &LoadOptions::default()).unwrap_or_else(|failure| panic!("{failure}\n{text}"));
    assert_eq!(loaded.files[0].outcome, FileOutcome::Read);
    (text, loaded)
}

#[test]
fn from_the_header_of_an_hr_list() {
    let (text, loaded) = suggested(
        "WorkerID,WorkerStatus,WorkerType,FullName,ManagerID,HireDate,Department,JobTitle,Custom \"01\"",
        "7,Inactive,Employee,Ana,8,2020-01-01,IT,Admin,x",
    );
    assert_eq!(loaded.frames.height(Table::People), 1);
    insta::assert_snapshot!(text, @r#"
    # A beginning, made from names and first values: check every line, then put the file into your folder of
    # mappings (sources/my-list.toml). `overstay inspect FILE --mappings DIR` shows what it does.
    id = "my-list"
    title = "my-list"
    class = "hr"
    format = "json"
    # Zone of times that have none.
    zone = "project"
    # Known and not used.
    ignore = ['Custom "01"']

    [recognise]
    all = ["WorkerID", "WorkerStatus", "WorkerType", "FullName", "ManagerID", "HireDate"]

    [[rows]]
    table = "people"

    [rows.columns]
    person_id = "WorkerID"
    name = "FullName"
    worker_type = "WorkerType"
    status = { path = "WorkerStatus", map = { "inactive" = "terminated" }, missing = "unknown", other = "=unknown" }
    department = "Department"
    title = "JobTitle"
    manager_id = "ManagerID"
    started = "HireDate"
    # No column looks like `ended`: without it no stay after leaving can be measured.
    "#);
}

#[test]
fn from_the_header_of_an_account_list_with_a_password() {
    let (text, loaded) = suggested("login,firstname,lastname,memberOf,disabled,password", "ana,A,B,x;y,false,hunter2");
    assert_eq!(loaded.frames.height(Table::Accounts), 1);
    assert!(text.contains("secret = [\"password\"]"));
    insta::assert_snapshot!(text, @r#"
    # A beginning, made from names and first values: check every line, then put the file into your folder of
    # mappings (sources/my-list.toml). `overstay inspect FILE --mappings DIR` shows what it does.
    id = "my-list"
    title = "my-list"
    class = "application"
    format = "json"
    # Used when the file lies directly in the folder of exports.
    system = "list"
    # Zone of times that have none.
    zone = "project"
    secret = ["password"]
    # Known and not used.
    ignore = ["firstname", "lastname", "memberOf"]

    [recognise]
    all = ["login", "firstname", "lastname", "memberOf", "disabled"]

    [[rows]]
    table = "accounts"

    [rows.columns]
    account_id = "login"
    username = "login"
    status = { path = "disabled", map = { "false" = "active" }, missing = "unknown", other = "=unknown" }
    "#);
}

#[test]
fn from_the_header_of_a_credential_list() {
    let (_, loaded) = suggested("Key ID,Owner,Status,Created,Expires", "k1,ana,active,2026-01-01,");
    assert_eq!(loaded.frames.height(Table::Credentials), 1);
}

#[test]
fn from_any_header() {
    suggested("only", "x");
    suggested("a\"b,c\\d,'e'", "1,2,3");
    suggested("id,id,ID", "1,2,3");
    suggested("état,名前", "1,2");
}
