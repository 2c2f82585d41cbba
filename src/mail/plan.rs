//! Who gets which mail: the rules of the mail file applied to a comparison.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::pack::sha256_of;
use crate::render::drift::Names;
use crate::render::mail::{Letter, html, text};
use crate::render::{Templates, text as words};
use crate::report::drift::{Class, Drift, SystemChange};
use crate::time::Micros;

use super::config::{Attachment, Config, Rule};
use super::doubts::doubts;
use super::filter::{Filtered, filter};
use super::message::{Header, render};
use super::pack::Pack;
use super::readers::Asks;

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
    /// Templates of the HTML part.
    pub templates: &'a Templates,
}

/// The mails of a comparison.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the order of the rules.
    pub mails: Vec<Prepared>,
    /// Labels of rules that nothing concerns.
    pub silent: Vec<String>,
    /// Words of rules that match nothing, attachments that the pack does not have.
    pub doubts: Vec<Diagnostic>,
}

/// A mail that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Which rule it is for.
    pub label: String,
    /// Position of the rule in the file, from 1.
    pub number: usize,
    /// Stands for the two packs and the rule: under this name the delivery is recorded.
    pub key: String,
    /// Stands for the two packs and what the rule asks for, whatever it is called: nobody gets the same twice.
    pub content: String,
    /// What the rule asks for.
    pub asks: Asks,
    /// Id of the comparison.
    pub drift_id: String,
    /// SHA-256 of the current pack's manifest, if it is kept.
    pub pack_sha256: Option<String>,
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
    /// The mail, dated with the moment that the current pack speaks about.
    pub eml: Vec<u8>,
    /// That moment.
    pub as_of: Micros,
}

impl Plan {
    /// Prepares the mails.
    ///
    /// # Errors
    /// The current pack cannot be read, a file to attach differs from its manifest, a template fails.
    pub fn make(config: &Config, drift: &Drift, options: &Options<'_>) -> Outcome<Self> {
        let pack = Pack::open(options.pack)?;
        let mut plan = Self {
            mails: Vec::new(),
            silent: Vec::new(),
            doubts: doubts(config, drift, pack.systems(config)?.as_deref()),
        };
        let mut twins: BTreeMap<String, u32> = BTreeMap::new();
        for rule in &config.rules {
            let filtered = filter(drift, rule);
            let named = named(drift, pack.sha256.as_deref(), rule, options, &mut twins);
            if !filtered.concerns && !rule.always && !options.always {
                plan.silent.push(rule.label());
                continue;
            }
            plan.mails.push(prepare(config, rule, filtered, &pack, options, named, &mut plan.doubts)?);
        }
        plan.doubts.dedup();
        Ok(plan)
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

fn prepare(
    config: &Config,
    rule: &Rule,
    filtered: Filtered,
    pack: &Pack<'_>,
    options: &Options<'_>,
    named: Identity,
    doubts: &mut Vec<Diagnostic>,
) -> Outcome<Prepared> {
    let mut filtered = filtered;
    let names = if rule.names || options.names { Names::Shown } else { Names::Withheld };
    let owners = names == Names::Withheld && owners_withheld(&mut filtered.drift, rule);
    worst_first(&mut filtered.drift);
    let mut wanted = rule.attach.clone();
    wanted.extend(options.attach.iter().filter(|kind| !rule.attach.contains(kind)));
    let (files, notes) = pack.attach(&wanted, config.max_attachment, &filtered.drift, doubts)?;
    let letter = Letter {
        drift: &filtered.drift,
        part: filtered.part.clone(),
        subject: filtered.subject.clone(),
        names,
        owners,
        findings: config.findings,
        notes,
    };
    let as_of = filtered.drift.current.as_of.0;
    let header = Header {
        from: config.from.clone(),
        to: rule.to.clone(),
        reply_to: config.reply_to.clone(),
        subject: filtered.subject.clone(),
        date: as_of,
        key: named.key[..24].to_owned(),
    };
    let plain = text(&letter);
    let attached = files.iter().map(|file| file.name.clone()).collect();
    let eml = render(&header, plain.clone(), html(&letter, options.templates)?, files)?;
    Ok(Prepared {
        label: rule.label(),
        number: rule.number,
        key: named.key,
        content: named.content,
        asks: named.asks,
        drift_id: filtered.drift.drift_id.clone(),
        pack_sha256: pack.sha256.clone(),
        from: super::address::bare(&config.from),
        to: rule.to.iter().map(super::address::bare).collect(),
        subject: filtered.subject,
        message_id: header.message_id(),
        text: plain,
        attached,
        eml,
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

/// Under which names a mail is known.
struct Identity {
    key: String,
    content: String,
    asks: Asks,
}

/// SHA-256 over the packs and what the rule asks for, and over that and the rule's name. Recipients are no part of
/// it: a further recipient gets the mail without the others getting it twice. Rules that ask for the same under one name
/// are told apart by their order.
fn named(
    drift: &Drift,
    pack: Option<&str>,
    rule: &Rule,
    options: &Options<'_>,
    twins: &mut BTreeMap<String, u32>,
) -> Identity {
    let asks = Asks::of(rule, options.names);
    let content = serde_json::json!({
        "drift": drift.drift_id,
        "reports": [drift.baseline.report_id, drift.current.report_id],
        "reference": drift.reference,
        "pack": pack,
        "asks": asks,
    });
    let content = sha256_of(content.to_string().as_bytes());
    let own = format!("{content} {}", rule.name.as_deref().unwrap_or_default());
    let twin = twins.entry(own.clone()).or_default();
    *twin += 1;
    Identity { key: sha256_of(format!("{own} {twin}").as_bytes()), content, asks }
}
