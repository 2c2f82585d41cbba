//! The company's own rules in the pack: all that the run used, and what verify does with them.

use overstay::pack::RuleEntry;

use super::forge::Forge;
use crate::support::company::{Company, Ran};

const LIMITS: &str = "title = \"Own\"\n[metrics.leaver-lag]\nlimit = \"1h\"\nseverity = \"high\"\n";
const MAPPING: &str = include_str!("../../samples/acme/mappings/sources/temps-on-site.toml");
const RULES: [&str; 3] = ["--mappings", "own", "--policy"];

fn sql() -> String {
    include_str!("../../mappings/metrics/leaver-lag.sql").replace("id = \"leaver-lag\"", "id = \"own-lag\"")
}

/// A company with limits and a mapping of its own; `metric`: and a metric.
fn with_rules(metric: bool) -> Company {
    let company = Company::new()
        .with("own/sources/temps-on-site.toml", MAPPING)
        .with("own/policies/limits.toml", LIMITS)
        .with("exports/overstay.toml", "organisation = \"Corp\"\n");
    if metric { company.with("own/metrics/own-lag.sql", sql()) } else { company }
}

fn report(company: &Company) {
    let own = [&RULES[..], &["own/policies/limits.toml"]].concat();
    let ran = company.given(&[&["report", "exports", "--period", "2026-Q3", "--out", "pack"], &own[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn verify(company: &Company, more: &[&str]) -> Ran {
    company.run(&[&["verify", "pack"], more].concat())
}

/// The rules that an output names, without their hashes.
fn rules(ran: &Ran) -> String {
    let (_, after) = ran.out.split_once("\nRules of the company's own").unwrap_or_default();
    let lines = after.lines().skip(1).take_while(|line| !line.is_empty());
    lines.map(|line| line.split(": SHA-256 ").next().unwrap_or(line).trim().to_owned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_pack_has_every_rule_of_the_companys_own() {
    let company = with_rules(true).with_documents();
    report(&company);
    let files = company.files("pack");
    let listed = company.json("pack");
    let listed = listed["own_rules"].as_array().expect("a list");
    let mut names = Vec::new();
    for rule in listed {
        let text = |name: &str| rule[name].as_str().expect("a text").to_owned();
        let bytes = String::from_utf8(files[&text("path")].clone()).expect("text");
        assert_eq!(RuleEntry::of("", &bytes).sha256, text("sha256"), "{rule}");
        names.push(format!("{} {} {}", text("kind"), text("name"), text("path")));
    }
    insta::assert_snapshot!(names.join("\n"), @r"
    limits limits.toml rules/policies/limits.toml
    project file overstay.toml rules/project/overstay.toml
    metric own/own-lag.sql rules/metrics/own-lag.sql
    source mapping own/temps-on-site.toml rules/sources/temps-on-site.toml
    ");
    assert_eq!(files["rules/policies/limits.toml"], LIMITS.as_bytes());
    let packed = files.keys().filter(|name| name.starts_with("rules/")).count();
    assert_eq!(packed, listed.len(), "and no shipped one");
    // Readers find them on the page of sources.
    let page = String::from_utf8(files["report.html"].clone()).expect("a page");
    assert!(page.contains("Rules of the organisation’s own"));
    assert!(page.contains("rules/metrics/own-lag.sql"));
    // Without own rules there is nothing to say.
    let shipped = Company::new();
    assert_eq!(shipped.report().code, 0);
    assert!(shipped.files("pack").keys().all(|name| !name.starts_with("rules/")));
    let ran = verify(&shipped, &[]);
    assert!(ran.code == 0 && !ran.out.contains("company's own"), "{}", ran.out);
}

#[test]
fn verify_uses_the_rules_of_the_pack_and_names_them() {
    let company = with_rules(false);
    report(&company);
    let alone = verify(&company, &[]);
    assert_eq!(alone.code, 0, "{}", alone.out);
    insta::assert_snapshot!(rules(&alone), @r"
    limits.toml (out of the pack)
    overstay.toml (out of the pack)
    own/temps-on-site.toml (out of the pack)
    ");
    assert!(!alone.out.contains("taken from report.json"), "{}", alone.out);
    let again = verify(&company, &["--inputs", "exports"]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(again.out.contains("the exports give it again byte by byte"), "{}", again.out);
    assert_eq!(rules(&again), rules(&alone));
    // A project file among the exports is another one now: the rules of the pack hide that from nobody.
    company.write("exports/overstay.toml", "organisation = \"Corporation\"\n");
    let other = verify(&company, &["--inputs", "exports"]);
    assert_eq!(other.code, 3, "{}", other.out);
    assert!(
        other.out.contains("changed  overstay.toml: the project file among the exports is another one"),
        "{}",
        other.out
    );
}

#[test]
fn sql_out_of_a_pack_is_run_only_when_asked_for() {
    let company = with_rules(true);
    report(&company);
    let alone = verify(&company, &[]);
    assert_eq!(alone.code, 0, "{}", alone.out);
    insta::assert_snapshot!(rules(&alone), @r"
    limits.toml (out of the pack)
    overstay.toml (out of the pack)
    own/own-lag.sql (out of the pack, its SQL was not run (--run-pack-metrics runs it))
    own/temps-on-site.toml (out of the pack)
    ");
    assert!(alone.out.contains("the SQL of own-lag, which is the company's own and is not run"), "{}", alone.out);
    let ran = verify(&company, &["--run-pack-metrics"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    insta::assert_snapshot!(rules(&ran), @r"
    limits.toml (out of the pack)
    overstay.toml (out of the pack)
    own/own-lag.sql (out of the pack, its SQL was run)
    own/temps-on-site.toml (out of the pack)
    ");
    assert!(!ran.out.contains("the SQL of own-lag"), "{}", ran.out);
    // From the exports its rows cannot be taken as they stand.
    let refused = verify(&company, &["--inputs", "exports"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    insta::assert_snapshot!(refused.err, @r"
    error: manifest.json: the pack has SQL of the company's own, which is not run out of a pack unasked: own-lag
    hint: --mappings gives it; --run-pack-metrics runs the SQL of the pack: read it first
    note: the pack was made with rules of the company's own
    hint: give --mappings and --policy as it was given then
    ");
    let again = verify(&company, &["--inputs", "exports", "--run-pack-metrics"]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert_eq!(rules(&again), rules(&ran));
    let given = verify(&company, &["--mappings", "own", "--policy", "own/policies/limits.toml"]);
    assert_eq!(given.code, 0, "{}", given.out);
    insta::assert_snapshot!(rules(&given), @r"
    limits.toml (given, or among the exports)
    own/own-lag.sql (given, or among the exports, its SQL was run)
    own/temps-on-site.toml (given, or among the exports)
    ");
}

#[test]
fn rules_that_are_given_are_compared_with_those_of_the_pack() {
    let company = with_rules(true);
    report(&company);
    company.write("own/metrics/own-lag.sql", sql().replace("title = \"", "title = \"New: "));
    company.write("own/policies/limits.toml", LIMITS.replace("1h", "2h"));
    company.write("own/sources/another.toml", MAPPING.replace("temps-on-site", "another"));
    let ran = verify(&company, &["--mappings", "own", "--policy", "own/policies/limits.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    let (_, told) = ran.out.split_once("\nThe rules differ from those").expect("a list");
    let (told, _) = told.split_once("\n\n").expect("an end");
    insta::assert_snapshot!(told.lines().skip(1).collect::<Vec<_>>().join("\n"), @r"
    changed  limits.toml: the manifest lists another text than the one that was given
    missing  own/another.toml: among the rules that were given, and the manifest does not list it
    changed  own/own-lag.sql: the manifest lists another text than the one that was given
    ");
}

/// What somebody who can write the whole pack can do to the rules in it.
#[test]
fn forged_rules() {
    let company = with_rules(true);
    report(&company);
    let folder = company.path("pack");
    let whole = Forge::open(&company, "pack");
    let forged = |forge: Forge, more: &[&str]| {
        forge.seal_rendered(&folder);
        verify(&company, more)
    };
    let open = || Forge { manifest: whole.manifest.clone(), report: whole.report.clone(), files: whole.files.clone() };
    // A file whose hash is not that of the rules.
    let mut forge = open();
    forge.edit("rules/policies/limits.toml", "1h", "30d");
    let ran = forged(forge, &[]);
    assert!(
        ran.code == 3 && ran.out.contains("changed  rules/policies/limits.toml: it is not limits.toml, which"),
        "{}",
        ran.out
    );
    // One more, that nobody lists; and one less.
    let mut forge = open();
    forge.files.insert("rules/metrics/more.sql".to_owned(), b"SELECT 1".to_vec());
    let ran = forged(forge, &[]);
    assert!(ran.code == 3 && ran.out.contains("added    rules/metrics/more.sql: "), "{}", ran.out);
    let mut forge = open();
    forge.files.remove("rules/sources/temps-on-site.toml");
    let ran = forged(forge, &[]);
    assert!(ran.code == 3 && ran.out.contains("missing  rules/sources/temps-on-site.toml: "), "{}", ran.out);
    // The list of the report alone.
    let mut forge = open();
    forge.report.own_rules.pop();
    let ran = forged(forge, &[]);
    assert!(ran.code == 3 && ran.out.contains("report.json: its list of the company's own rules"), "{}", ran.out);
    // SQL that reads a file, with every hash made anew: not even tried unasked, and refused where it is asked for.
    let mut forge = open();
    let evil = sql().replacen("SELECT", "SELECT (SELECT count(*) FROM read_csv('/etc/passwd')) AS stolen,", 1);
    for path in ["rules/metrics/own-lag.sql", "metrics/own-lag.sql"] {
        forge.files.insert(path.to_owned(), evil.clone().into_bytes());
    }
    let entry = RuleEntry::of("own/own-lag.sql", &evil);
    let listed = forge.report.own_rules.iter_mut().find(|rule| rule.name == entry.path).expect("the metric");
    listed.sha256.clone_from(&entry.sha256);
    let rule = forge.manifest.rules.iter_mut().find(|rule| rule.path == entry.path);
    *rule.expect("the metric") = entry.clone();
    let ran = forged(forge, &[]);
    assert!(rules(&ran).contains("own/own-lag.sql (out of the pack, its SQL was not run"), "{}", ran.out);
    let ran = verify(&company, &["--run-pack-metrics"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.contains("changed  rules/: cannot be made again: "), "{}", ran.out);
    let ran = verify(&company, &["--run-pack-metrics", "--inputs", "exports"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    // A pack that is not what its manifest says is not believed about rules either.
    let mut forge = open();
    forge.files.remove("rules/policies/limits.toml");
    forge.seal_rendered(&folder);
    company.write("pack/rules/policies/limits.toml", LIMITS.replace("1h", "30d"));
    let ran = verify(&company, &["--inputs", "exports", "--run-pack-metrics"]);
    assert!(ran.code == 3 && ran.err.contains("the rules in the pack are not those"), "{}{}", ran.out, ran.err);
}
