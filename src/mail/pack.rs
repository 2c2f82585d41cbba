//! The current pack, as far as mails need it: its hash, files to attach, and the systems that its report knows.

use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{MANIFEST_FILE, Manifest, OutputEntry, damaged, not_read, open_csv, sha256_of};
use crate::render::owners::OWNERS;
use crate::render::text as words;
use crate::report::drift::Drift;

use super::config::{Attachment, Config, Rule};
use super::doubts::Registered;
use super::message::File;

/// The column of a list that names its owner.
const OWNER: &str = "system_owner";

/// The current pack, as far as a mail needs it; without a folder there is nothing to attach.
#[derive(Default)]
pub(super) struct Pack<'a> {
    folder: Option<&'a Path>,
    pub(super) sha256: Option<String>,
    outputs: Vec<OutputEntry>,
}

impl<'a> Pack<'a> {
    pub(super) fn open(folder: Option<&'a Path>) -> Outcome<Self> {
        let Some(folder) = folder else {
            return Ok(Self::default());
        };
        let path = folder.join(MANIFEST_FILE);
        let bytes = disk::read(&path, disk::LIST).map_err(|cause| not_read(&path, &cause))?;
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|cause| damaged(&path, &cause))?;
        Ok(Self { folder: Some(folder), sha256: Some(sha256_of(&bytes)), outputs: manifest.outputs })
    }

    /// The systems of the report, if the mail file asks for any, and there is a pack that knows them.
    pub(super) fn systems(&self, config: &Config) -> Outcome<Option<Vec<Registered>>> {
        #[derive(serde::Deserialize)]
        struct Report {
            systems: Vec<Registered>,
        }
        let asked = config.rules.iter().any(|rule| !rule.systems.is_empty() || !rule.owners.is_empty());
        let Some(path) = self.folder.filter(|_| asked).map(|folder| folder.join("report.json")) else {
            return Ok(None);
        };
        let bytes = match disk::read(&path, disk::DOCUMENT) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|cause| not_read(&path, &cause))?,
        };
        let report: Report = serde_json::from_slice(&bytes).map_err(|cause| damaged(&path, &cause))?;
        Ok(Some(report.systems))
    }

    /// The files to attach, and what the mail says about them and about the lists of owners whom a rule asks for.
    pub(super) fn attach(
        &self,
        rule: &Rule,
        room: u64,
        drift: &Drift,
        doubts: &mut Vec<Diagnostic>,
    ) -> Outcome<(Vec<File>, Vec<String>)> {
        let (mut files, mut notes, mut left) = (Vec::new(), Vec::new(), room);
        let lists = self.lists(rule)?;
        let report = |name: &str| self.outputs.iter().filter(|entry| entry.path == name).collect::<Vec<_>>();
        for kind in &rule.attach {
            let (name, entries) = match kind {
                Attachment::Pdf => ("report.pdf", report("report.pdf")),
                Attachment::Html => ("report.html", report("report.html")),
                Attachment::OwnerList => ("a list for the owners that this mail is about", lists.clone()),
            };
            if entries.is_empty() {
                notes.push(format!("The current pack does not have {name}: it is not attached."));
                if *kind != Attachment::OwnerList {
                    let message = format!("there is no pack with a {name}: it is not attached");
                    doubts.push(Diagnostic::warning("mail-attachment", message));
                }
            }
            for entry in entries {
                let size = encoded(entry.bytes);
                if size > left {
                    let most = words::size(room);
                    notes.push(format!(
                        "{} is in the current pack, and too large to be attached: a mail carries at most {most}, encoded.",
                        named(entry)
                    ));
                    continue;
                }
                left -= size;
                let file = self.file(entry, drift)?;
                notes.push(format!("{} is attached as {}. It names persons and accounts.", named(entry), file.name));
                files.push(file);
            }
        }
        if !rule.attach.contains(&Attachment::OwnerList) {
            let what = "in the current pack lists what its owner has to decide";
            notes.extend(lists.into_iter().map(|entry| format!("{} {what}.", named(entry))));
        }
        Ok((files, notes))
    }

    /// The lists of the owners whom a rule asks for.
    fn lists(&self, rule: &Rule) -> Outcome<Vec<&OutputEntry>> {
        let mut lists = Vec::new();
        let is_list = |entry: &&OutputEntry| entry.path.starts_with(OWNERS) && is_csv(&entry.path);
        let entries = self.outputs.iter().filter(|_| !rule.owners.is_empty()).filter(is_list);
        for (entry, folder) in entries.zip(self.folder.into_iter().cycle()) {
            let path = folder.join(&entry.path);
            let mut lines = open_csv(&path)?;
            let column = lines.headers().map_err(|cause| damaged(&path, &cause))?.iter().position(|name| name == OWNER);
            let first = lines.records().next().transpose().map_err(|cause| damaged(&path, &cause))?;
            let owner = first.as_ref().zip(column).and_then(|(line, at)| line.get(at)).unwrap_or_default();
            // A spreadsheet does not run what begins with an apostrophe; the owner's name begins after it.
            if rule.owners.iter().any(|named| named.fits(owner.trim_start_matches('\''))) {
                lists.push(entry);
            }
        }
        Ok(lists)
    }

    /// A file of the pack, as its manifest has it.
    fn file(&self, entry: &OutputEntry, drift: &Drift) -> Outcome<File> {
        let path = self.folder.unwrap_or(Path::new("")).join(&entry.path);
        let bytes = disk::read(&path, disk::DOCUMENT).map_err(|cause| not_read(&path, &cause))?;
        if sha256_of(&bytes) != entry.sha256 {
            let message = "it differs from the pack's manifest, and is not sent to anybody";
            let place = Place::file(path.display().to_string());
            return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(place)));
        }
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        let media_type = match name.rsplit('.').next() {
            Some("pdf") => "application/pdf",
            Some("html") => "text/html; charset=utf-8",
            _ => "text/csv; charset=utf-8",
        };
        let name = format!("{}-{}-{name}", plain(&drift.organisation), plain(&drift.current.period.label));
        Ok(File { name, media_type, bytes })
    }
}

fn named(entry: &OutputEntry) -> String {
    format!("{} ({}, SHA-256 {})", entry.path, words::size(entry.bytes), entry.sha256)
}

fn is_csv(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "csv")
}

/// Bytes of a file in a mail: base64 in lines of 76 characters.
fn encoded(bytes: u64) -> u64 {
    let digits = bytes.div_ceil(3) * 4;
    digits + digits.div_ceil(76) * 2
}

/// A text as part of a file name: letters and digits of ASCII, the rest as single dashes.
fn plain(text: &str) -> String {
    let kept: String = text.chars().take(60).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join("-");
    if joined.is_empty() { "overstay".to_owned() } else { joined }
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_file_grows_in_a_mail() {
        assert_eq!([0, 1, 3, 4, 57, 58].map(encoded), [0, 6, 6, 10, 78, 84]);
    }
}
