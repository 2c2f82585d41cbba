//! Mail about a comparison: `.eml` files, a dry run, or delivery.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Kind, Outcome};
use crate::mail::{
    self, Attachment, Config, Delivery, Options, Outbox, Plan, Prepared, Sendmail, Server, Smtp, Transport, Way, World,
};
use crate::render::{Templates, text};
use crate::report::drift::Drift;
use crate::writing::{Disk, write_file};

use super::environment::{self, Environment};
use super::{NOT_DELIVERED, password, usage};

/// Longest wait for another run that sends from the same outbox.
const BUSY: Duration = Duration::from_mins(1);

/// Mail flags of `overstay drift`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Mail")]
pub(super) struct MailArgs {
    /// Mail file: the server, the sender, and who gets which part. See docs/mail.md.
    #[arg(long, value_name = "FILE")]
    pub mail: Option<PathBuf>,
    /// Send one mail per rule of the mail file, to whom has not got it yet. Exit 6 when somebody did not get a mail: it is
    /// kept in the outbox, and the same command sends it again.
    #[arg(long, requires = "mail")]
    pub send: bool,
    /// Print which mails would be sent to whom; nothing is sent, no password is read.
    #[arg(long, requires = "mail", conflicts_with = "send")]
    pub dry_run: bool,
    /// Send, or write, a mail also when nothing changed.
    #[arg(long)]
    pub always: bool,
    /// Write the mail to FILE instead of sending it; with several rules in the mail file, one file per rule: FILE-1.eml,
    /// FILE-2.eml. Without a mail file, the mail is about everything and has no recipients.
    #[arg(long, value_name = "FILE")]
    pub eml: Option<PathBuf>,
    /// Name persons and accounts in mails.
    #[arg(long)]
    pub names: bool,
    /// Attach files of the current pack to every mail; they name persons and accounts.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub attach: Vec<Attached>,
    /// Folder of mails that somebody has not got and of the record of deliveries. Default: outbox, beside the current
    /// pack.
    #[arg(long, value_name = "DIR")]
    pub outbox: Option<PathBuf>,
}

impl MailArgs {
    /// Whether any mail is asked for.
    pub(super) fn wanted(&self) -> bool {
        self.mail.is_some() || self.eml.is_some()
    }
}

/// What can be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Attached {
    /// report.pdf.
    Pdf,
    /// report.html.
    Html,
    /// owners/<owner>.csv, to rules that ask for owners.
    OwnerList,
}

/// Does what the flags ask for. Gives back an exit code when somebody did not get a mail.
pub(super) fn run(args: &MailArgs, drift: &Drift, current: &Path) -> Outcome<Option<u8>> {
    if !args.wanted() {
        return Ok(None);
    }
    let kind = |kind: &Attached| match kind {
        Attached::Pdf => Attachment::Pdf,
        Attached::Html => Attachment::Html,
        Attached::OwnerList => Attachment::OwnerList,
    };
    let attach: Vec<Attachment> = args.attach.iter().map(kind).collect();
    let pack = Some(current).filter(|folder| folder.join("manifest.json").is_file());
    let (names, always, templates) = (args.names, args.always, Templates::shipped()?);
    let date = args.send.then(environment::now);
    let options = Options { pack, names, always, attach: &attach, date, templates: &templates };
    let Some(file) = &args.mail else {
        write(args, &Plan::whole(drift, &options)?, 1)?;
        return Ok(None);
    };
    if !args.send && !args.dry_run && args.eml.is_none() {
        return Err(usage("--mail needs --send, --dry-run or --eml"));
    }
    let config = load(file)?;
    let plan = Plan::make(&config, drift, &options)?;
    for doubt in &plan.doubts {
        Environment::message(&doubt.to_string());
    }
    write(args, &plan, config.rules.len())?;
    let folder = args.outbox.clone().or_else(|| pack.map(outbox_of));
    if args.dry_run {
        dry_run(&plan, folder.as_deref())?;
    }
    if !args.send {
        return Ok(None);
    }
    let Some(folder) = folder else {
        return Err(usage("CURRENT is no pack: --outbox has to say where deliveries are recorded"));
    };
    let Some(server) = &config.server else {
        let place = Place::file(config.file.clone());
        let diagnostic = Diagnostic::error("rule-missing", "--send needs a [server] in the mail file").at(place);
        return Err(Failure::usage_one(diagnostic));
    };
    if args.eml.is_none() {
        silent(&plan);
    }
    let mut outbox = Outbox::open(&folder)?;
    outbox.keep(&plan.mails)?;
    // From here on the mails are kept: whatever fails, the same command sends them.
    send(server, &plan.mails, &mut outbox).map_err(|failure| kept(failure, &folder))
}

/// `outbox` beside the pack.
fn outbox_of(pack: &Path) -> PathBuf {
    let whole = pack.canonicalize().unwrap_or_else(|_| pack.to_owned());
    whole.parent().unwrap_or_else(|| Path::new(".")).join("outbox")
}

fn load(path: &Path) -> Outcome<Config> {
    let shown = path.display().to_string();
    let text = disk::read_text(path, disk::WRITTEN).map_err(|cause| {
        let message = format!("the mail file cannot be read: {cause}");
        Failure::usage_one(Diagnostic::error("mail-file", message).at(Place::file(shown.clone())))
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    Config::load(&shown, &text, folder).map_err(Failure::usage)
}

/// Writes the mails as files, where that is asked for.
fn write(args: &MailArgs, plan: &Plan, rules: usize) -> Outcome<()> {
    let Some(path) = &args.eml else {
        return Ok(());
    };
    for mail in &plan.mails {
        let target = if rules == 1 {
            path.clone()
        } else {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            path.with_file_name(format!("{stem}-{}.eml", mail.number))
        };
        write_file(&Disk::real(), &target, &mail.eml)?;
        Environment::message(&format!("wrote {}", target.display()));
    }
    silent(plan);
    Ok(())
}

fn silent(plan: &Plan) {
    for label in &plan.silent {
        Environment::message(&format!("{}: nothing changed that concerns it, no mail", clean(label)));
    }
}

fn clean(plain: &str) -> String {
    text::visible(plain, false).into_owned()
}

fn dry_run(plan: &Plan, folder: Option<&Path>) -> Outcome<()> {
    let outbox = Outbox::look(folder)?;
    let mut lines: Vec<String> = Vec::new();
    for mail in &plan.mails {
        let (done, open): (Vec<&str>, Vec<&str>) =
            mail.to.iter().map(String::as_str).partition(|to| outbox.has(mail, to));
        lines.push(format!("== {}", clean(&mail.label)));
        lines.push(format!("to: {}", if open.is_empty() { "nobody".to_owned() } else { open.join(", ") }));
        if !done.is_empty() {
            lines.push(format!("delivered before: {}", done.join(", ")));
        }
        lines.push(format!("subject: {}", clean(&mail.subject)));
        lines.push(format!("size: {}", text::size(mail.eml.len() as u64)));
        lines.extend(mail.attached.iter().map(|name| format!("attached: {name}")));
        lines.extend([String::new(), mail.text.trim_end().to_owned(), String::new()]);
    }
    let silent = |label: &String| format!("== {}: nothing changed that concerns it, no mail", clean(label));
    lines.extend(plan.silent.iter().map(silent));
    lines.push(String::new());
    Environment::text(&lines.join("\n"))
}

fn send(server: &Server, mails: &[Prepared], outbox: &mut Outbox) -> Outcome<Option<u8>> {
    if !outbox.begin(BUSY)? {
        let message = format!("another run has been sending from this outbox for {} s", BUSY.as_secs());
        return Err(Failure::usage_one(Diagnostic::error("outbox-busy", message)));
    }
    for path in outbox.earlier(mails) {
        let hint = "send it by other means, or delete it";
        let message =
            format!("warning: {}: a mail of an earlier run that somebody has not got\nhint: {hint}", path.display());
        Environment::message(&message);
    }
    let (done, open): (Vec<&Prepared>, Vec<&Prepared>) = mails.iter().partition(|mail| outbox.has_everybody(mail));
    for mail in done {
        Environment::message(&format!("{}: delivered before, not sent again", clean(&mail.label)));
    }
    if !open.is_empty() {
        let world = World {
            now: &environment::now,
            sleep: &environment::sleep,
            say: &|text: &str| Environment::message(&format!("note: {text}")),
        };
        let sent = mail::deliver(outbox, mails, server, transport(server)?.as_ref(), &world)?;
        sent.iter().for_each(tell);
    }
    outbox.keep(mails)?;
    let missing: Vec<&Prepared> = mails.iter().filter(|mail| !outbox.has_everybody(mail)).collect();
    for mail in &missing {
        let (rule, path) = (clean(&mail.label), outbox.path(mail));
        let path = path.display();
        Environment::message(&format!("hint: {rule}: the mail is kept as {path}; the same command sends it again"));
    }
    Ok((!missing.is_empty()).then_some(NOT_DELIVERED))
}

fn transport(server: &Server) -> Outcome<Box<dyn Transport>> {
    match &server.way {
        Way::Smtp(smtp) => {
            let secret = smtp.login.as_ref().map(|login| password::read(&login.password)).transpose()?;
            Ok(Box::new(Smtp::new(smtp, server.deadline, secret)?))
        }
        Way::Command(command) => Ok(Box::new(Sendmail { command: command.clone(), deadline: server.deadline })),
    }
}

/// The mails are in the outbox already: nothing is lost when the delivery cannot even begin, or breaks off.
fn kept(failure: Failure, folder: &Path) -> Failure {
    let message = format!("what was not sent is kept in {}; the same command sends it again", folder.display());
    let mut diagnostics = failure.diagnostics;
    diagnostics.push(Diagnostic::info("mail-kept", message));
    Failure { kind: Kind::NotDelivered, diagnostics }
}

fn tell(one: &Delivery) {
    let (rule, to) = (clean(&one.rule), &one.to);
    Environment::message(&match &one.result {
        Ok(_) => format!("{rule}: delivered to {to}"),
        Err(why) => format!("error: {rule}: not delivered to {to}: {why}"),
    });
}
