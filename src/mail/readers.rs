//! What rules ask for, and who may still get a mail that was made for one of them.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::config::{Attachment, Config, Named, Rule};
use super::record::{Entry, same_address};

/// What a rule asks for, apart from the packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// Findings at least this severe: 0 is critical. `None`: all.
    pub min_severity: Option<usize>,
    /// Findings in these systems; empty: all.
    pub systems: Vec<String>,
    /// Findings in systems of these owners; empty: all.
    pub owners: Vec<String>,
    /// Findings of these metrics; empty: all.
    pub metrics: Vec<String>,
    /// Whether persons and accounts are named.
    pub names: bool,
    /// What is attached: a report names persons.
    pub attach: Vec<Attachment>,
}

impl Asks {
    /// Those of a rule; `names` and `attach`: what the command line asks for in every mail.
    pub fn of(rule: &Rule, names: bool, attach: &[Attachment]) -> Self {
        let list = |names: &[Named]| names.iter().map(|named| named.text.clone()).collect();
        let mut files = [&rule.attach, attach].concat();
        files.sort_unstable();
        files.dedup();
        Self {
            min_severity: rule.min_severity,
            systems: list(&rule.systems),
            owners: list(&rule.owners),
            metrics: list(&rule.metrics),
            names: rule.names || names,
            attach: files,
        }
    }

    /// Whether who asks for this may get a mail that was made for something else. A mail with names, or with a file,
    /// does not go to a rule that asks for none; one without goes to a rule that asks for them.
    fn allows(&self, made_for: &Self) -> bool {
        let (names, attach) = (self.names, self.attach.clone());
        let files = made_for.attach.iter().all(|kind| attach.contains(kind));
        (names || !made_for.names) && files && *self == Self { names, attach, ..made_for.clone() }
    }
}

/// The rules of a mail file as they are now.
#[derive(Debug, Clone)]
pub struct Readers {
    /// The mail file, as an absolute path.
    pub mail_file: String,
    rules: Vec<(Asks, Vec<String>)>,
}

impl Readers {
    /// Those of a mail file; `names` and `attach` as in [`Asks::of`].
    pub fn of(config: &Config, names: bool, attach: &[Attachment]) -> Self {
        let bare = |rule: &Rule| rule.to.iter().map(super::address::bare).collect();
        let rules = config.rules.iter().map(|rule| (Asks::of(rule, names, attach), bare(rule))).collect();
        Self { mail_file: identity(Path::new(&config.file)), rules }
    }

    /// Whether a mail is of this mail file.
    pub fn own(&self, entry: &Entry) -> bool {
        entry.mail_file == self.mail_file
    }

    /// Whether a rule that asks for what a mail was made for names an address.
    pub fn may_get(&self, entry: &Entry, to: &str) -> bool {
        let names = |list: &[String]| list.iter().any(|one| same_address(one, to));
        self.rules.iter().any(|(asks, list)| asks.allows(&entry.asks) && names(list))
    }
}

/// The absolute path of a file. A link in the place of the file itself is not followed: mounted settings are links to
/// folders whose names change.
fn identity(file: &Path) -> String {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let whole = parent.canonicalize().unwrap_or_else(|_| parent.to_owned());
    whole.join(file.file_name().unwrap_or_default()).display().to_string()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_mail_file_is_the_same_however_it_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a folder");
        std::fs::create_dir(root.join("one")).expect("a folder");
        std::os::unix::fs::symlink(root.join("one"), root.join("two")).expect("a link");
        // Settings are mounted as links, into a folder that is another one after each change.
        std::os::unix::fs::symlink("somewhere", root.join("one/mail.toml")).expect("a link");
        let expected = root.join("one/mail.toml").display().to_string();
        for name in ["one/mail.toml", "two/mail.toml", "one/../two/mail.toml"] {
            assert_eq!(identity(&root.join(name)), expected, "{name}");
        }
        let here = Path::new(".").canonicalize().expect("a folder").join("mail.toml").display().to_string();
        assert_eq!((identity(Path::new("mail.toml")), identity(Path::new("./mail.toml"))), (here.clone(), here));
    }
}
