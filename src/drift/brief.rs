//! A finding in a hundred bytes: what a comparison must remember of every finding of the baseline.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::report::{Finding, FindingResult, Stamp};
use crate::time::Micros;

use crate::report::drift::Face;

/// A finding without its texts.
#[derive(Debug, Clone)]
pub(super) struct Brief {
    pub(super) id: Id,
    /// Metric, system and subject, hashed: the same for every stay of the same thing.
    pub(super) key: u64,
    /// The person, hashed; 0 for none.
    pub(super) person: u64,
    pub(super) severity: &'static str,
    pub(super) result: FindingResult,
    pub(super) open: bool,
    pub(super) waived: bool,
    pub(super) privileged: Option<bool>,
    pub(super) began: Option<Micros>,
    pub(super) ended: Option<Micros>,
    pub(super) length: i64,
    pub(super) limit: i64,
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
fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// What all stays of the same thing share: metric, system, and the key that finding ids are made of.
pub(super) fn key(finding: &Finding) -> u64 {
    let subject = finding.credential_key.as_ref().or(finding.account_key.as_ref()).or(finding.person_id.as_ref());
    hash(&(&finding.metric, &finding.system, subject.unwrap_or(&finding.subject)))
}

pub(super) fn person(finding: &Finding) -> u64 {
    finding.person_id.as_ref().map_or(0, hash)
}

/// Severities in the order in which they matter; an unknown word is the least.
const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

pub(super) fn rank(severity: &str) -> usize {
    SEVERITIES.iter().position(|word| *word == severity).unwrap_or(SEVERITIES.len())
}

impl Brief {
    pub(super) fn of(finding: &Finding, privileged: Option<bool>) -> Self {
        Self {
            id: id(&finding.finding_id),
            key: key(finding),
            person: person(finding),
            severity: SEVERITIES.get(rank(&finding.severity)).copied().unwrap_or(""),
            result: finding.result,
            open: finding.open,
            waived: finding.waiver_id.is_some(),
            privileged,
            began: finding.began_at.map(|at| at.0),
            ended: finding.ended_at.map(|at| at.0),
            length: finding.length_seconds,
            limit: finding.limit_seconds,
            met: false,
        }
    }

    pub(super) fn face(&self) -> Face {
        Face {
            began_at: self.began.map(Stamp),
            ended_at: self.ended.map(Stamp),
            open: self.open,
            length_seconds: self.length,
            limit_seconds: self.limit,
            result: self.result,
            severity: self.severity.to_owned(),
            waived: self.waived,
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
    fn severities_have_an_order() {
        assert!(rank("critical") < rank("high") && rank("low") < rank("whatever"));
    }
}
