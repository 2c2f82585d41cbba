//! Who gets which mail: the rules of the mail file applied to a comparison.

use std::cmp::Reverse;
use std::path::Path;

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::pack::sha256_of;
use crate::render::drift::Names;
use crate::render::mail::{Letter, html, text};
use crate::render::{Templates, text as words};
use crate::report::drift::{Class, Drift, SystemChange};
use crate::time::Micros;

use super::address::bare;
use super::config::{Attachment, Config, Rule};
use super::doubts::doubts;
use super::filter::{Filtered, filter};
use super::message::{Header, render};
use super::pack::Pack;
use super::readers::Asks;
use super::record::same_address;

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
        for (asks, rules) in groups(config, options) {
            let concerns = options.always || filter(drift, rules[0]).concerns;
            let (rules, silent): (Vec<&Rule>, Vec<&Rule>) = rules.into_iter().partition(|rule| concerns || rule.always);
            plan.silent.extend(silent.into_iter().map(Rule::label));
            let Some((first, others)) = rules.split_first() else {
                continue;
            };
            let group = Group::of(&asks, first, others);
            let filtered = filter(drift, &group.rule);
            plan.mails.push(prepare(config, group, filtered, &pack, options, &mut plan.doubts)?);
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
    group: Group,
    filtered: Filtered,
    pack: &Pack<'_>,
    options: &Options<'_>,
    doubts: &mut Vec<Diagnostic>,
) -> Outcome<Prepared> {
    let mut filtered = filtered;
    let Group { asks, label, rule } = group;
    let content = content(&filtered.drift, pack.sha256.as_deref(), &asks);
    let names = if asks.names { Names::Shown } else { Names::Withheld };
    let owners = names == Names::Withheld && owners_withheld(&mut filtered.drift, &rule);
    worst_first(&mut filtered.drift);
    let (files, notes) = pack.attach(&asks.attach, config.max_attachment, &filtered.drift, doubts)?;
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
        key: content[..24].to_owned(),
    };
    let plain = text(&letter);
    let attached = files.iter().map(|file| file.name.clone()).collect();
    let eml = render(&header, plain.clone(), html(&letter, options.templates)?, files)?;
    Ok(Prepared {
        label,
        number: rule.number,
        content,
        asks,
        drift_id: filtered.drift.drift_id.clone(),
        pack_sha256: pack.sha256.clone(),
        from: bare(&config.from),
        to: rule.to.iter().map(bare).collect(),
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

/// Stands for the packs and what the rule asks for. Recipients are no part of it: a further recipient gets the mail
/// without the others getting it twice. Neither is the rule's name.
fn content(drift: &Drift, pack: Option<&str>, asks: &Asks) -> String {
    let content = serde_json::json!({
        "drift": drift.drift_id,
        "reports": [drift.baseline.report_id, drift.current.report_id],
        "reference": drift.reference,
        "pack": pack,
        "asks": asks,
    });
    sha256_of(content.to_string().as_bytes())
}

/// Rules that ask for the same: they are one mail.
struct Group {
    asks: Asks,
    label: String,
    /// The first of them, with the recipients and the names of all.
    rule: Rule,
}

impl Group {
    fn of(asks: &Asks, first: &Rule, others: &[&Rule]) -> Self {
        let mut group = Self { asks: asks.clone(), label: first.label(), rule: first.clone() };
        for other in others {
            group.join(other);
        }
        group
    }

    fn join(&mut self, other: &Rule) {
        self.label = and(&self.label, &other.label());
        self.rule.name = match (self.rule.name.take(), &other.name) {
            (Some(one), Some(name)) => Some(and(&one, name)),
            (one, name) => one.or_else(|| name.clone()),
        };
        for one in &other.to {
            if !self.rule.to.iter().any(|known| same_address(&bare(known), &bare(one))) {
                self.rule.to.push(one.clone());
            }
        }
    }
}

/// The rules of a mail file by what they ask for, in the order of the file.
fn groups<'c>(config: &'c Config, options: &Options<'_>) -> Vec<(Asks, Vec<&'c Rule>)> {
    let mut groups: Vec<(Asks, Vec<&Rule>)> = Vec::new();
    for rule in &config.rules {
        let asks = Asks::of(rule, options.names, options.attach);
        match groups.iter_mut().find(|(known, _)| *known == asks) {
            Some((_, rules)) => rules.push(rule),
            None => groups.push((asks, vec![rule])),
        }
    }
    groups
}

/// Two names of rules; the same name is said once.
fn and(one: &str, other: &str) -> String {
    if one == other { one.to_owned() } else { format!("{one} and {other}") }
}
