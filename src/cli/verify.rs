//! `overstay verify`: whether a pack is what its manifest says, and whether the exports give it again.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::failure::Outcome;
use crate::pack::{Difference, DifferenceKind as Kind, PackCheck};
use crate::pipeline::{self, Compared, Repeat, Verified};
use crate::render::text;
use crate::time::rfc3339;

use super::args::VerifyArgs;
use super::bars::Bars;
use super::environment::{self, Environment};

/// Differences of each kind of comparison that the text names; the others are counted.
const NAMED: usize = 20;

pub(super) fn run(args: &VerifyArgs, environment: Environment) -> Outcome<u8> {
    let rules = super::rule_files(&args.files);
    let given = !rules.mappings.is_empty() || rules.policy.is_some() || rules.project.is_some();
    let repeat = match &args.inputs {
        None if given || args.templates.is_some() || args.history.is_some() => {
            return Err(super::usage(
                "rules, templates and earlier packs are needed only with --inputs DIR, to compute the pack again",
            ));
        }
        None => None,
        Some(exports) => Some(Repeat {
            exports: exports.clone(),
            rules,
            templates: args.templates.clone(),
            history: args.history.clone(),
            scratch: environment::scratch(),
        }),
    };
    let bars = Bars::new(environment);
    let verified = pipeline::verify(&args.pack, repeat.as_ref(), &bars)?;
    bars.finish();
    if args.json {
        Environment::data(as_json(&verified).as_bytes())?;
    } else {
        Environment::text(&as_text(&args.pack, &verified))?;
    }
    if let Some(Err(failure)) = &verified.repeated {
        Environment::message(&failure.to_string());
        if verified.check.differences.is_empty() {
            return Ok(failure.kind.exit_code());
        }
    }
    Ok(if verified.agrees() { 0 } else { super::DIFFERS })
}

fn as_text(pack: &Path, verified: &Verified) -> String {
    let check = &verified.check;
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "{name:<10}{value}");
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
    line("manifest", &format!("SHA-256 {}", check.sha256));
    match &verified.repeated {
        None => line("exports", "not compared; --inputs DIR computes the pack again"),
        Some(Err(_)) => line("exports", "the pack could not be computed again"),
        Some(Ok(repeated)) => {
            let of = |part: &Compared| text::of(part.agree as u64, part.compared as u64);
            line("exports", &format!("{} agree with the manifest", of(&repeated.inputs)));
            line("rules", &format!("{} agree with the manifest", of(&repeated.rules)));
            line("computed", &format!("{} files agree byte by byte", of(&repeated.files)));
        }
    }
    list(&mut out, "The pack differs from its manifest:", &check.differences);
    if let Some(Ok(repeated)) = &verified.repeated {
        list(&mut out, "The exports differ from those that the manifest lists:", &repeated.inputs.differences);
        list(&mut out, "The rules differ from those that the manifest lists:", &repeated.rules.differences);
        list(&mut out, "The pack differs from what was computed:", &repeated.files.differences);
    }
    let _ = write!(out, "\n{}\n", conclusion(check, verified));
    out
}

fn conclusion(check: &PackCheck, verified: &Verified) -> String {
    let caution = "This says nothing about where the exports came from. Whoever can change a file of a pack can write \
                   its\nmanifest anew: compare the manifest's SHA-256 with the one noted when the pack was made.";
    match (&verified.repeated, verified.agrees()) {
        (None, true) => format!("agrees: the pack is what its manifest says.\n{caution}"),
        (Some(_), true) => {
            format!(
                "agrees: the pack is what its manifest says, and the exports give it again byte by byte.\n{caution}"
            )
        }
        (Some(Err(_)), false) if check.differences.is_empty() => {
            format!("The pack is what its manifest says; whether the exports give it again is not known.\n{caution}")
        }
        (_, false) => "differs: what is named above.".to_owned(),
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

fn as_json(verified: &Verified) -> String {
    let check = &verified.check;
    let repeated = match &verified.repeated {
        None => Value::Null,
        Some(Ok(repeated)) => json!(repeated),
        Some(Err(failure)) => json!({ "failed": failure.diagnostics }),
    };
    let manifest = check.manifest.as_ref();
    let value = json!({
        "schema": "overstay.verify/1",
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "agrees": verified.agrees(),
        "manifest_file_sha256": check.sha256,
        "report_id": manifest.map(|manifest| &manifest.report_id),
        "made_by": manifest.map(|manifest| &manifest.tool),
        "files": {
            "listed": manifest.map_or(0, |manifest| manifest.outputs.len()),
            "agree": check.agree,
            "differences": check.differences,
        },
        "computed_again": repeated,
    });
    let mut text = crate::json::pretty(&value);
    text.push('\n');
    text
}
