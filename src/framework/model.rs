//! What a framework file says, checked.

use crate::diag::Place;
use crate::report::{Relation, Resolution, ResolvedReference};
use crate::time::Length;

/// A published list of outcomes, controls or risks.
#[derive(Debug, Clone)]
pub struct Framework {
    /// Id: the file's name without `.toml`.
    pub id: String,
    /// Official title.
    pub title: String,
    /// Official version.
    pub version: String,
    /// Publisher.
    pub publisher: String,
    /// Where ids and titles were read, in words.
    pub source: String,
    /// What the list contains and what it leaves out.
    pub scope: String,
    /// Its references, in its own order.
    pub references: Vec<Reference>,
    /// Names under which people ask for something that has another name.
    pub aliases: Vec<Alias>,
    /// Its place in reports: frameworks are ordered by this, then by id.
    pub order: u32,
    /// Whether it is in a report only where somebody asks for it by name.
    pub on_request: bool,
    /// The file, as messages name it.
    pub file: String,
}

/// One entry of a framework.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Official id.
    pub id: String,
    /// Official title, or our short title where the framework has none.
    pub title: String,
    /// Our paraphrase.
    pub summary: String,
    /// The metrics that are evidence for it.
    pub edges: Vec<Edge>,
}

/// A metric that is evidence for a reference.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Metric id.
    pub metric: String,
    /// The thing itself, or a sign of it.
    pub relation: Relation,
    /// Why.
    pub rationale: String,
    /// What a reader must know.
    pub caveat: Option<String>,
    /// The longest limit with which the metric can be evidence here.
    pub requires: Option<Length>,
    /// Where it stands.
    pub place: Place,
}

/// A name that people ask for and that means something else, with the explanation that is printed.
#[derive(Debug, Clone)]
pub struct Alias {
    /// As it was asked for: `NIST CSF PR.AC-4`.
    pub requested: String,
    /// Other spellings under which it is found.
    pub forms: Vec<String>,
    /// The explanation.
    pub text: String,
    /// Reference ids of this framework.
    pub resolves: Vec<String>,
}

/// What a name leads to.
#[derive(Debug, Clone)]
pub enum Found<'f> {
    /// A reference of this framework.
    Reference(&'f Reference),
    /// An alias, with the references that it means.
    Alias(&'f Alias, Vec<&'f Reference>),
}

impl Framework {
    /// The reference of an official id.
    pub fn reference(&self, id: &str) -> Option<&Reference> {
        self.references.iter().find(|reference| reference.id == id)
    }

    /// Finds an official id, an alias or another spelling of an alias; without regard to case.
    pub fn find(&self, name: &str) -> Option<Found<'_>> {
        let same = |text: &str| text.eq_ignore_ascii_case(name.trim());
        if let Some(reference) = self.references.iter().find(|reference| same(&reference.id)) {
            return Some(Found::Reference(reference));
        }
        let alias =
            self.aliases.iter().find(|alias| same(&alias.requested) || alias.forms.iter().any(|form| same(form)))?;
        Some(Found::Alias(alias, alias.resolves.iter().filter_map(|id| self.reference(id)).collect()))
    }

    /// One entry for the reference-resolution box per alias.
    pub fn resolutions(&self) -> Vec<Resolution> {
        self.aliases
            .iter()
            .map(|alias| Resolution {
                requested: alias.requested.clone(),
                text: alias.text.clone(),
                resolved: alias
                    .resolves
                    .iter()
                    .filter_map(|id| self.reference(id))
                    .map(|reference| ResolvedReference {
                        framework: self.id.clone(),
                        reference: reference.id.clone(),
                        title: reference.title.clone(),
                    })
                    .collect(),
            })
            .collect()
    }
}
