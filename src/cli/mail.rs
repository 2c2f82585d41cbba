//! Mail about a comparison: `.eml` files, a dry run, or delivery.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Kind, Outcome};
use crate::mail::{
    self, Attachment, Config, Entry, Options, Outbox, Plan, Readers, Server, Smtp, State, Withdrawal, World,
};
use crate::render::{Templates, text};
use crate::report::drift::Drift;

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
    /// Send one mail per rule of the mail file, and what earlier runs could not deliver. Exit 6 when somebody did not
    /// get a mail: it is kept in the outbox, and the next run sends it.
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
    /// Attach the report of the current pack to every mail; it names persons and accounts.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub attach: Vec<Attached>,
    /// Folder of mails that wait and of the record of deliveries. Default: outbox, beside the current pack.
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
}

/// Does what the flags ask for. Gives back an exit code when somebody did not get a mail.
pub(super) fn run(args: &MailArgs, drift: &Drift, current: &Path) -> Outcome<Option<u8>> {
    if !args.wanted() {
        return Ok(None);
    }
    let attach: Vec<Attachment> = args
        .attach
        .iter()
        .map(|kind| match kind {
            Attached::Pdf => Attachment::Pdf,
            Attached::Html => Attachment::Html,
        })
        .collect();
    let pack = Some(current).filter(|folder| folder.join("manifest.json").is_file());
    let templates = Templates::shipped()?;
    let options = Options { pack, names: args.names, always: args.always, attach: &attach, templates: &templates };
    let Some(file) = &args.mail else {
        return write(args, &Plan::whole(drift, &options)?, 1);
    };
    if !args.send && !args.dry_run && args.eml.is_none() {
        return Err(usage("--mail needs --send, --dry-run or --eml"));
    }
    let config = load(file)?;
    let plan = Plan::make(&config, drift, &options)?;
    for doubt in &plan.doubts {
        Environment::message(&doubt.to_string());
    }
    if args.eml.is_some() {
        write(args, &plan, config.rules.len())?;
    }
    let readers = Readers::of(&config, args.names, &attach);
    let folder = args.outbox.clone().or_else(|| pack.map(outbox_of));
    if args.dry_run {
        dry_run(&readers, &plan, folder.as_deref())?;
        return Ok(None);
    }
    if !args.send {
        return Ok(None);
    }
    let Some(folder) = folder else {
        return Err(usage("CURRENT is no pack: --outbox has to say where deliveries are recorded"));
    };
    send(&config, &readers, &plan, &folder)
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

/// Writes the mails as files.
fn write(args: &MailArgs, plan: &Plan, rules: usize) -> Outcome<Option<u8>> {
    let Some(path) = &args.eml else {
        return Ok(None);
    };
    for mail in &plan.mails {
        let target = if rules == 1 {
            path.clone()
        } else {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            path.with_file_name(format!("{stem}-{}.eml", mail.number))
        };
        crate::writing::write_file(&crate::writing::Disk::real(), &target, &mail.eml)?;
        Environment::message(&format!("wrote {}", target.display()));
    }
    for label in &plan.silent {
        Environment::message(&format!("{}: nothing changed that concerns it, no mail", clean(label)));
    }
    Ok(None)
}

fn clean(plain: &str) -> String {
    text::visible(plain, false).into_owned()
}

fn dry_run(readers: &Readers, plan: &Plan, folder: Option<&Path>) -> Outcome<()> {
    let outbox = Outbox::look(folder)?;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    for mail in &plan.mails {
        let has = |to: &&String| outbox.delivered(mail, to);
        let (done, open): (Vec<&String>, Vec<&String>) = mail.to.iter().partition(has);
        let list = |addresses: &[&String]| addresses.iter().map(|to| to.as_str()).collect::<Vec<_>>().join(", ");
        line(&format!("== {}", clean(&mail.label)));
        line(&format!("to: {}", if open.is_empty() { "nobody".to_owned() } else { list(&open) }));
        if !done.is_empty() {
            line(&format!("delivered before: {}", list(&done)));
        }
        line(&format!("subject: {}", clean(&mail.subject)));
        line(&format!("size: {}", text::size(mail.eml.len() as u64)));
        for name in &mail.attached {
            line(&format!("attached: {name}"));
        }
        line("");
        line(mail.text.trim_end());
        line("");
    }
    for label in &plan.silent {
        line(&format!("== {}: nothing changed that concerns it, no mail", clean(label)));
    }
    let own = outbox.entries().iter().filter(|entry| readers.own(entry));
    for entry in own.filter(|entry| !plan.mails.iter().any(|mail| mail.content == entry.content)) {
        let (waits, gone): (Vec<String>, Vec<String>) =
            entry.open().into_iter().partition(|to| readers.may_get(entry, to));
        for (what, to) in [("waiting since an earlier run", waits), ("would be withdrawn", gone)] {
            if !to.is_empty() {
                line(&format!("== {what}, to {}: {}", to.join(", "), clean(&entry.subject)));
            }
        }
    }
    Environment::text(&out)
}

fn send(config: &Config, readers: &Readers, plan: &Plan, folder: &Path) -> Outcome<Option<u8>> {
    let Some(server) = &config.server else {
        let place = Place::file(config.file.clone());
        let diagnostic = Diagnostic::error("rule-missing", "--send needs a [server] in the mail file").at(place);
        return Err(Failure::usage_one(diagnostic));
    };
    for label in &plan.silent {
        Environment::message(&format!("{}: nothing changed that concerns it, no mail", clean(label)));
    }
    let mut outbox = Outbox::open(folder)?;
    for path in outbox.strays() {
        let why = "no record knows this mail: a run was cut off before it could note it";
        Environment::message(&format!("warning: {}: {why}", path.display()));
    }
    for one in outbox.put(&plan.mails, readers)? {
        Environment::message(&withdrawn(&one));
    }
    // From here on the mails are kept: whatever fails, the next run sends them.
    delivery(server, readers, plan, &mut outbox).map_err(|failure| kept(failure, folder))
}

fn withdrawn(one: &Withdrawal) -> String {
    let (rule, subject) = (clean(&one.rule), clean(&one.subject));
    let kept = one.kept.as_ref().map(|path| format!("\nhint: the mail is kept as {}", path.display()));
    let why = "no rule that asks for this mail names the address any more";
    format!("warning: {rule}: not sent to {}: {why}: {subject}{}", one.to, kept.unwrap_or_default())
}

fn delivery(server: &Server, readers: &Readers, plan: &Plan, outbox: &mut Outbox) -> Outcome<Option<u8>> {
    for mail in plan.mails.iter().filter(|mail| outbox.has_everybody(mail)) {
        Environment::message(&format!("{}: delivered before, not sent again", clean(&mail.label)));
    }
    let others = outbox.entries().iter().filter(|entry| !readers.own(entry) && !entry.open().is_empty());
    let others: BTreeSet<&str> = others.map(|entry| entry.mail_file.as_str()).collect();
    for file in others {
        Environment::message(&format!("note: mail waits here for a run with {}", clean(file)));
    }
    if outbox.waiting(readers).is_empty() {
        return Ok(None);
    }
    if !outbox.begin(BUSY)? {
        let message = format!("another run has been sending from this outbox for {} s", BUSY.as_secs());
        let place = Place::file(outbox.folder().display().to_string());
        return Err(Failure::usage_one(Diagnostic::error("outbox-busy", message).at(place)));
    }
    let secret = server.password.as_ref().map(password::read).transpose()?;
    let mut transport = Smtp::new(server, secret)?;
    let world = World {
        now: &environment::now,
        sleep: &environment::sleep,
        say: &|text: &str| Environment::message(&format!("note: {text}")),
    };
    let report = mail::deliver(outbox, readers, server, &mut transport, &world)?;
    for entry in &report.mails {
        tell(entry, outbox.folder());
    }
    Ok(report.is_open().then_some(NOT_DELIVERED))
}

/// The mails are in the outbox already: nothing is lost when the delivery cannot even begin, or breaks off.
fn kept(failure: Failure, folder: &Path) -> Failure {
    let message = format!("what was not sent is kept in {}, and the next run sends it", folder.display());
    let mut diagnostics = failure.diagnostics;
    diagnostics.push(Diagnostic::info("mail-kept", message));
    Failure { kind: Kind::NotDelivered, diagnostics }
}

fn tell(entry: &Entry, folder: &Path) {
    let rule = clean(&entry.rule);
    for one in &entry.recipients {
        let answer = one.answer.as_deref().unwrap_or("no answer");
        let line = match one.state {
            State::Delivered => format!("{rule}: delivered to {}", one.to),
            State::Withdrawn => continue,
            State::Refused => format!("error: {rule}: refused for {}: {answer}", one.to),
            State::GivenUp | State::Lost => format!("error: {rule}: {} does not get it: {answer}", one.to),
            State::Waiting | State::Unknown => format!("error: {rule}: not delivered to {}: {answer}", one.to),
        };
        Environment::message(&line);
    }
    if let Some(name) = &entry.eml {
        let next = if entry.open().is_empty() { "" } else { "; the next run sends it" };
        Environment::message(&format!("hint: the mail is kept as {}{next}", folder.join(name).display()));
    }
}
