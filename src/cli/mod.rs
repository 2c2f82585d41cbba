//! The command line: clap types, one file per command, and the one place that turns an outcome into an exit code.

mod accept;
mod args;
mod bars;
mod check;
mod drift;
mod environment;
mod explain;
mod history;
mod init;
mod inspect;
mod list;
mod mail;
mod normalise;
mod password;
pub mod reference;
mod report;
mod sample;
mod shell;
mod verify;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, FromArgMatches};

use crate::diag::Severity;
use crate::failure::{Failure, Outcome};
use crate::pack::ReadAs;
use crate::pipeline::{Clock, METRIC_LEFT_OUT, RuleOptions, RunOptions};
use crate::pseudonym::Key;
use crate::report::{Report, Status};

use args::{AssessArgs, Cli, Command, FailOn, RuleArgs, RuleFiles};
use environment::Environment;

/// Exit code when something that was given cannot be used.
const USAGE: u8 = 2;
/// Exit code when a metric is over its limit.
const NOT_MET: u8 = 3;
/// Exit code when a pack differs from what it should be.
const DIFFERS: u8 = 3;
/// Exit code when none is over its limit, but there is not enough evidence.
const INSUFFICIENT: u8 = 4;
/// Exit code when the current pack is worse than its baseline.
const WORSE: u8 = 5;
/// Exit code when a mail could not be delivered to everybody.
const NOT_DELIVERED: u8 = 6;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    crate::writing::listen();
    let environment = Environment::detect();
    // Help is wrapped as everything else is, to lines that can be read.
    let command = Cli::command().term_width(environment.width.min(100));
    let cli = match command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(message) => {
            // Help and version are data; mistakes are messages.
            if message.use_stderr() {
                Environment::message(message.to_string().trim_end());
                return ExitCode::from(2);
            }
            return ended(Environment::text(&message.to_string()).map(|()| 0));
        }
    };
    ended(environment::usable().and_then(|()| run(cli.command, environment.quiet(cli.quiet))))
}

fn ended(outcome: Outcome<u8>) -> ExitCode {
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            Environment::message(&failure.to_string());
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

fn run(command: Command, environment: Environment) -> Outcome<u8> {
    match command {
        Command::Report(args) => report::run(&args, environment),
        Command::Check(args) => check::run(&args, environment),
        Command::Inspect(args) => inspect::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::List(args) => list::run(&args),
        Command::Drift(args) => drift::run(&args, environment),
        Command::Accept(args) => accept::run(&args),
        Command::History(args) => history::run(&args, environment),
        Command::Init(args) => init::run(&args),
        Command::Verify(args) => verify::run(&args, environment),
        Command::Sample(args) => sample::run(&args, environment),
        Command::Normalise(args) => normalise::run(&args, environment),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::Reference(args) => reference::run(&args),
    }
}

/// The rule flags as plain types.
fn rule_options(args: &RuleArgs) -> Outcome<RuleOptions> {
    let zone = match &args.zone {
        None => None,
        Some(text) => Some(text.parse().map_err(|cause: String| usage(format!("--zone: {cause}")))?),
    };
    Ok(RuleOptions {
        frameworks: args.frameworks.clone(),
        zone,
        read_as: args.read_as.chunks_exact(2).map(read_as).collect(),
        ..rule_files(&args.files)
    })
}

/// The flags that name rule files as plain types.
fn rule_files(args: &RuleFiles) -> RuleOptions {
    RuleOptions {
        project: args.project.clone(),
        mappings: args.mappings.clone(),
        policy: args.policy.clone(),
        ..RuleOptions::default()
    }
}

fn read_as(pair: &[String]) -> ReadAs {
    ReadAs { source: pair[0].clone(), pattern: pair[1].clone() }
}

/// The assessment flags as plain types.
fn run_options(args: &AssessArgs, findings: usize) -> Outcome<RunOptions> {
    let (period, as_of) = (args.period.clone(), args.as_of.clone());
    Ok(RunOptions { period, as_of, ..options_for(&args.exports, &args.rules, findings)? })
}

/// The same for a folder and its rules; period and as-of come from the project file.
fn options_for(exports: &Path, args: &RuleArgs, findings: usize) -> Outcome<RunOptions> {
    let mut rules = rule_options(args)?;
    for one in &mut rules.read_as {
        one.pattern = inside(exports, &one.pattern);
    }
    Ok(RunOptions {
        exports: exports.to_owned(),
        period: None,
        as_of: None,
        rules,
        clock: Clock::Wall(environment::now),
        findings,
        readings: false,
        except: Vec::new(),
        pseudonyms: None,
    })
}

/// The key of the pseudonyms, where one is given.
fn key(file: Option<&Path>) -> Outcome<Option<Arc<Key>>> {
    Ok(file.map(Key::read).transpose()?.map(Arc::new))
}

/// A pattern as it stands under the folder of exports, also when it was typed from here: where that folder lies must
/// not change a pack.
fn inside(exports: &Path, pattern: &str) -> String {
    let plain = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_owned();
    let (root, typed) = (plain(exports), plain(Path::new(pattern)));
    let is_there = || exports.join(&typed).exists();
    let shorter = typed.strip_prefix(&root).ok().filter(|_| !root.as_os_str().is_empty() && !is_there());
    shorter.unwrap_or(&typed).to_string_lossy().into_owned()
}

/// A mistake on the command line.
fn usage(message: impl Into<String>) -> Failure {
    Failure::usage_one(crate::diag::Diagnostic::error("usage", message))
}

/// The exit code that a gate asks for.
fn gate(status: Status, fail_on: &[FailOn]) -> u8 {
    match status {
        Status::NotMet if fail_on.contains(&FailOn::NotMet) => NOT_MET,
        // A run that measured nothing at all shows nothing: a gate must not take it for a pass.
        Status::InsufficientEvidence | Status::NoPopulation | Status::NotAssessed
            if fail_on.contains(&FailOn::InsufficientEvidence) =>
        {
            INSUFFICIENT
        }
        _ => 0,
    }
}

/// The exit code of a report: that of the gate; where that lets it through, whether it stands without a metric that
/// somebody wrote and nobody can run.
fn exit_code(report: &Report, fail_on: &[FailOn]) -> u8 {
    let left_out = report.messages.iter().any(|message| message.code == METRIC_LEFT_OUT);
    match gate(report.verdict.status, fail_on) {
        0 if left_out => USAGE,
        code => code,
    }
}

/// Warnings of a run on standard error: the first few, then how many more there are.
fn say(messages: &[crate::report::Message], limit: usize) {
    let loud = || messages.iter().filter(|message| message.severity != Severity::Info);
    for message in loud().take(limit) {
        let place = message.place.as_deref().map(|place| format!("{place}: ")).unwrap_or_default();
        Environment::message(&format!("{}: {place}{}", message.severity.word(), message.message));
        if let Some(hint) = &message.hint {
            Environment::message(&format!("hint: {hint}"));
        }
    }
    let more = loud().count().saturating_sub(limit);
    if more > 0 {
        Environment::message(&format!("… and {more} more; the report lists all of them"));
    }
}
