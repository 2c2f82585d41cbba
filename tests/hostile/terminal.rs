//! Nothing that others wrote acts on a terminal: file names, cells, rules and packs, through every command.

use std::collections::BTreeSet;

use crate::support::company::Company;

/// Sets the title, begins a sequence with one character, turns text around, returns, and begins a line of its own.
const EVIL: &str = "x\u{1b}]0;pwn\u{7}\u{9b}31m\u{202E}\r\u{8}\u{2066}";

fn acts(c: char) -> bool {
    super::acts(c) && c != '\t'
}

fn company() -> Company {
    let toml = |text: &str| text.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect::<String>();
    let evil = toml(EVIL);
    let company = Company::new();
    let mapping = format!(
        "id = \"own\"\ntitle = \"{evil}\"\ndescription = \"{evil}\"\nclass = \"directory\"\nformat = \"csv\"\n\
         [recognise]\nall = [\"login\", \"state\"]\n[[rows]]\ntable = \"accounts\"\n[rows.columns]\n\
         account_id = \"login\"\nstatus = {{ path = \"state\", words = {{ on = \"active\" }} }}\n"
    );
    company
        .with("rules/sources/own.toml", mapping)
        .with("exports/overstay.toml", format!("organisation = \"{evil}\"\nclassification = \"{evil}\"\n"))
        .with(&format!("exports/crm/{EVIL}.csv"), "q,w\n1,2\n")
        .with(&format!("exports/{EVIL}/accounts.csv"), Company::text("exports/crm/accounts.csv").replace("crm,", ""))
        .with(
            "exports/agency/people.csv",
            format!("person_id,name,email,started_on,ended_on,end_recorded_at\n9,\"{EVIL}\",\"{EVIL}\",{EVIL},2026-07-31,2026-07-20T09:00:00Z\n"),
        )
        .with(
            "exports/lims/accounts.csv",
            format!(
                "system,account_id,username,person_id,kind,status,created_at,disabled_at,last_seen_at\n\
                 lims,\"{EVIL}\",\"{EVIL}\",2,human,active,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n"
            ),
        )
        .with(
            "exports/waivers.csv",
            format!("waiver_id,metric,subject,system,reason,approver,ticket,approved_on,expires_on\n\"{EVIL}\",\"{EVIL}\",\"{EVIL}[\",,\"{EVIL}\",\"{EVIL}\",,2026-07-01,2026-12-31\n"),
        )
        .with("bad.toml", format!("organisation = \"{EVIL}\"\n{EVIL} = 1\n"))
        .with("mail.toml", format!("[{evil}]\n"))
}

#[test]
fn no_command_prints_what_a_terminal_obeys() {
    let company = company();
    let pack = format!("packs/{EVIL}");
    let (missing, evil_out) = (format!("no-{EVIL}"), format!("tables-{EVIL}"));
    let table: Vec<Vec<&str>> = vec![
        vec!["report", "exports", "--period", "2026-Q3", "--out", &pack],
        vec!["report", "exports", "--period", "2026-Q2", "--out", "packs/q2", "--history", "packs"],
        vec!["check", "exports", "--period", "2026-Q3"],
        vec!["check", "exports", "--period", EVIL],
        vec!["check", "exports", "--period", "2026-Q3", "--project", "bad.toml"],
        vec!["inspect", "exports", "--mappings", "rules"],
        vec!["inspect", &missing],
        vec!["verify", &pack],
        vec!["verify", &pack, "--inputs", "exports"],
        vec!["verify", &missing],
        vec!["drift", "packs/q2", &pack],
        vec!["drift", &missing, &pack],
        vec!["sample", &pack, "leaver-lag", "--seed", "1", "--out", "s.csv"],
        vec!["sample", &pack, EVIL, "--seed", "1"],
        vec!["history", "packs"],
        vec!["history", &missing],
        vec!["explain", "own", "--mappings", "rules"],
        vec!["explain", EVIL],
        vec!["list", "sources", "--mappings", "rules"],
        vec!["list", "sources", "--mappings", &missing],
        vec!["normalise", "exports", "--period", "2026-Q3", "--out", &evil_out],
        vec!["init", &missing],
        vec!["init", &missing],
        vec!["drift", "packs/q2", &pack, "--mail", "mail.toml", "--outbox", EVIL],
        vec!["accept", &pack, "--by", EVIL, "--reason", EVIL],
        vec!["drift", "packs", &pack],
        vec!["history", "packs"],
        vec![EVIL],
    ];
    let mut said = 0;
    let mut commands = BTreeSet::new();
    for args in &table {
        let ran = company.run(args);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(!all.chars().any(acts), "{args:?}: {all:?}");
        said += usize::from(all.contains("[U+001B]"));
        commands.insert(args[0]);
    }
    assert_eq!(commands.len(), 13, "every command, and one that is none: {commands:?}");
    assert!(said >= 20, "only {said} runs printed any of it: the table tries nothing");
    // Data for programs are as they are.
    let json = company.run(&["check", "exports", "--period", "2026-Q3", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(value["organisation"], EVIL);
}

/// A manifest that somebody wrote by hand.
#[test]
fn fields_of_a_forged_pack() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let manifest =
        String::from_utf8(company.files("pack").remove("manifest.json").expect("a manifest")).expect("UTF-8");
    let mut value: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    for pointer in [
        "/report_id",
        "/tool/version",
        "/tool/name",
        "/command",
        "/period/label",
        "/outputs/0/path",
        "/manifest_sha256",
        "/inputs/0/path",
        "/rules/0/path",
    ] {
        let field = value.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        let before = std::mem::replace(field, EVIL.into());
        company.write("pack/manifest.json", overstay::json::pretty(&value));
        for args in [
            &["verify", "pack"][..],
            &["verify", "pack", "--inputs", "exports"],
            &["drift", "pack", "pack"],
            &["history", "."],
            &["accept", "pack", "--by", "A", "--reason", "r"],
        ] {
            let ran = company.run(args);
            let all = format!("{}{}", ran.out, ran.err);
            assert!(!all.chars().any(acts), "{pointer} {args:?}: {all:?}");
        }
        *value.pointer_mut(pointer).expect("the field") = before;
    }
}
