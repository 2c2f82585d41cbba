//! A pack is computed again from its exports and compared byte by byte.

use super::bytes::rich;
use super::forge::Forge;
use crate::support::company::{Company, Ran};

/// The lines of a result that do not hang on hashes.
fn told(ran: &Ran) -> String {
    let line = |line: &str| {
        let words = line.split(' ').map(|word| if word.trim_end_matches(';').len() == 64 { "<sha256>" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    let keep =
        |line: &&str| !line.starts_with("report ") && !line.starts_with("This says") && !line.starts_with("its\n");
    ran.out.lines().filter(keep).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_exports_give_the_pack_again() {
    let company = rich().with_documents();
    let runs: [&[&str]; 7] = [
        &[],
        &["--format", "none", "--no-canonical", "--findings", "1"],
        &["--format", "none", "--as-of", "now"],
        &["--as-of", "newest-input", "--zone", "Europe/Berlin", "--framework", "nist-csf-2.0"],
        &["--format", "none", "--as-of", "2026-09-15T12:00:00+02:00"],
        &["--format", "none", "--as", "own-people", "exports/erp/*.csv"],
        &["--format", "xlsx,html"],
    ];
    for more in runs {
        let report = [&["report", "exports", "--period", "2026-Q3", "--out", "pack"], more].concat();
        assert_eq!(company.run(&report).code, 0, "{more:?}");
        let before = company.files("pack");
        let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
        assert_eq!(ran.code, 0, "{more:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.err, "", "{more:?}");
        assert!(ran.out.contains("the exports give it again byte by byte"), "{}", ran.out);
        assert_eq!(company.files("pack"), before);
    }
}

#[test]
fn the_printed_command_gives_the_same_pack() {
    let company = rich();
    let more = ["--as", "own-people", "exports/erp/*.csv", "--findings", "3", "--no-canonical"];
    let report = [&["report", "exports", "--period", "2026-Q3", "--out", "pack"], &more[..]].concat();
    assert_eq!(company.run(&report).code, 0);
    let command = company.json("pack")["command"].as_str().expect("a command").to_owned();
    let words: Vec<&str> = command.split(' ').skip(1).map(|word| word.trim_matches('\'')).collect();
    let words: Vec<&str> = words.into_iter().map(|word| if word == "EXPORTS" { "exports" } else { word }).collect();
    assert_eq!(company.run(&[&words[..], &["--out", "again"]].concat()).code, 0);
    assert!(company.files("pack") == company.files("again"), "{command} gives another pack");
}

#[test]
fn from_anywhere_and_with_packs_made_since() {
    let company = rich();
    assert_eq!(company.report().code, 0);
    // Another pack stands among the exports now, and a copy of this one; neither was there then.
    assert_eq!(company.run(&["report", "exports", "--period", "2026-Q2", "--out", "exports/packs/q2"]).code, 0);
    let copy = Forge::open(&company, "pack");
    copy.seal(&company.path("exports/q3"));
    std::fs::rename(company.path("pack"), company.path("other")).expect("a rename");
    let exports = company.path("exports").display().to_string();
    let ran = company.run_in("other", &["verify", ".", "--inputs", &exports]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    // A pack that was there then, and was passed over, still is said.
    assert_eq!(company.run(&["report", "exports", "--period", "2026-Q3", "--out", "later"]).code, 0);
    assert_eq!(company.run(&["verify", "later", "--inputs", "exports"]).code, 0);
    std::fs::remove_dir_all(company.path("exports/packs")).expect("it was there");
    let ran = company.run(&["verify", "later", "--inputs", "exports"]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("report.json: messages: "), "{}", ran.out);
}

#[test]
fn changed_exports_are_named() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let late = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00:00Z", "2026-08-24T18:00:00Z");
    let company =
        company.with("exports/crm/accounts.csv", late).with("exports/new/colours.csv", "colour,size\nred,1\n");
    std::fs::remove_file(company.path("exports/erp/users.csv")).expect("it was there");
    let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
    assert_eq!((ran.code, ran.err.as_str()), (3, ""));
    let told = told(&ran);
    let (summary, rest) = told.split_once("\nThe pack differs from what was computed:\n").expect("that part");
    let (counts, exports) = summary.split_once("\n\n").expect("two parts");
    assert!(counts.contains("\nexports    2 of 5 agree with the manifest\n"), "{counts}");
    insta::assert_snapshot!(exports, @r"
    The exports differ from those that the manifest lists:
      changed  crm/accounts.csv: its SHA-256 is <sha256> the manifest lists <sha256>
      missing  erp/users.csv: listed, and not among the exports
      added    new/colours.csv: among the exports, and not listed
    ");
    assert!(rest.contains("evidence/leaver-lag.csv: row 2, "), "{rest}");
    assert!(rest.ends_with("differs: what is named above."), "{rest}");
}

#[test]
fn a_pack_whose_hashes_were_all_made_anew() {
    let company = rich();
    assert_eq!(company.report().code, 0);
    let mut forge = Forge::open(&company, "pack");
    forge.edit("evidence/leaver-lag.csv", ",over,", ",within,");
    forge.edit("metrics/leaver-lag.sql", "SELECT", "select");
    let metric = forge.report.metrics.iter_mut().find(|metric| metric.id == "leaver-lag").expect("the metric");
    metric.over -= 1;
    metric.within += 1;
    forge.files.remove("rejects.csv");
    forge.files.insert("extra.txt".to_owned(), b"seen".to_vec());
    forge.seal(&company.path("pack"));
    // Its hashes agree: this is what a manifest cannot show.
    let ran = company.run(&["verify", "pack", "--hashes-only"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
    assert_eq!(ran.code, 3);
    let told = told(&ran);
    let (_, rest) = told.split_once("The pack differs from what was computed:\n").expect("that part");
    // What follows from these is there too: digests, and the manifest.
    let counted =
        |line: &&str| !["sha256: ", "manifest.json", "outputs[", " more values"].iter().any(|part| line.contains(part));
    insta::assert_snapshot!(rest.lines().filter(counted).collect::<Vec<_>>().join("\n"), @r"
      changed  evidence/leaver-lag.csv: row 3, result: `within` in the pack, `over` computed
      added    extra.txt: in the pack, and not computed
      changed  metrics/leaver-lag.sql: from byte 2251 on; both have 3130 bytes
      missing  rejects.csv: computed, and not in the pack
      changed  report.json: metrics[1].over: 0 in the pack, 1 computed
               metrics[1].within: 3 in the pack, 2 computed

    differs: what is named above.
    ");
}

#[test]
fn own_rules_are_given_again() {
    let company = Company::new();
    let limits = "title = \"Own\"\n[metrics.leaver-lag]\nlimit = \"1h\"\nseverity = \"high\"\n";
    company.write("rules/limits.toml", limits);
    company.write("rules/sources/house.toml", "id = \"house\"\ntitle = \"House\"\nclass = \"application\"\nformat = \"csv\"\n[recognise]\nall = [\"Login\", \"Active\"]\n[[rows]]\ntable = \"accounts\"\n[rows.columns]\naccount_id = \"Login\"\nstatus = { path = \"Active\", map = { \"yes\" = \"active\", \"no\" = \"disabled\" } }\n");
    company.write("exports/app/users.csv", "Login,Active\nana,yes\n");
    let own = ["--mappings", "rules", "--policy", "rules/limits.toml", "--templates", "looks"];
    company.write("looks/report/style.css", "td { padding: 4px }\n");
    let report = [&["report", "exports", "--period", "2026-Q3", "--out", "pack"], &own[..]].concat();
    let ran = company.run(&report);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = company.run(&[&["verify", "pack", "--inputs", "exports"], &own[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.out);
    let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
    assert_eq!(ran.code, 3);
    let told = told(&ran);
    let (_, rest) = told.split_once("The rules differ from those that the manifest lists:\n").expect("that part");
    let (rules, _) = rest.split_once("\n\n").expect("an end");
    insta::assert_snapshot!(rules, @r"
  missing  look/report/style.css: used then, and not now; --templates names the folder of the company's own");
}

#[test]
fn a_run_that_cannot_be_repeated_says_what_is_missing() {
    let company = Company::new();
    company.write("rules/sources/house.toml", "id = \"house\"\ntitle = \"House\"\nclass = \"application\"\nformat = \"csv\"\n[recognise]\nall = [\"Login\", \"Active\"]\n[[rows]]\ntable = \"accounts\"\n[rows.columns]\naccount_id = \"Login\"\nstatus = { path = \"Active\", map = { \"yes\" = \"active\", \"no\" = \"disabled\" } }\n");
    company.write("exports/app/users.csv", "Login,Active\nana,yes\n");
    let sql = include_str!("../../mappings/metrics/leaver-lag.sql").replace("id = \"leaver-lag\"", "id = \"own-lag\"");
    company.write("rules/metrics/own-lag.sql", sql);
    let own = ["--mappings", "rules", "--as", "house", "app/users.csv"];
    let report = [&["report", "exports", "--period", "2026-Q3", "--out", "pack"], &own[..]].concat();
    assert_eq!(company.run(&report).code, 0);
    let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
    assert!(ran.out.contains("exports    the pack could not be computed again"), "{}", ran.out);
    assert!(ran.out.contains("whether the exports give it again is not known"), "{}", ran.out);
    insta::assert_snapshot!(ran.messages(), @r"
    error: manifest.json: the pack has SQL of the company's own, which is not run out of a pack unasked: own-lag
    hint: --mappings gives it; --run-pack-metrics runs the SQL of the pack: read it first
    note: the pack was made with rules of the company's own
    hint: give --mappings as it was given then
    exit 2
    ");
    assert_eq!(company.run(&["verify", "pack", "--inputs", "nowhere"]).code, 2);
    // What differs from the manifest weighs more than what could not be looked at.
    company.write("pack/notes.txt", "seen");
    assert_eq!(company.run(&["verify", "pack", "--inputs", "nowhere"]).code, 3);
}

#[test]
fn another_version_of_the_tool_is_named() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let mut forge = Forge::open(&company, "pack");
    forge.manifest.tool.version = "0.0.9".to_owned();
    forge.seal(&company.path("pack"));
    let ran = company.run(&["verify", "pack", "--inputs", "exports"]);
    assert_eq!(ran.code, 3);
    let expected =
        format!("overstay: the pack was made by version 0.0.9; this is version {}", env!("CARGO_PKG_VERSION"));
    assert!(ran.out.contains(&expected), "{}", ran.out);
}

#[test]
fn as_json() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let ran = company.run(&["verify", "pack", "--inputs", "exports", "--json"]);
    let json = ran.json();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(json["schema"], "overstay.verify/1");
    assert_eq!(json["agrees"], true);
    assert_eq!(json["files"]["listed"], json["files"]["agree"]);
    assert_eq!(json["computed_again"]["files"]["agree"], company.files("pack").len());
    company.write("pack/sources.csv", "nothing");
    let json = company.run(&["verify", "pack", "--json"]).json();
    assert_eq!(json["agrees"], false);
    assert_eq!(json["computed_again"], serde_json::Value::Null);
    assert_eq!(json["files"]["differences"][0]["path"], "sources.csv");
    assert_eq!(json["files"]["differences"][0]["kind"], "changed");
}

#[cfg(unix)]
#[test]
fn a_pack_that_cannot_be_written_and_nothing_left_behind() {
    use std::os::unix::fs::PermissionsExt;
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    std::fs::create_dir(company.path("scratch")).expect("a folder");
    let mode = |mode: u32| {
        let folders = ["pack", "pack/evidence", "exports", "exports/crm"];
        for folder in folders {
            std::fs::set_permissions(company.path(folder), std::fs::Permissions::from_mode(mode)).expect("a mode");
        }
    };
    mode(0o555);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_overstay"))
        .args(["verify", "pack", "--inputs", "exports"])
        .env_clear()
        .env("TMPDIR", company.path("scratch"))
        .current_dir(company.path("."))
        .output()
        .expect("it runs");
    mode(0o755);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(company.files("scratch").len(), 0);
    assert_eq!(std::fs::read_dir(company.path("scratch")).expect("a folder").count(), 0);
}
