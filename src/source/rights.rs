//! What a file may speak about: the system of its folder, and what the project file allows beside it.

use globset::GlobMatcher;

use crate::diag::Diagnostic;
use crate::policy::{Allowed, Project};

use super::path::fold;

/// Who may speak about what. Without a project file a folder speaks for itself only, and registers lie at the top.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    folders: Vec<Allowed>,
    /// Other name, name.
    aliases: Vec<(String, String)>,
    registers: Vec<GlobMatcher>,
    project: Project,
}

impl Rights {
    /// What a project file allows.
    pub fn of(project: &Project) -> Self {
        Self {
            folders: project.speaks_of.clone(),
            aliases: project
                .aliases
                .iter()
                .flat_map(|line| line.names.iter().map(|name| (name.clone(), line.name.clone())))
                .collect(),
            registers: project.registers.iter().map(|line| line.glob.clone()).collect(),
            project: project.clone(),
        }
    }

    /// The name under which a system goes, where this is another name of it; with the number of the alias.
    pub(super) fn renamed(&self, name: &str) -> Option<(usize, &str)> {
        let at = self.aliases.iter().position(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some((at, &self.aliases[at].1))
    }

    /// Whether registers count where a file lies.
    pub(super) fn registers_at(&self, path: &str, folder: Option<&str>) -> bool {
        folder.is_none() || self.registers.iter().any(|glob| glob.is_match(path))
    }

    /// Whether rows of a folder may speak of a system; `own` is the folder's.
    pub(super) fn allows(&self, folder: &str, own: &str, system: &str) -> bool {
        system == own
            || fold(system) == fold(own)
            || self.folders.iter().any(|line| line.name == folder && line.globs.iter().any(|glob| glob.is_match(system)))
    }

    /// Lines of the project file that had no effect: folders, registers and aliases that nothing needed.
    pub(super) fn idle(&self, paths: &[&str], registers: &[&str], used: &[usize]) -> Vec<Diagnostic> {
        let mut said = Vec::new();
        let mut say = |message: String, place: &crate::diag::Place| {
            said.push(Diagnostic::warning("idle-line", message).at(place.clone()));
        };
        for line in &self.project.speaks_of {
            let inside = |path: &&str| path.split_once('/').is_some_and(|(folder, _)| folder == line.name);
            if !paths.iter().any(inside) {
                say(format!("no export lies in a folder `{}`", line.name), &line.place);
            }
        }
        for line in &self.project.registers {
            if !registers.iter().any(|path| line.glob.is_match(path)) {
                say(format!("no register is `{}`", line.name), &line.place);
            }
        }
        for line in &self.project.aliases {
            for name in &line.names {
                let at = self.aliases.iter().position(|(other, _)| other == name);
                if !at.is_some_and(|at| used.contains(&at)) {
                    say(format!("nothing is called `{name}`, the other name of `{}`", line.name), &line.place);
                }
            }
        }
        said
    }
}
