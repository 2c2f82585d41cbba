//! Rule files of the company's own beside pseudonyms: which of them stay out of the pack, and which cannot be used.

use std::collections::BTreeSet;

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pseudonym::spans;

use super::super::options::RunOptions;
use super::super::own::{Kind, OwnFile};
use super::super::rules::{Rules, file_name, own_name};
use super::sought::Sought;

/// The rule files that do not go into a pack with pseudonyms, by their names among the rules of the manifest.
#[derive(Debug, Clone, Default)]
pub(in crate::pipeline) struct OwnRules {
    left_out: BTreeSet<String>,
}

impl OwnRules {
    /// Whether a file goes into the pack.
    pub(in crate::pipeline) fn goes(&self, file: &OwnFile) -> bool {
        !self.left_out.contains(&file.listed)
    }

    /// Which do not.
    pub(super) fn said(&self) -> Option<Diagnostic> {
        let names: Vec<&str> = self.left_out.iter().map(String::as_str).collect();
        let message = format!("rule files that may name people are not in the pack: {}", names.join(", "));
        let hint = "give them to whoever is to verify the pack, if they may see them";
        (!names.is_empty()).then(|| Diagnostic::info("rules-left-out", message).hint(hint))
    }
}

/// Asks for everything that a rule may name.
pub(super) fn seek(rules: &Rules, options: &RunOptions, sought: &mut Sought) {
    for file in &rules.own {
        sought.text(&file.listed);
        sought.text(&file.text);
        literals(file).for_each(|(_, literal)| sought.value(literal));
    }
    sources_of_limits(rules).for_each(|(text, _)| sought.text(text));
    options.rules.read_as.iter().for_each(|one| sought.text(&one.pattern));
}

/// Which files stay out: the project file and limits, in which people are named, and mappings that name somebody.
///
/// # Errors
/// A metric, a view, a framework, a limit or a title names somebody, and its text is printed; SQL compares with a value
/// that is replaced; or a file's own name, or a pattern for files, names somebody.
pub(super) fn check(rules: &Rules, options: &RunOptions, sought: &Sought) -> Outcome<OwnRules> {
    let mut problems = Vec::new();
    let mut own = OwnRules::default();
    let mut wrong = |place: Place, message: &str, hint: &str| {
        problems.push(Diagnostic::error("rule-names-somebody", message).at(place).hint(hint));
    };
    for file in &rules.own {
        if !sought.named(&file.listed).is_empty() {
            wrong(Place::file(&file.listed), "the name of the rule file names somebody, and packs print it", RENAME);
        }
        match file.kind {
            Kind::Project | Kind::Limits => {
                own.left_out.insert(file.listed.clone());
            }
            Kind::Mapping if !sought.named(&file.text).is_empty() => {
                own.left_out.insert(file.listed.clone());
            }
            Kind::Mapping => {}
            Kind::Metric | Kind::Views | Kind::Framework => {
                for at in places(file, sought) {
                    let place = Place::offset(&file.listed, &file.text, at);
                    wrong(place, "the rule names somebody whom the exports know, and its text is printed", REWRITE);
                }
            }
        }
        for (at, _) in literals(file).filter(|(_, literal)| compares(literal, sought)) {
            let place = Place::offset(&file.listed, &file.text, at);
            let message = "the SQL compares with a value that is replaced by a token: it would find nothing";
            wrong(place, message, "compare with a kind, a status or a system instead");
        }
    }
    for (text, place) in sources_of_limits(rules).filter(|(text, _)| !sought.named(text).is_empty()) {
        let place = Place { file: file_name(place.file.as_ref()), ..place.clone() };
        let _ = text;
        wrong(place, "the source of the limit names somebody, and it is printed", REWRITE);
    }
    let titles = rules.sources.iter().filter(|source| !sought.named(source.title()).is_empty());
    for source in titles {
        wrong(
            Place::file(own_name(source.file())),
            "the title of the source names somebody, and it is printed",
            REWRITE,
        );
    }
    for one in options.rules.read_as.iter().filter(|one| !sought.named(&one.pattern).is_empty()) {
        wrong(Place::file(&one.source), "the path that is read as this source names somebody", RENAME);
    }
    if problems.is_empty() { Ok(own) } else { Err(Failure::usage(problems)) }
}

const RENAME: &str = "give the file another name for a pack with pseudonyms";
const REWRITE: &str = "write it without names for a pack with pseudonyms";

/// What the company says of its limits.
fn sources_of_limits(rules: &Rules) -> impl Iterator<Item = (&str, &Place)> {
    let limits = rules.policy.metrics.values().flat_map(crate::policy::MetricPolicy::limits);
    limits.filter_map(|limit| Some((limit.source.as_deref()?, &limit.place)))
}

/// Where a text names somebody; the first place of each line is enough.
fn places(file: &OwnFile, sought: &Sought) -> Vec<usize> {
    let line = |at: usize| file.text[..at].matches('\n').count();
    let named: BTreeSet<&str> = sought.named(&file.text).into_iter().collect();
    let mut found: Vec<usize> =
        spans(&file.text).filter(|span| named.contains(&file.text[span.clone()])).map(|span| span.start).collect();
    found.dedup_by_key(|at| line(*at));
    found
}

/// The text literals of SQL, with where they begin.
fn literals(file: &OwnFile) -> impl Iterator<Item = (usize, &str)> {
    let text = if file.kind.is_sql() { file.text.as_str() } else { "" };
    let body = text.find("---*/").unwrap_or_default();
    // A doubled quote makes two literals of one, which are no values of anything.
    let mut at = body;
    text[body..].split('\'').enumerate().filter_map(move |(number, part)| {
        let start = at;
        at += part.len() + 1;
        (number % 2 == 1).then_some((start, part))
    })
}

/// Whether a literal is a value of the tables, and no word of a closed set.
fn compares(literal: &str, sought: &Sought) -> bool {
    let columns = || Table::ALL.into_iter().flat_map(Table::columns);
    let is_word = columns().any(|column| column.words.contains(&literal) || column.name == literal);
    !literal.trim().is_empty() && !is_word && sought.tokens(literal).is_some()
}
