//! `overstay verify`: whether a pack is what its manifest says, and whether the exports or its own parts give it again.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::drift::{Link, LinkState};
use crate::failure::Outcome;
use crate::pack::{Difference, DifferenceKind as Kind, Signed};
use crate::pipeline::{self, Alone, AtHand, Compared, RuleOrigin, UsedRule, Verified, VerifyOptions};
use crate::render::text;
use crate::time::rfc3339;

use super::args::VerifyArgs;
use super::bars::Bars;
use super::environment::{self, Environment};

/// Differences of each kind of comparison that the text names; the others are counted.
const NAMED: usize = 20;

pub(super) fn run(args: &VerifyArgs, environment: Environment) -> Outcome<u8> {
    let options = VerifyOptions {
        manifest_sha256: args.manifest_sha256.clone(),
        command: args.verify_command.clone(),
        hashes_only: args.hashes_only,
        exports: args.inputs.clone(),
        at_hand: AtHand {
            rules: super::rule_files(&args.files),
            templates: args.templates.clone(),
            history: args.history.clone(),
            run_pack_metrics: args.run_pack_metrics,
            pseudonyms: super::key(args.pseudonyms.as_deref())?,
            scratch: environment::scratch(),
        },
    };
    let bars = Bars::new(environment);
    let verified = pipeline::verify(&args.pack, &options, &bars)?;
    bars.finish();
    let given = args.manifest_sha256.is_some();
    if args.json {
        Environment::data(as_json(&verified, given).as_bytes())?;
    } else {
        Environment::text(&as_text(&args.pack, &verified, given))?;
    }
    let Some(failure) = verified.failure() else {
        return Ok(if verified.agrees() { 0 } else { super::DIFFERS });
    };
    Environment::message(&failure.to_string());
    Ok(if verified.differs() { super::DIFFERS } else { failure.kind.exit_code() })
}

fn as_text(pack: &Path, verified: &Verified, given: bool) -> String {
    let check = &verified.check;
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "{name:<11}{value}");
    };
    line("pack", &clean(&pack.display().to_string()));
    if let Some(manifest) = &check.manifest {
        let period = clean(&manifest.period.label);
        let tool = clean(&format!("{} {}", manifest.tool.name, manifest.tool.version));
        let as_of = rfc3339(manifest.as_of.0);
        line("report", &format!("{}, {period}, as of {as_of}, by {tool}", clean(&manifest.report_id)));
        let agree = text::of(check.agree as u64, manifest.outputs.len() as u64);
        line("files", &format!("{agree} agree with the manifest"));
    }
    let noted = if given && !verified.has_other_manifest() { ", the one that was given" } else { "" };
    line("manifest", &format!("SHA-256 {}{noted}", check.sha256));
    line("signatures", &signatures(verified));
    if !verified.chain.is_empty() {
        line("chain", &chain(verified));
    }
    match &verified.repeated {
        None => line("exports", "not compared; --inputs DIR computes the pack again from its beginning"),
        Some(Err(_)) => line("exports", "the pack could not be computed again"),
        Some(Ok(repeated)) => {
            line("exports", &format!("{} agree with the manifest", of(&repeated.inputs)));
            line("rules", &format!("{} agree with the manifest", of(&repeated.rules)));
            line("computed", &format!("{} files agree byte by byte", of(&repeated.files)));
        }
    }
    match &verified.alone {
        Alone::FromExports => {}
        Alone::NotAsked => line("computed", "nothing (--hashes-only)"),
        Alone::Differs => line("computed", "not computed again from itself: it is not what its manifest says"),
        Alone::OtherVersion(tool) => {
            line("computed", &format!("not computed again: made by {}, which may compute otherwise", clean(tool)));
        }
        Alone::Computed(Err(_)) => line("computed", "the pack could not be computed again from itself"),
        Alone::Computed(Ok(again)) => {
            line("rules", &files(&again.rules, "texts are those of this version, or those given"));
            line("evidence", &files(&again.tables, "files are what the tables give"));
            line("numbers", numbers(&again.report));
            line("documents", &files(&again.documents, "are what report.json gives"));
        }
    }
    list(&mut out, "The pack differs from its manifest:", &check.differences);
    let forged: Vec<String> = verified.forged().filter_map(Link::words).collect();
    sentences(&mut out, "Packs are named by manifests that do not lie there:", &forged);
    if let Some(Ok(repeated)) = &verified.repeated {
        list(&mut out, "The exports differ from those that the manifest lists:", &repeated.inputs.differences);
        list(&mut out, "The rules differ from those that the manifest lists:", &repeated.rules.differences);
        list(&mut out, "The pack differs from what was computed:", &repeated.files.differences);
    }
    if let Alone::Computed(Ok(again)) = &verified.alone {
        list(&mut out, "The rules differ from those of this version, or those given:", &again.rules.differences);
        list(&mut out, "The evidence differs from what the tables of the pack give:", &again.tables.differences);
        list(&mut out, "report.json differs from what the tables of the pack give:", &again.report.differences);
        list(&mut out, "The documents differ from what report.json gives:", &again.documents.differences);
        sentences(&mut out, "Not compared:", &again.not_compared);
    }
    sentences(&mut out, "Rules of the company's own that this was computed with:", &own_rules(verified));
    let _ = write!(out, "\n{}\n", conclusion(verified, given));
    out
}

fn numbers(report: &Compared) -> &'static str {
    match (report.compared, report.differences.is_empty()) {
        (0, _) => "not compared",
        (_, true) => "report.json says what the tables give",
        (_, false) => "report.json says something else than the tables give",
    }
}

fn of(part: &Compared) -> String {
    text::of(part.agree as u64, part.compared as u64)
}

/// How many of how many, where there are any.
fn files(part: &Compared, words: &str) -> String {
    if part.compared == 0 { "not compared".to_owned() } else { format!("{} {words}", of(part)) }
}

/// Which signatures there are, and who says what of them.
fn signatures(verified: &Verified) -> String {
    let there = &verified.check.signatures;
    let names = if there.is_empty() { "none beside the manifest".to_owned() } else { there.join(", ") };
    match verified.signed {
        None if there.is_empty() => names,
        None => format!("{names}: present, not checked by overstay; --verify-command checks"),
        Some(Signed::Good) => format!("{names}; the command that was given ended with 0"),
        Some(Signed::Bad(Some(code))) => format!("{names}; the command that was given failed with {code}"),
        Some(Signed::Bad(None)) => format!("{names}; the command that was given was ended by a signal"),
    }
}

/// How the packs that are named lie there; each is counted as often as it is named.
fn chain(verified: &Verified) -> String {
    let with = |state| verified.chain.iter().filter(|link| link.state == state).count() as u64;
    let missing: Vec<&str> = {
        let missing = verified.chain.iter().filter(|link| link.state == LinkState::Missing);
        missing.map(|link| link.pack.as_str()).collect()
    };
    let same = text::of(with(LinkState::Same), verified.chain.len() as u64);
    let mut words = format!("{same} links between packs lead to the manifest that they name");
    if !missing.is_empty() {
        let _ = write!(words, "; not there: {}", clean(&missing.join(", ")));
    }
    words
}

fn conclusion(verified: &Verified, given: bool) -> String {
    let caution = match (given, verified.signed) {
        (true, _) => "This says nothing about where the exports came from.",
        (false, Some(Signed::Good)) => {
            "This says nothing about where the exports came from. That the manifest is signed says the command that was given."
        }
        (false, _) => {
            "This says nothing about where the exports came from. Whoever can change all files of a pack can write its\n\
             manifest anew: compare the manifest's SHA-256 with the one noted when the pack was made (--manifest-sha256)."
        }
    };
    let itself = "agrees: the pack is what its manifest says";
    match (&verified.repeated, &verified.alone) {
        _ if verified.differs() => "differs: what is named above.".to_owned(),
        (Some(Err(_)), _) => {
            format!("The pack is what its manifest says; whether the exports give it again is not known.\n{caution}")
        }
        (Some(Ok(_)), _) => format!("{itself}, and the exports give it again byte by byte.\n{caution}"),
        (None, Alone::Computed(Ok(_))) => {
            format!("{itself}, and its parts give each other again, but for what was not compared.\n{caution}")
        }
        (None, Alone::Computed(Err(_))) => {
            format!("The pack is what its manifest says; whether its parts belong together is not known.\n{caution}")
        }
        (None, _) => format!("{itself}; whether its parts belong together was not computed.\n{caution}"),
    }
}

/// Each with where it came from, what became of its SQL, and its hash.
fn own_rules(verified: &Verified) -> Vec<String> {
    let words = |rule: &UsedRule| {
        let from = match rule.from {
            RuleOrigin::Pack => "out of the pack",
            RuleOrigin::Given => "given, or among the exports",
        };
        let sql = match rule.sql_run {
            None => "",
            Some(true) => ", its SQL was run",
            Some(false) => ", its SQL was not run (--run-pack-metrics runs it)",
        };
        format!("{} ({from}{sql}): SHA-256 {}", rule.name, rule.sha256)
    };
    verified.own_rules().iter().map(words).collect()
}

fn sentences(out: &mut String, title: &str, list: &[String]) {
    if !list.is_empty() {
        let _ = write!(out, "\n{title}\n");
    }
    for one in list {
        let _ = writeln!(out, "  {}", clean(one));
    }
}

fn list(out: &mut String, title: &str, differences: &[Difference]) {
    if differences.is_empty() {
        return;
    }
    let _ = write!(out, "\n{title}\n");
    for difference in differences.iter().take(NAMED) {
        let kind = word(difference.kind);
        let mut what = difference.what.iter();
        let first = what.next().map(String::as_str).unwrap_or_default();
        let _ = writeln!(out, "  {kind:<8} {}: {}", clean(&difference.path), clean(first));
        for more in what {
            let _ = writeln!(out, "           {}", clean(more));
        }
    }
    let more = differences.len().saturating_sub(NAMED);
    if more > 0 {
        let _ = writeln!(out, "  … and {more} more; --json has all");
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Changed => "changed",
        Kind::Missing => "missing",
        Kind::Added => "added",
        Kind::Odd => "odd",
    }
}

/// What stands in a pack may have been written by somebody else: nothing of it acts on a terminal.
fn clean(plain: &str) -> String {
    text::visible(plain, false).into_owned()
}

fn as_json(verified: &Verified, given: bool) -> String {
    let check = &verified.check;
    let repeated = match &verified.repeated {
        None => Value::Null,
        Some(Ok(repeated)) => json!(repeated),
        Some(Err(failure)) => json!({ "failed": failure.diagnostics }),
    };
    let alone = match &verified.alone {
        Alone::Computed(Ok(again)) => json!(again),
        Alone::Computed(Err(failure)) => json!({ "failed": failure.diagnostics }),
        Alone::OtherVersion(tool) => json!({ "made_by": tool }),
        Alone::NotAsked | Alone::Differs | Alone::FromExports => Value::Null,
    };
    let command = match verified.signed {
        None => Value::Null,
        Some(Signed::Good) => json!({ "good": true, "code": 0 }),
        Some(Signed::Bad(code)) => json!({ "good": false, "code": code }),
    };
    let manifest = check.manifest.as_ref();
    let value = json!({
        "schema": "overstay.verify/1",
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "agrees": verified.agrees(),
        "manifest_file_sha256": check.sha256,
        "manifest_file_is_the_given": given.then(|| !verified.has_other_manifest()),
        "signatures": check.signatures,
        "verify_command": command,
        "report_id": manifest.map(|manifest| &manifest.report_id),
        "made_by": manifest.map(|manifest| &manifest.tool),
        "files": {
            "listed": manifest.map_or(0, |manifest| manifest.outputs.len()),
            "agree": check.agree,
            "differences": check.differences,
        },
        "chain": verified.chain,
        "computed_from_itself": alone,
        "computed_again": repeated,
    });
    let mut text = crate::json::pretty(&value);
    text.push('\n');
    text
}
