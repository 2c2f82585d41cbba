//! Words of rules that match nothing: probably misspelt, and without a word about it a rule would be silent for ever.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::report::drift::Drift;
use crate::rules::did_you_mean;

use super::config::{Config, Named};

/// A system of the report, and who owns it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(super) struct Registered {
    pub(super) system: String,
    pub(super) owner: Option<String>,
}

/// What to say about a mail file. `register`: the systems of the current report, which know also those without any
/// finding; without them, nothing can be said about systems.
pub(super) fn doubts(config: &Config, drift: &Drift, register: Option<&[Registered]>) -> Vec<Diagnostic> {
    let metrics: BTreeSet<&str> = drift.metrics.iter().map(|one| one.id.as_str()).collect();
    let known = register.map(|register| {
        let systems = register.iter().map(|one| one.system.as_str());
        let owners = register.iter().filter_map(|one| one.owner.as_deref());
        let systems: BTreeSet<&str> = systems.chain(drift.systems.iter().map(|one| one.system.as_str())).collect();
        let owners: BTreeSet<&str> =
            owners.chain(drift.systems.iter().filter_map(|one| one.owner.as_deref())).collect();
        (systems, owners)
    });
    let mut said = Vec::new();
    let mut look = |names: &[Named], known: &BTreeSet<&str>, code: &'static str, what: &str| {
        for named in names.iter().filter(|named| !known.iter().any(|one| named.fits(one))) {
            let mut doubt = Diagnostic::warning(code, format!("{what} `{}`", named.text)).at(named.place.clone());
            doubt.hint = did_you_mean(&named.text, known.iter().copied());
            said.push(doubt);
        }
    };
    for rule in &config.rules {
        if let Some((systems, owners)) = &known {
            look(&rule.systems, systems, "mail-unknown-system", "no system is called");
            look(&rule.owners, owners, "mail-unknown-owner", "no system is owned by");
        }
        look(&rule.metrics, &metrics, "mail-unknown-metric", "no metric is called");
    }
    said
}
