//! What the packs of a folder say of each other: a forged earlier one is found by those that name it.

use super::forge::Forge;
use super::proof::found;
use crate::support::company::Company;

/// Three quarters of a year, each compared with those before it; the first one is accepted.
fn chained() -> Company {
    let company = Company::new();
    for (name, as_of) in [("a", "2026-08-01"), ("b", "2026-09-01"), ("c", "2026-10-01")] {
        let out = format!("packs/{name}");
        let as_of = format!("{as_of}T00:00:00Z");
        std::fs::create_dir_all(company.path("packs")).expect("a folder");
        let command =
            ["report", "exports", "--period", "2026-Q3", "--as-of", &as_of, "--history", "packs", "--out", &out];
        let ran = company.given(&command);
        assert_eq!(ran.code, 0, "{}", ran.err);
        if name == "a" {
            assert_eq!(company.run(&["accept", "packs/a", "--by", "R. Lead", "--reason", "seen"]).code, 0);
        }
    }
    company
}

#[test]
fn an_earlier_pack_that_was_forged_is_found_by_the_packs_that_name_it() {
    let company = chained();
    for pack in ["a", "b", "c"] {
        assert_eq!(found(&company.path("packs").join(pack)), Vec::<String>::new(), "{pack}");
    }
    let agreed = company.run(&["verify", "packs/c"]);
    assert!(agreed.out.contains("chain      3 of 3 links between packs lead to the manifest"), "{}", agreed.out);
    let mut forge = Forge::open(&company, "packs/b");
    forge.report.sources[0].completeness = overstay::report::Completeness::Whole;
    forge.seal_rendered(&company.path("packs/b"));
    // By the one after it, by itself, and in the list of all.
    assert_eq!(found(&company.path("packs/c")), ["chain: c"]);
    assert_eq!(found(&company.path("packs/b")), ["chain: c"]);
    assert_eq!(found(&company.path("packs/a")), Vec::<String>::new());
    assert_eq!(company.run(&["verify", "packs/c"]).code, 3);
    let says = |ran: crate::support::company::Ran| {
        assert_eq!(ran.code, 0, "{}", ran.err);
        let told: Vec<String> = ran.err.lines().filter(|line| line.contains("names")).map(str::to_owned).collect();
        told.join("\n")
    };
    for command in [&["history", "packs"][..], &["drift", "packs/a", "packs/c"], &["drift", "packs/b", "packs/c"]] {
        let told = says(company.run(command));
        assert!(told.starts_with("warning: b: c names b by the manifest "), "{command:?}: {told}");
        assert!(told.ends_with(", and another one lies there"), "{command:?}: {told}");
    }
    let drift = company.run(&["drift", "packs/b", "packs/c", "--format", "json"]).json();
    let context = drift["context"].as_array().expect("context").iter();
    let pack: Vec<&str> = context.filter(|one| one["kind"] == "pack").filter_map(|one| one["what"].as_str()).collect();
    assert_eq!(pack, ["manifest of b, as the current pack names it and as it lies there"]);
    // The next report says it too.
    let again = ["report", "exports", "--period", "2026-Q4", "--history", "packs", "--out", "packs/d"];
    let ran = company.run(&again);
    assert!(ran.err.contains("c names b by the manifest"), "{}", ran.err);
    // One that is gone is said, and is no difference: whoever was given one pack has no others.
    std::fs::remove_dir_all(company.path("packs/b")).expect("it was there");
    let ran = company.run(&["verify", "packs/c"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("3 of 4 links between packs lead to the manifest that they name; not there: b"),
        "{}",
        ran.out
    );
    assert!(says(company.run(&["history", "packs"])).contains("c names b, and no such pack lies there"));
}

#[test]
fn an_acceptance_that_was_forged_is_found() {
    let company = chained();
    let path = "packs/accepted.json";
    let text = std::fs::read_to_string(company.path(path)).expect("acceptances");
    company.write(path, text.replace("R. Lead", "A. Nother"));
    assert_eq!(found(&company.path("packs/c")), ["chain: c"]);
    let ran = company.run(&["verify", "packs/c"]);
    assert!(ran.out.contains("c records an acceptance of a, and accepted.json does not hold it"), "{}", ran.out);
    // Another pack in the place of the accepted one.
    company.write(path, text);
    let mut forge = Forge::open(&company, "packs/a");
    forge.report.sources[0].completeness = overstay::report::Completeness::Whole;
    forge.seal_rendered(&company.path("packs/a"));
    assert_eq!(found(&company.path("packs/a")), ["chain: b c accepted.json"]);
}
