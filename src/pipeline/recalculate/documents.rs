//! The documents of a pack, rendered again from its `report.json`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{Difference, DifferenceKind as Kind, Document, LOOK, SPREADSHEET_FILE, Staging, compare, sha256_of};
use crate::render::owners::{self, OWNERS};
use crate::render::{Templates, csv, html, pdf, xlsx};
use crate::report::Action;

use super::{AtHand, Pack, Recalculated, impossible, is_look};

/// Renders them with the templates at hand, and compares.
pub(super) fn documents(
    pack: &Pack<'_>,
    actions: Option<&[Action]>,
    at_hand: &AtHand,
    scratch: &Path,
    out: &mut Recalculated,
) -> Outcome<()> {
    let report = pack.report;
    let templates = match &at_hand.templates {
        Some(folder) => Templates::with_folder(folder)?,
        None => Templates::shipped()?,
    };
    let look = Look::of(pack, &templates, at_hand.templates.is_some(), out);
    let mut staging = Staging::scratch(scratch)?.with_csv_bom(pack.manifest.options.csv_bom);
    same(pack, "sources.csv", Ok(csv::sources(report)), &mut staging, out)?;
    for document in &pack.manifest.options.documents {
        match document {
            Document::Html => {
                if look.pages {
                    same(pack, "report.html", html::report(report, &templates), &mut staging, out)?;
                }
                match actions {
                    Some(actions) if look.pages => {
                        lists(pack, owners::files(report, actions, &templates)?, &mut staging, out)?;
                    }
                    Some(_) => {}
                    None => out.not_compared.push(format!("{OWNERS}: the exceptions could not be computed again")),
                }
            }
            Document::Pdf if look.brand => {
                for (name, edition) in pdf::EDITIONS {
                    same(pack, name, pdf::report(report, templates.brand(), edition), &mut staging, out)?;
                }
            }
            Document::Pdf => {}
            Document::Xlsx => {
                let name = SPREADSHEET_FILE;
                // Without the exceptions that were computed again those of the report, where it has all.
                let whole = report.actions.items.len() as u64 == report.actions.total;
                let Some(actions) = actions.or_else(|| whole.then_some(report.actions.items.as_slice())) else {
                    out.not_compared.push(format!("{name}: the exceptions could not be computed again"));
                    continue;
                };
                let mut book = staging.create(name)?;
                match xlsx::report(report, actions, pack, xlsx::Room::default(), staging.folder(), &mut book) {
                    Ok(()) => {
                        staging.close(book)?;
                        listed(pack, name, &staging, out)?;
                    }
                    Err(failure) => out.documents.differs(impossible(name, failure)?),
                }
            }
        }
    }
    Ok(())
}

/// The lists for owners: those, and no others.
fn lists(pack: &Pack<'_>, made: Vec<(String, Vec<u8>)>, staging: &mut Staging, out: &mut Recalculated) -> Outcome<()> {
    let listed = pack.manifest.outputs.iter().map(|output| output.path.as_str());
    for path in listed.filter(|path| path.starts_with(OWNERS) && !made.iter().any(|(name, _)| name == path)) {
        out.documents.differs(Difference::new(path, Kind::Added, "in the pack, and not rendered"));
    }
    for (name, bytes) in made {
        same(pack, &name, Ok(bytes), staging, out)?;
    }
    Ok(())
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
    /// Compares the files of the look with those that the manifest lists. Shipped ones must be the same; where the
    /// company's own are not given, what they were used for is not compared.
    fn of(pack: &Pack<'_>, templates: &Templates, given: bool, out: &mut Recalculated) -> Self {
        let own = templates.own_files().map(|(name, bytes)| (format!("{LOOK}{name}"), sha256_of(bytes)));
        let shipped = templates.shipped_files().map(|(name, bytes)| (format!("templates/{name}"), sha256_of(bytes)));
        let here: BTreeMap<String, String> = shipped.chain(own).collect();
        let listed = || pack.manifest.rules.iter().filter(|rule| is_look(&rule.path));
        let mut absent = Vec::new();
        for rule in listed() {
            let path = rule.path.as_str();
            match here.get(path) {
                Some(sha256) if *sha256 == rule.sha256 => out.rules.agrees(),
                Some(_) => {
                    let what = "the manifest lists another one than the one at hand";
                    out.rules.differs(Difference::new(path, Kind::Changed, what));
                }
                None if path.starts_with(LOOK) && !given => absent.push(path),
                None => {
                    let what = "the manifest lists it, and it is not at hand";
                    out.rules.differs(Difference::new(path, Kind::Added, what));
                }
            }
        }
        // An own template stands for the shipped one of its name.
        let stands_in = |path: &str| absent.iter().any(|own| own.strip_prefix(LOOK) == path.strip_prefix("templates/"));
        for path in here.keys().filter(|path| !stands_in(path) && !listed().any(|rule| rule.path == **path)) {
            out.rules.differs(Difference::new(
                path.clone(),
                Kind::Missing,
                "at hand, and the manifest does not list it",
            ));
        }
        // What is not a template is of the brand, which dresses the PDF too.
        let brand = absent.iter().all(|path| path.starts_with("look/report/"));
        if !absent.is_empty() {
            let files =
                if brand { "report.html and owners/" } else { "report.html, report.pdf, report-full.pdf and owners/" };
            out.not_compared.push(format!(
                "{files}: made with a look of the company's own ({}); --templates names the folder",
                absent.join(", ")
            ));
        }
        Self { pages: absent.is_empty(), brand }
    }
}

/// The long tables stand in the pack.
impl xlsx::PackTables for Pack<'_> {
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>> {
        if !self.lists(name) {
            return Err(Failure::run(format!("{name} is not in the pack")));
        }
        let path = self.folder.join(name);
        let file = disk::open(&path).map_err(|cause| Failure::io("read", &path, &cause))?;
        Ok(Box::new(file))
    }

    fn sha256(&self, name: &str) -> Option<String> {
        self.sha256(name).map(str::to_owned)
    }
}
