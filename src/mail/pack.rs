//! The current pack, as far as mails need it: its hash, files to attach, and the systems that its report knows.

use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{Manifest, OutputEntry, not_read, sha256_of};
use crate::render::text as words;
use crate::report::drift::Drift;

use super::config::{Attachment, Config};
use super::doubts::Registered;
use super::message::File;

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
        let path = folder.join("manifest.json");
        let bytes = disk::read(&path, disk::LIST).map_err(|cause| not_read(&path, &cause))?;
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|cause| unreadable(&path, &cause))?;
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
        let report: Report = serde_json::from_slice(&bytes).map_err(|cause| unreadable(&path, &cause))?;
        Ok(Some(report.systems))
    }

    /// The files to attach, and what the mail says about them.
    pub(super) fn attach(
        &self,
        wanted: &[Attachment],
        room: u64,
        drift: &Drift,
        doubts: &mut Vec<Diagnostic>,
    ) -> Outcome<(Vec<File>, Vec<String>)> {
        let (mut files, mut notes, mut left) = (Vec::new(), Vec::new(), room);
        for kind in wanted {
            let name = kind.file();
            let entry = self.outputs.iter().find(|entry| entry.path == name);
            let Some((entry, folder)) = entry.zip(self.folder) else {
                let message = format!("there is no pack with a {name}: it is not attached");
                doubts.push(Diagnostic::warning("mail-attachment", message));
                notes.push(format!("{name} is in no pack, and not attached."));
                continue;
            };
            let what = format!("{name} ({}, SHA-256 {})", words::size(entry.bytes), entry.sha256);
            let size = encoded(entry.bytes);
            if size > left {
                notes.push(format!(
                    "{what} is in the current pack, and too large to be attached: a mail carries at most {}, \
                     encoded.",
                    words::size(room)
                ));
                continue;
            }
            left -= size;
            let path = folder.join(name);
            let bytes = disk::read(&path, disk::DOCUMENT).map_err(|cause| not_read(&path, &cause))?;
            if sha256_of(&bytes) != entry.sha256 {
                let message = "it differs from the pack's manifest, and is not sent to anybody";
                let place = Place::file(path.display().to_string());
                return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(place)));
            }
            let file = format!("{}-{}-{name}", plain(&drift.organisation), plain(&drift.current.period.label));
            notes.push(format!("{what} is attached as {file}. It names persons and accounts."));
            files.push(File { name: file, media_type: kind.media_type(), bytes });
        }
        Ok((files, notes))
    }
}

fn unreadable(path: &Path, cause: &serde_json::Error) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place))
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
