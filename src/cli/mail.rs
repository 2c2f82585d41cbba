//! Mail about a comparison: `.eml` files, a dry run, or delivery.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::mail::{self, Attachment, Config, Entry, Options, Outbox, Plan, Smtp, State, World};
use crate::pack::write_file;
use crate::render::{Templates, text};
use crate::report::drift::Drift;

use super::environment::{self, Environment};
use super::{NOT_DELIVERED, password, usage};

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
    #[arg(long, requires = "mail")]
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
    let mut options = Options { pack, names: args.names, always: args.always, attach: &attach, templates: &templates };
    let Some(file) = &args.mail else {
        return write(args, &Plan::whole(drift, &options)?, 1);
    };
    if !args.send && !args.dry_run && args.eml.is_none() {
        return Err(usage("--mail needs --send, --dry-run or --eml"));
    }
    let config = load(file)?;
    let own = config.templates.as_deref().map(Templates::with_folder).transpose()?;
    options.templates = own.as_ref().unwrap_or(&templates);
    let plan = Plan::make(&config, drift, &options)?;
    for doubt in &plan.doubts {
        Environment::message(&doubt.to_string());
    }
    if args.eml.is_some() {
        write(args, &plan, config.rules.len())?;
    }
    let Some(folder) = args.outbox.clone().or_else(|| pack.map(outbox_of)) else {
        return Err(usage("CURRENT is no pack: --outbox has to say where deliveries are recorded"));
    };
    if args.dry_run {
        dry_run(&config, &plan, &folder)?;
        return Ok(None);
    }
    if args.send { send(&config, &plan, &folder) } else { Ok(None) }
}

/// `outbox` beside the pack.
fn outbox_of(pack: &Path) -> PathBuf {
    let whole = pack.canonicalize().unwrap_or_else(|_| pack.to_owned());
    whole.parent().unwrap_or_else(|| Path::new(".")).join("outbox")
}

fn load(path: &Path) -> Outcome<Config> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| {
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
        write_file(&target, &mail.eml)?;
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

/// Recipients of all rules: nobody else gets anything, also not what earlier runs could not deliver.
fn named(config: &Config) -> BTreeSet<String> {
    config.rules.iter().flat_map(|rule| rule.to.iter().map(mail::address_key)).collect()
}

fn dry_run(config: &Config, plan: &Plan, folder: &Path) -> Outcome<()> {
    let outbox = Outbox::look(folder)?;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    for mail in &plan.mails {
        let entry = outbox.entries().iter().find(|entry| entry.key == mail.key);
        let has = |to: &&String| {
            entry
                .is_some_and(|entry| entry.recipients.iter().any(|one| one.to == **to && one.state == State::Delivered))
        };
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
    let wanted = named(config);
    let old = outbox.entries().iter().filter(|entry| !plan.mails.iter().any(|mail| mail.key == entry.key));
    for entry in old {
        let open: Vec<String> = entry.open().into_iter().filter(|to| wanted.contains(to)).collect();
        if !open.is_empty() {
            line(&format!("== waiting since an earlier run, to {}: {}", open.join(", "), clean(&entry.subject)));
        }
    }
    Environment::print(out.as_bytes());
    Ok(())
}

fn send(config: &Config, plan: &Plan, folder: &Path) -> Outcome<Option<u8>> {
    let Some(server) = &config.server else {
        let place = Place::file(config.file.clone());
        let diagnostic = Diagnostic::error("rule-missing", "--send needs a [server] in the mail file").at(place);
        return Err(Failure::usage_one(diagnostic));
    };
    for label in &plan.silent {
        Environment::message(&format!("{}: nothing changed that concerns it, no mail", clean(label)));
    }
    let mut outbox = Outbox::open(folder)?;
    outbox.put(&plan.mails, &named(config))?;
    let waits = outbox.waiting();
    let entries = outbox.entries();
    let done = plan.mails.iter().filter(|mail| !waits.iter().any(|index| entries[*index].key == mail.key));
    for mail in done {
        Environment::message(&format!("{}: delivered before, not sent again", clean(&mail.label)));
    }
    if waits.is_empty() {
        return Ok(None);
    }
    let secret = server.password.as_ref().map(password::read).transpose();
    let transport = secret.and_then(|secret| Smtp::new(server, secret));
    let mut transport = match transport {
        Ok(transport) => transport,
        Err(failure) => return Err(kept(failure, folder)),
    };
    let world = World {
        now: &environment::now,
        sleep: &environment::sleep,
        say: &|text: &str| Environment::message(&format!("note: {text}")),
    };
    let report = mail::deliver(&mut outbox, server, &mut transport, &world)?;
    for entry in &report.mails {
        tell(entry, folder);
    }
    Ok(report.is_open().then_some(NOT_DELIVERED))
}

/// The mails are in the outbox already: nothing is lost when the delivery cannot even begin.
fn kept(mut failure: Failure, folder: &Path) -> Failure {
    let message = format!("no mail was sent; all are kept in {}, and the next run sends them", folder.display());
    failure.diagnostics.push(Diagnostic::info("mail-kept", message));
    failure
}

fn tell(entry: &Entry, folder: &Path) {
    for one in &entry.recipients {
        let answer = one.answer.as_deref().unwrap_or("no answer");
        match one.state {
            State::Delivered => Environment::message(&format!("{}: delivered to {}", clean(&entry.rule), one.to)),
            State::Withdrawn => {}
            State::Refused => {
                Environment::message(&format!("error: {}: refused for {}: {answer}", clean(&entry.rule), one.to));
            }
            State::Waiting | State::Unknown => {
                let rule = clean(&entry.rule);
                Environment::message(&format!("error: {rule}: not delivered to {}: {answer}", one.to));
            }
        }
    }
    if let Some(name) = &entry.eml {
        let path = folder.join(name);
        Environment::message(&format!("hint: the mail is kept as {}; the next run sends it", path.display()));
    }
}
