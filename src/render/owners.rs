//! Lists for the owners of systems: each owner's exceptions alone, as a page and as a table to fill in.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Outcome;
use crate::report::{Action, Report};

use super::{Templates, csv, html};

/// The folder of a pack that has them.
pub const OWNERS: &str = "owners/";
/// The list of what has no owner in the register of systems.
const NOBODY: &str = "_no-owner";
/// Letters of a file's name.
const NAME: usize = 60;

/// The exceptions of one owner.
pub struct Owner<'a> {
    /// Name under the pack, without its ending.
    file: String,
    /// As the register of systems names them; `None` for what has none.
    pub owner: Option<&'a str>,
    /// What they have to decide, the gravest first.
    pub actions: Vec<&'a Action>,
}

impl Owner<'_> {
    /// The page.
    pub fn page(&self) -> String {
        format!("{}.html", self.file)
    }

    /// The table.
    pub fn table(&self) -> String {
        format!("{}.csv", self.file)
    }
}

/// Every exception under the owner of its system; owners in the order of their names, what has no owner last.
pub fn owners(actions: &[Action]) -> Vec<Owner<'_>> {
    let mut lists: BTreeMap<Option<&str>, Vec<&Action>> = BTreeMap::new();
    for action in actions {
        let owner = action.system_owner.as_deref().map(str::trim).filter(|owner| !owner.is_empty());
        lists.entry(owner).or_default().push(action);
    }
    let nobody = lists.remove(&None);
    let mut taken = BTreeSet::new();
    let mut file = |owner: Option<&str>| {
        let wanted = owner.map_or_else(|| NOBODY.to_owned(), file_name);
        let mut name = wanted.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{wanted}-{number}");
            number += 1;
        }
        format!("{OWNERS}{name}")
    };
    let named = lists.into_iter().chain(nobody.map(|list| (None, list)));
    named.map(|(owner, actions)| Owner { file: file(owner), owner, actions }).collect()
}

/// Every file of the lists: name under the pack, and bytes.
///
/// # Errors
/// The page's template fails.
pub fn files(report: &Report, actions: &[Action], templates: &Templates) -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut out = Vec::new();
    for owner in owners(actions) {
        out.push((owner.table(), csv::to_decide(report, &owner.actions)));
        out.push((owner.page(), html::owner(report, &owner, templates)?));
    }
    Ok(out)
}

/// A name that every system can keep: lower-case letters and digits of ASCII, `.`, `_` and `-`. What is left of a name in
/// another script, or of one that a system keeps for itself, gets a word before it.
fn file_name(owner: &str) -> String {
    let safe =
        |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c.to_ascii_lowercase() } else { '-' };
    let name: String = owner.chars().take(NAME).map(safe).collect();
    let name = name.trim_matches(['.', '_', '-']);
    let stem = name.split('.').next().unwrap_or_default();
    let device = |word: &str| stem.strip_prefix(word).is_some_and(|rest| rest.len() == 1);
    let kept = matches!(stem, "con" | "prn" | "aux" | "nul") || device("com") || device("lpt");
    match name {
        "" => "owner".to_owned(),
        _ if kept => format!("owner-{name}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_are_safe_everywhere() {
        for (owner, name) in [
            ("Carla.Lopes@acme.example", "carla.lopes-acme.example"),
            ("../../etc/passwd", "etc-passwd"),
            ("_no-owner", "no-owner"),
            ("IT / Operations", "it---operations"),
            ("渡辺, 健司", "owner"),
            ("NUL", "owner-nul"),
            ("com1.example", "owner-com1.example"),
            ("company", "company"),
            (".hidden.", "hidden"),
            ("a\u{202E}b\n", "a-b"),
        ] {
            assert_eq!(file_name(owner), name, "{owner}");
        }
        assert!(file_name(&"x".repeat(500)).len() <= 60);
    }
}
