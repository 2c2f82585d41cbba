//! What lies in a folder and is not read: each is named, and a hole where it may be evidence.

use overstay::source::Loaded;

use super::kit::Folder;

const PEOPLE: &str = "person_id,started_on\n1,2020-01-01\n";
const ACCOUNTS: &str = "system,account_id,status\ncrm,a1,active\n";

/// Codes of warnings, and the holes with the system and the tables that they would have fed.
fn found(loaded: &Loaded) -> (Vec<String>, Vec<String>) {
    let warnings = loaded.diagnostics.iter().filter(|one| one.severity > overstay::diag::Severity::Info);
    let holes = loaded.unseen.iter().map(|hole| {
        let feeds: Vec<&str> = hole.feeds.iter().map(|table| table.name()).collect();
        format!("{} {} [{}] {}", hole.path, hole.system.as_deref().unwrap_or("-"), feeds.join(" "), hole.why)
    });
    (warnings.map(|one| one.code.to_owned()).collect(), holes.collect())
}

fn hr() -> Folder {
    Folder::with("hr/people.csv", PEOPLE)
}

#[test]
fn a_file_that_the_register_names_and_nobody_finds_is_a_hole() {
    let lines = "path,extracted_at,covers_from\ncrm/accounts-09.csv,2026-10-01T00:00:00Z,\n\
                 okta/log.ndjson,2026-10-01T00:00:00Z,2026-07-01\nerp/users.csv,2026-10-01T00:00:00Z,\n\
                 README.md,2026-10-01T00:00:00Z,\n";
    let folder = hr().and("crm/accounts-08.csv", ACCOUNTS).and("README.md", "notes").and("extractions.csv", lines);
    let loaded = folder.load();
    let (warnings, holes) = found(&loaded);
    assert_eq!(warnings, ["extraction-unmatched"; 4]);
    assert_eq!(
        holes,
        [
            "crm/accounts-09.csv crm [accounts] is named by extractions.csv and is not there",
            "okta/log.ndjson okta [events] is named by extractions.csv and is not there",
            "erp/users.csv erp [] is named by extractions.csv and is not there",
        ]
    );
    assert_eq!(loaded.diagnostics[1].message, "the file `crm/accounts-09.csv` is not there");
    assert_eq!(loaded.diagnostics[4].message, "the file `README.md` was not read");
}

#[test]
fn tables_called_readme_are_read_and_notes_are_not() {
    for (name, files) in
        [("README-accounts.csv", 2), ("readme.json", 2), ("README.md", 1), ("Readme", 1), ("README.txt", 1)]
    {
        let loaded = hr().and(&format!("crm/{name}"), ACCOUNTS).load();
        assert_eq!((loaded.files.len(), loaded.unseen.len()), (files, 0), "{name}");
    }
}

#[test]
fn hidden_exports_are_named() {
    for (path, hole) in [
        ("crm/.accounts.csv", "crm/.accounts.csv crm [accounts] is hidden"),
        (".crm/accounts.csv", ".crm/accounts.csv crm [accounts] is hidden"),
        ("crm/~$accounts.csv", "crm/~$accounts.csv crm [accounts] is hidden"),
        (".git/config", ""),
        (".git/notes.csv", ""),
        ("crm/.DS_Store", ""),
    ] {
        let text = if hole.is_empty() { "[core]\n\tbare = false\n" } else { ACCOUNTS };
        let (warnings, holes) = found(&hr().and(path, text).load());
        assert_eq!(holes.join("\n"), hole);
        assert_eq!(warnings.join(" "), if hole.is_empty() { "" } else { "hidden-export" }, "{path}");
    }
}

#[test]
fn a_folder_that_only_claims_to_be_a_pack_is_read() {
    let manifest = |schema: &str| format!("{{\"schema\":\"{schema}\",\"outputs\":[]}}\n");
    for schema in ["overstay.", "overstay.manifest/1", "overstay.canonical/1"] {
        let folder = hr().and("crm/accounts.csv", ACCOUNTS).and("crm/manifest.json", manifest(schema));
        assert!(folder.load().files.iter().any(|file| file.path == "crm/accounts.csv"), "{schema}");
    }
    // Exactly what its manifest lists, and right under the root: it stands where a system's exports would.
    let (warnings, holes) = found(&hr().and("crm/manifest.json", manifest("overstay.canonical/1")).load());
    assert_eq!(
        (warnings.join(" "), holes.join(" ")),
        ("skipped-pack".to_owned(), "crm crm [] is the output of an earlier run".to_owned())
    );
    let (warnings, holes) = found(&hr().and("crm/old/manifest.json", manifest("overstay.canonical/1")).load());
    assert_eq!((warnings.len(), holes.len()), (0, 0));
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_folder_are_not_read() {
    use std::os::unix::fs::symlink;
    let elsewhere = Folder::with("list.csv", ACCOUNTS).and("erp/users.csv", ACCOUNTS);
    let folder = hr().and("crm/real.csv", ACCOUNTS);
    symlink(elsewhere.path().join("list.csv"), folder.path().join("crm/list.csv")).expect("a link");
    symlink(elsewhere.path().join("erp"), folder.path().join("erp")).expect("a link");
    symlink(folder.path().join("hr/people.csv"), folder.path().join("hr/same.csv")).expect("a link");
    let loaded = folder.load();
    let (warnings, holes) = found(&loaded);
    assert_eq!(warnings, ["link-outside", "link-outside"]);
    assert_eq!(
        holes,
        [
            "crm/list.csv crm [] is a link that leads out of the folder",
            "erp erp [] is a link that leads out of the folder"
        ]
    );
    let read: Vec<&str> = loaded.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(read, ["crm/real.csv", "hr/people.csv", "hr/same.csv"]);
}
