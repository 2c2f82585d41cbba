//! What a file may speak about: the system of its folder, and what the project file allows beside it.

use crate::diag::{Diagnostic, Place};
use crate::policy::{Allowed, Project, ScopeName};

use super::path::system_name;

/// Why a row is left out that names a system other than its folder may speak of.
pub(super) const OTHER_SYSTEM: &str = "speaks of another system than its folder's";

/// Who may speak about what. Without a project file a folder speaks for itself only, and registers lie at the top.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    folders: Vec<Allowed>,
    /// Other name, name, and where that stands.
    aliases: Vec<(String, String, Place)>,
    registers: Vec<ScopeName>,
}

impl Rights {
    /// What a project file allows.
    pub fn of(project: &Project) -> Self {
        let names = |line: &Allowed| {
            let own = line.name.clone();
            line.names
                .iter()
                .map(move |other| (other.text.clone(), own.clone(), other.place.clone()))
                .collect::<Vec<_>>()
        };
        Self {
            folders: project.speaks_of.clone(),
            aliases: project.aliases.iter().flat_map(names).collect(),
            registers: project.registers.clone(),
        }
    }

    /// The name under which a system goes, where this is another name of it; with the number of the alias.
    pub(super) fn renamed(&self, name: &str) -> Option<(usize, &str)> {
        let at = self.aliases.iter().position(|(other, ..)| other.eq_ignore_ascii_case(name))?;
        Some((at, &self.aliases[at].1))
    }

    /// Whether registers count where a file lies.
    pub(super) fn registers_at(&self, path: &str, folder: Option<&str>) -> bool {
        folder.is_none() || self.registers.iter().any(|line| line.matches(path))
    }

    /// Whether rows of a folder may speak of another system than its own.
    pub(super) fn allows(&self, folder: &str, system: &str) -> bool {
        self.folders.iter().any(|line| line.name == folder && line.names.iter().any(|name| name.matches(system)))
    }

    /// Lines of the project file that had no effect: folders, registers and aliases that nothing needed.
    pub(super) fn idle(&self, paths: &[&str], registers: &[&str], used: &[usize]) -> Vec<Diagnostic> {
        let mut said = Vec::new();
        let mut say = |message: String, place: &Place| {
            said.push(Diagnostic::warning("idle-line", message).at(place.clone()));
        };
        for line in &self.folders {
            let inside = |path: &&str| path.split_once('/').is_some_and(|(folder, _)| system_name(folder) == line.name);
            if !paths.iter().any(inside) {
                say(format!("no export lies in a folder `{}`", line.name), &line.place);
            }
        }
        for line in &self.registers {
            if !registers.iter().any(|path| line.matches(path)) {
                say(format!("no register is `{}`", line.text), &line.place);
            }
        }
        for (at, (other, name, place)) in self.aliases.iter().enumerate() {
            if !used.contains(&at) {
                say(format!("nothing is called `{other}`, which is another name of `{name}`"), place);
            }
        }
        said
    }
}
