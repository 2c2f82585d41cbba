//! A finding in a hundred bytes: what a comparison must remember of every finding of the baseline.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::report::{Finding, FindingResult, Severity, Stamp};
use crate::time::Micros;

use crate::report::drift::Face;

/// A finding without its texts.
#[derive(Debug, Clone)]
pub(super) struct Brief {
    pub(super) id: Id,
    /// Metric, system and subject, hashed: the same for every stay of the same thing.
    pub(super) key: u64,
    /// The waiver in force that covers it.
    pub(super) waiver: Option<Box<str>>,
    /// The person, hashed; 0 for none.
    pub(super) person: u64,
    pub(super) severity: Severity,
    pub(super) result: FindingResult,
    pub(super) open: bool,
    pub(super) privileged: Option<bool>,
    pub(super) began: Option<Micros>,
    pub(super) ended: Option<Micros>,
    pub(super) length: i64,
    /// Its longest reading.
    pub(super) longest: Option<i64>,
    pub(super) limit: i64,
    /// Number of its metric, where somebody counts them.
    pub(super) metric: u16,
    /// Whether a finding of the current pack was compared with it.
    pub(super) met: bool,
}

/// A finding id as two numbers; ids of another form are hashed.
pub(super) type Id = (u64, u32);

/// The id as numbers: `ovs-<16 hex digits>` with an optional copy number.
pub(super) fn id(text: &str) -> Id {
    let parsed = text.strip_prefix("ovs-").and_then(|rest| {
        let (digits, copy) = rest.split_once('-').unwrap_or((rest, "1"));
        (digits.len() == 16).then_some(())?;
        Some((u64::from_str_radix(digits, 16).ok()?, copy.parse().ok()?))
    });
    parsed.unwrap_or_else(|| (hash(&text), 0))
}

/// Equal things hash alike within a run, which is all that is asked of it.
pub(super) fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// What all stays of the same thing share: metric, system, and the key that finding ids are made of. Of a person, or of
/// a change to be carried out, that is the subject: two conflicts about one person are two things. A person is the same
/// one wherever the file lies.
pub(super) fn key(finding: &Finding) -> u64 {
    let keys = [&finding.account_key, &finding.credential_key].map(|key| key.as_deref().unwrap_or_default());
    let subject = [finding.subject_kind.as_str(), finding.subject.as_str()];
    item_key(&finding.metric, finding.system.as_deref().unwrap_or_default(), subject, keys)
}

/// The same of an item of a metric: its kind and subject, its account and its credential. What is missing is empty.
pub(super) fn item_key(metric: &str, system: &str, subject: [&str; 2], [account, credential]: [&str; 2]) -> u64 {
    let [kind, subject] = subject;
    let own = match kind {
        "credential" => credential,
        "account" => account,
        _ => "",
    };
    let system = if kind == "person" { "" } else { system };
    hash(&(metric, system, if own.is_empty() { subject } else { own }))
}

/// What the findings of one exception share, whatever their metrics: the account, the credential or the person; of a change
/// to be carried out, its system and subject.
pub(super) fn thing(finding: &Finding) -> u64 {
    let own = match finding.subject_kind.as_str() {
        "account" => finding.account_key.as_deref(),
        "credential" => finding.credential_key.as_deref(),
        "person" => finding.person_id.as_deref(),
        _ => None,
    };
    let kind = finding.subject_kind.as_str();
    match own {
        Some(own) => hash(&(kind, own)),
        None => hash(&(kind, finding.system.as_deref().unwrap_or_default(), finding.subject.as_str())),
    }
}

/// A person id, hashed; 0 for none.
pub(super) fn person_of(id: &str) -> u64 {
    if id.is_empty() { 0 } else { hash(&id) }
}

impl Brief {
    pub(super) fn of(finding: &Finding, privileged: Option<bool>) -> Self {
        Self {
            id: id(&finding.finding_id),
            key: key(finding),
            person: finding.person_id.as_deref().map_or(0, person_of),
            severity: finding.severity,
            result: finding.result,
            open: finding.open,
            waiver: finding.waiver_id.as_deref().map(Box::from),
            privileged,
            began: finding.began_at.map(|at| at.0),
            ended: finding.ended_at.map(|at| at.0),
            length: finding.shortest_seconds,
            longest: finding.longest_seconds,
            limit: finding.limit_seconds,
            metric: 0,
            met: false,
        }
    }

    /// Whether a waiver in force covers it.
    pub(super) fn waived(&self) -> bool {
        self.waiver.is_some()
    }

    /// Whether its longest reading is no shorter than that of an earlier one; none has no end.
    pub(super) fn is_vaguer(&self, than: &Self) -> bool {
        self.longest.is_none_or(|is| than.longest.is_some_and(|was| is >= was))
    }

    pub(super) fn face(&self) -> Face {
        Face {
            began_at: self.began.map(Stamp),
            ended_at: self.ended.map(Stamp),
            open: self.open,
            length_seconds: self.length,
            longest_seconds: self.longest,
            limit_seconds: self.limit,
            result: self.result,
            severity: self.severity,
            waived: self.waived(),
            privileged: self.privileged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers() {
        assert_eq!(id("ovs-00000000000000ab"), (0xab, 1));
        assert_eq!(id("ovs-00000000000000ab-3"), (0xab, 3));
        assert_ne!(id("ovs-ab"), id("ovs-ac"));
        assert_eq!(id("mine").1, 0);
    }

    #[test]
    fn what_concerns_one_person_or_account_may_be_two_things() {
        let row = |kind: &str, system: &str, subject: &str| -> Finding {
            let mut finding: Finding = csv_row();
            finding.subject_kind = kind.to_owned();
            finding.system = Some(system.to_owned());
            finding.subject = subject.to_owned();
            finding
        };
        let of = |kind, system, subject| key(&row(kind, system, subject));
        assert_eq!(of("account", "crm", "ana"), of("account", "crm", "ana.alves"), "renamed");
        assert_ne!(of("account", "crm", "ana"), of("account", "erp", "ana"));
        assert_ne!(of("intent", "crm", "create ana"), of("intent", "crm", "disable ana"));
        assert_ne!(of("person", "hr", "1: status"), of("person", "hr", "1: dates"));
        assert_eq!(of("person", "hr", "1: status"), of("person", "agency", "1: status"), "in another folder");
    }

    fn csv_row() -> Finding {
        let text = "finding_id,metric,severity,system,subject_kind,subject,person_id,account_key,credential_key,began_at,\
            ended_at,open,shortest_seconds,length_seconds,limit_seconds,over_seconds,result,waiver_id,reason,\
            began_source,ended_source\n\
            ovs-ab,m,high,crm,account,ana,1,crm:a1,,,,true,0,0,0,0,over,,why,,\n";
        csv::Reader::from_reader(text.as_bytes()).deserialize().next().expect("a row").expect("a finding")
    }
}
