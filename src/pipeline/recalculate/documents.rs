//! The documents of a pack, rendered again from its `report.json`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::pack::{Difference, DifferenceKind as Kind, Staging, compare};
use crate::render::{Templates, csv, html, pdf, xlsx};

use super::{AtHand, Pack, Recalculated, impossible};

/// Renders them with the templates at hand, and compares.
pub(super) fn documents(pack: &Pack<'_>, at_hand: &AtHand, scratch: &Path, out: &mut Recalculated) -> Outcome<()> {
    let report = pack.report;
    let templates = match &at_hand.templates {
        Some(folder) => Templates::with_folder(folder)?,
        None => Templates::shipped()?,
    };
    let look = Look::of(pack, &templates, at_hand.templates.is_some(), out);
    let mut staging = Staging::begin(scratch)?;
    same(pack, "sources.csv", Ok(csv::sources(report)), &mut staging, out)?;
    if look.pages {
        same(pack, "report.html", html::report(report, &templates), &mut staging, out)?;
    }
    if look.brand {
        same(pack, "report.pdf", pdf::report(report, templates.brand()), &mut staging, out)?;
    }
    let mut book = staging.create("report.xlsx")?;
    match xlsx::report(report, pack, xlsx::Room::default(), staging.folder(), &mut book) {
        Ok(()) => {
            staging.close(book)?;
            listed(pack, "report.xlsx", &staging, out)
        }
        Err(failure) => {
            out.documents.differs(impossible("report.xlsx", failure)?);
            Ok(())
        }
    }
}

fn same(
    pack: &Pack<'_>,
    name: &str,
    made: Outcome<Vec<u8>>,
    staging: &mut Staging,
    out: &mut Recalculated,
) -> Outcome<()> {
    match made {
        Ok(bytes) => {
            staging.write(name, &bytes)?;
            listed(pack, name, staging, out)
        }
        Err(failure) => {
            out.documents.differs(impossible(name, failure)?);
            Ok(())
        }
    }
}

fn listed(pack: &Pack<'_>, name: &str, staging: &Staging, out: &mut Recalculated) -> Outcome<()> {
    if !pack.lists(name) {
        out.documents.differs(Difference::new(name, Kind::Missing, "rendered, and not in the pack"));
        return Ok(());
    }
    match compare(&pack.folder.join(name), &staging.folder().join(name))? {
        None => out.documents.agrees(),
        Some(what) => {
            let difference = Difference { path: name.to_owned(), kind: Kind::Changed, what };
            out.documents.differs(difference);
        }
    }
    Ok(())
}

/// Whether the look at hand is the one that the pack was made with.
struct Look {
    pages: bool,
    brand: bool,
}

impl Look {
    /// Compares the files of the look with those that the manifest lists. Where none was given, another look is the
    /// company's own, and what it was used for is not compared.
    fn of(pack: &Pack<'_>, templates: &Templates, given: bool, out: &mut Recalculated) -> Self {
        let here = templates.files();
        let listed: Vec<(&str, &str)> = pack
            .manifest
            .rules
            .iter()
            .filter_map(|rule| Some((rule.path.strip_prefix("templates/")?, rule.sha256.as_str())))
            .collect();
        let hashed: Vec<(&str, String)> =
            here.iter().map(|(name, bytes)| (*name, crate::pack::sha256_of(bytes))).collect();
        let other: Vec<&str> = listed
            .iter()
            .filter(|(name, sha256)| !hashed.iter().any(|(own, hash)| own == name && hash == sha256))
            .map(|(name, _)| *name)
            .chain(hashed.iter().map(|(name, _)| *name).filter(|name| !listed.iter().any(|(own, _)| own == name)))
            .collect();
        if given {
            // The folder was said to be the one.
            for name in &other {
                let what = "the manifest lists another one than the one in the folder that was given";
                out.rules.differs(Difference::new(format!("templates/{name}"), Kind::Changed, what));
            }
            return Self { pages: true, brand: true };
        }
        let brand = other.iter().all(|name| name.starts_with("report/"));
        if !other.is_empty() {
            let files = if brand { "report.html" } else { "report.html and report.pdf" };
            let names = other.join(", ");
            out.not_compared.push(format!(
                "{files}: made with a look of the company's own ({names}); --templates names the folder"
            ));
        }
        Self { pages: other.is_empty(), brand }
    }
}

/// The long tables stand in the pack.
impl xlsx::PackTables for Pack<'_> {
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>> {
        if !self.lists(name) {
            return Err(Failure::run(format!("{name} is not in the pack")));
        }
        let path = self.folder.join(name);
        let file = File::open(&path).map_err(|cause| Failure::io("read", &path, &cause))?;
        Ok(Box::new(file))
    }

    fn sha256(&self, name: &str) -> Option<String> {
        self.sha256(name).map(str::to_owned)
    }
}
