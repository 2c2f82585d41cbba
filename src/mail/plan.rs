//! Who gets which mail: the rules of the mail file applied to a comparison.

use std::cmp::Reverse;
use std::path::Path;

use serde_json::{Value, json};

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::pack::sha256_of;
use crate::render::drift::Names;
use crate::render::mail::{Letter, html, text};
use crate::render::{Templates, text as words};
use crate::report::drift::{Class, Drift, SystemChange};
use crate::time::Micros;

use super::address::{bare, is_same};
use super::config::{Attachment, Config, Named, Rule};
use super::doubts::doubts;
use super::filter::{Filtered, filter};
use super::message::{Header, render};
use super::pack::Pack;

/// What the command line adds to the mail file.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Folder of the current pack: attachments come from it. `None` when the exports were assessed just for this.
    pub pack: Option<&'a Path>,
    /// Names persons and accounts in every mail.
    pub names: bool,
    /// Sends also when nothing changed.
    pub always: bool,
    /// Attached to every mail, besides what the rules say.
    pub attach: &'a [Attachment],
    /// The date of the mails; `None`: the moment that the current pack speaks about, so that they are always the same.
    pub date: Option<Micros>,
    /// Templates of the HTML part.
    pub templates: &'a Templates,
}

/// The mails of a comparison.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the order of the rules; rules that ask for the same are one mail.
    pub mails: Vec<Prepared>,
    /// Labels of rules that nothing concerns.
    pub silent: Vec<String>,
    /// Words of rules that match nothing, attachments that the pack does not have.
    pub doubts: Vec<Diagnostic>,
}

/// A mail that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Which rules it is for.
    pub label: String,
    /// Position of the first of them in the file, from 1.
    pub number: usize,
    /// Stands for the two packs and what the rules ask for, whatever they are called: nobody gets the same twice.
    pub content: String,
    /// Id of the comparison.
    pub drift_id: String,
    /// Bare address of the sender.
    pub from: String,
    /// Bare addresses of the recipients.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Message id.
    pub message_id: String,
    /// The text part.
    pub text: String,
    /// Names of the attached files.
    pub attached: Vec<String>,
    /// The mail.
    pub eml: Vec<u8>,
    /// The moment that the current pack speaks about.
    pub as_of: Micros,
}

impl Plan {
    /// Prepares the mails.
    ///
    /// # Errors
    /// The current pack cannot be read, a file to attach differs from its manifest, a template fails.
    pub fn make(config: &Config, drift: &Drift, options: &Options<'_>) -> Outcome<Self> {
        let pack = Pack::open(options.pack)?;
        let (mut wanted, mut silent) = (Vec::<Rule>::new(), Vec::new());
        for rule in config.rules.iter().map(|rule| with_options(rule, options)) {
            if !rule.always && !filter(drift, &rule).concerns {
                silent.push(rule.label());
            } else if let Some(known) = wanted.iter_mut().find(|known| asks(known) == asks(&rule)) {
                join(known, rule);
            } else {
                wanted.push(rule);
            }
        }
        let mut doubts = doubts(config, drift, pack.systems(config)?.as_deref());
        let mails = wanted.iter().map(|rule| prepare(config, rule, drift, &pack, options, &mut doubts));
        let mails = mails.collect::<Outcome<_>>()?;
        doubts.dedup();
        Ok(Self { mails, silent, doubts })
    }

    /// A mail about the whole comparison, for a file that is sent by other means: without a mail file it has no
    /// recipients, and a sender that nobody can answer.
    ///
    /// # Errors
    /// As [`Plan::make`].
    pub fn whole(drift: &Drift, options: &Options<'_>) -> Outcome<Self> {
        let text = "from = \"overstay <overstay@localhost>\"\n[[recipient]]\nto = \"overstay@localhost\"\n";
        let mut config = Config::load("mail.toml", text, Path::new(".")).map_err(Failure::usage)?;
        for rule in &mut config.rules {
            rule.to.clear();
            rule.always = true;
        }
        Self::make(&config, drift, options)
    }
}

/// A rule with what the command line asks for in every mail.
fn with_options(rule: &Rule, options: &Options<'_>) -> Rule {
    let mut rule = rule.clone();
    rule.names |= options.names;
    rule.always |= options.always;
    rule.attach.extend(options.attach);
    // A list of owners needs somebody who is asked for.
    rule.attach.retain(|kind| *kind != Attachment::OwnerList || !rule.owners.is_empty());
    rule.attach.sort_unstable();
    rule.attach.dedup();
    rule
}

/// What a rule asks for, apart from the packs: rules that ask for the same are one mail. Recipients are no part of it: a
/// further recipient gets the mail without the others getting it twice. Neither is the rule's name.
fn asks(rule: &Rule) -> Value {
    let list = |names: &[Named]| names.iter().map(|named| named.text.clone()).collect::<Vec<_>>();
    json!({
        "min_severity": rule.min_severity.map(|least| least as usize),
        "systems": list(&rule.systems),
        "owners": list(&rule.owners),
        "metrics": list(&rule.metrics),
        "names": rule.names,
        "attach": rule.attach,
    })
}

/// Adds the recipients and the name of a rule that asks for the same.
fn join(known: &mut Rule, other: Rule) {
    known.name = match (known.name.take(), other.name) {
        (Some(one), Some(name)) if one != name => Some(format!("{one} and {name}")),
        (one, name) => one.or(name),
    };
    for one in other.to {
        if !known.to.iter().any(|known| is_same(&bare(known), &bare(&one))) {
            known.to.push(one);
        }
    }
}

fn prepare(
    config: &Config,
    rule: &Rule,
    drift: &Drift,
    pack: &Pack<'_>,
    options: &Options<'_>,
    doubts: &mut Vec<Diagnostic>,
) -> Outcome<Prepared> {
    let Filtered { mut drift, part, subject, .. } = filter(drift, rule);
    let content = json!({
        "drift": drift.drift_id,
        "reports": [drift.baseline.report_id, drift.current.report_id],
        "reference": drift.reference,
        "pack": pack.sha256,
        "asks": asks(rule),
    });
    let content = sha256_of(content.to_string().as_bytes());
    let names = if rule.names { Names::Shown } else { Names::Withheld };
    let owners = names == Names::Withheld && owners_withheld(&mut drift, rule);
    worst_first(&mut drift);
    let (files, notes) = pack.attach(rule, config.max_attachment, &drift, doubts)?;
    let as_of = drift.current.as_of.0;
    let header = Header {
        from: config.from.clone(),
        to: rule.to.clone(),
        reply_to: config.reply_to.clone(),
        subject: subject.clone(),
        date: options.date.unwrap_or(as_of),
        key: content[..24].to_owned(),
    };
    let findings = config.findings;
    let letter = Letter { drift: &drift, part, subject: subject.clone(), names, owners, findings, notes };
    let (plain, page) = (text(&letter), html(&letter, options.templates)?);
    Ok(Prepared {
        label: rule.label(),
        number: rule.number,
        content,
        drift_id: drift.drift_id.clone(),
        from: bare(&config.from),
        to: rule.to.iter().map(bare).collect(),
        subject,
        message_id: header.message_id(),
        text: plain.clone(),
        attached: files.iter().map(|file| file.name.clone()).collect(),
        eml: render(&header, plain, page, files)?,
        as_of,
    })
}

/// Leaves owners of systems out of a mail that names nobody. A rule that asks for owners names them itself. Whether any
/// is left in.
fn owners_withheld(drift: &mut Drift, rule: &Rule) -> bool {
    for system in &mut drift.systems {
        system.owner = system.owner.take().filter(|owner| rule.owners.iter().any(|named| named.fits(owner)));
    }
    drift.systems.iter().any(|system| system.owner.is_some())
}

/// Systems in the order in which somebody should look at them: a mail lists the first few. By name where they are equal.
fn worst_first(drift: &mut Drift) {
    let of = |system: &SystemChange, counts: fn(Class) -> bool| {
        words::sum(system.classes.iter().filter(|one| counts(one.class)).map(|one| one.count))
    };
    drift.systems.sort_by_key(|system| {
        Reverse((system.loaded == [true, false], of(system, Class::is_worse), of(system, Class::is_change)))
    });
}
