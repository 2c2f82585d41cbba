//! From a mapping as written to a plan: all mistakes of a file at once, each with line, column and a suggestion.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use crate::dataset::{Role, Table};
use crate::diag::{Diagnostic, Place};
use crate::rules::{Sheet, did_you_mean, did_you_mean_or_all};
use crate::time::{Length, TimeFormat, Zone};

use super::path::{Path, WayStep, fold, way};
use super::plan::{Condition, LeavesOut, Plan, Recognise, RowPlan, Rule, Skip, Test};
use super::spec::{RawFormat, RawRecognise, RawRows, RawRule, RawSkip, RawSource, RawTest};
use super::written;

/// What is known while one file is checked.
pub(super) struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) slots: Vec<Path>,
    csv: bool,
    secret: Vec<String>,
    /// Lower-case null words of the whole source.
    pub(super) nulls: Vec<String>,
    /// Forms of time of the whole source.
    pub(super) times: Vec<TimeFormat>,
    /// Rules that read times, so far.
    pub(super) clocks: usize,
    /// Rules that columns share.
    pub(super) shared: BTreeMap<String, Spanned<RawRule>>,
    /// Names of the shared rules that are being compiled: none may use itself.
    pub(super) using: Vec<String>,
}

/// Reads and checks one mapping file. `stem` is the id that the file's name promises, where it has one.
pub(super) fn compile(file: &str, text: &str, stem: Option<&str>) -> Result<Plan, Vec<Diagnostic>> {
    let (mut sheet, root) = Sheet::open(file, text);
    let raw = written::source(&mut sheet, root.get_ref());
    let said = sheet.finish();
    // What was understood of a text that is not TOML may be wrong.
    if said.iter().any(|mistake| mistake.code == "rule-syntax") {
        return Err(said);
    }
    let mut checker = Checker {
        file,
        text,
        problems: said,
        slots: Vec::new(),
        csv: raw.format == RawFormat::Csv,
        secret: raw.secret.iter().map(|name| fold(name)).collect(),
        nulls: raw.null.iter().map(|word| word.to_lowercase()).collect(),
        times: raw.time.clone().unwrap_or_else(|| vec![TimeFormat::Iso]),
        clocks: 0,
        shared: raw.rules.clone(),
        using: Vec::new(),
    };
    let plan = checker.source(&raw, stem);
    // In the order in which the writer of the file reads it.
    checker.problems.sort_by(|a, b| a.place.cmp(&b.place));
    if checker.problems.is_empty() { Ok(plan) } else { Err(checker.problems) }
}

impl Checker<'_> {
    pub(super) fn problem(&mut self, span: &Range<usize>, code: &'static str, message: String, hint: Option<String>) {
        let mut problem = Diagnostic::error(code, message).at(Place::offset(self.file, self.text, span.start));
        problem.hint = hint;
        self.problems.push(problem);
    }

    fn source(&mut self, raw: &RawSource, stem: Option<&str>) -> Plan {
        let id = raw.id.get_ref();
        if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            let message = "the id may hold lower-case letters, digits and `-` only".to_owned();
            self.problem(&raw.id.span(), "mapping-id", message, None);
        } else if !id.is_empty() && stem.is_some_and(|stem| stem != id) {
            let message = format!("the id `{id}` differs from the file's name");
            let hint = format!("name the file {id}.toml, or change the id");
            self.problem(&raw.id.span(), "mapping-id", message, Some(hint));
        }
        let zone = raw.zone.as_ref().filter(|zone| zone.get_ref() != "project").and_then(|zone| {
            zone.get_ref()
                .parse::<Zone>()
                .map_err(|expected| {
                    self.problem(&zone.span(), "mapping-zone", "unknown time zone".into(), Some(expected));
                })
                .ok()
        });
        if let Some(retention) = &raw.retention
            && let Err(expected) = retention.get_ref().parse::<Length>()
        {
            let message = "the retention is not a length of time".to_owned();
            self.problem(&retention.span(), "mapping-retention", message, Some(expected.to_string()));
        }
        if raw.rows.is_empty() {
            let message = "the mapping gives no rows".to_owned();
            self.problem(&raw.id.span(), "mapping-rows", message, Some("add a [[rows]] section".into()));
        }
        let generated_at = raw.generated_at.as_ref().and_then(|text| {
            Path::parse(text)
                .map_err(|expected| {
                    self.problem(
                        &raw.id.span(),
                        "mapping-path",
                        format!("bad path in `generated_at`: {expected}"),
                        None,
                    );
                })
                .ok()
        });
        Plan {
            id: id.clone(),
            title: raw.title.clone(),
            description: raw.description.trim().to_owned(),
            export: raw.export.trim().to_owned(),
            pitfalls: raw.pitfalls.clone(),
            asked_by: raw.asked_by.clone(),
            class: raw.class,
            format: raw.format,
            system: raw.system.clone(),
            speaks_of_any: raw.speaks_of.is_some(),
            zone,
            generated_at,
            nulls: self.nulls.clone(),
            retention: raw.retention.as_ref().map(|text| text.get_ref().clone()),
            leaves_out: raw.leaves_out.as_ref().map(|left| LeavesOut {
                what: left.what.clone(),
                shown_by: self.conditions(&left.shown_by),
                query: left.query.iter().map(|word| word.to_lowercase()).collect(),
                hint: left.hint.clone(),
            }),
            observed_at: raw.observed_at.as_ref().map(|path| self.slot(path.get_ref(), &path.span())),
            recognise: raw.recognise.iter().map(|signs| self.recognise(signs)).collect(),
            secret: self.secret.clone(),
            ignore: raw.ignore.iter().map(|name| fold(name)).collect(),
            skips: self.skips(&raw.skip),
            doubts: self.skips(&raw.doubt),
            rows: raw.rows.iter().filter_map(|rows| self.rows(rows)).collect(),
            slots: std::mem::take(&mut self.slots),
            clocks: self.clocks,
        }
    }

    fn skips(&mut self, raw: &[RawSkip]) -> Vec<Skip> {
        raw.iter().map(|skip| Skip { reason: skip.reason.clone(), when: self.conditions(&skip.when) }).collect()
    }

    fn recognise(&mut self, signs: &RawRecognise) -> Recognise {
        let all = signs.all.get_ref();
        if all.len() + signs.any.len() + signs.one.len() < 2 && signs.wrapper.is_none() {
            let message = "a file is never known by one key alone".to_owned();
            let hint = "name at least two keys in `all`, or a key in `all` and a list in `any`".to_owned();
            self.problem(&signs.all.span(), "mapping-recognise", message, Some(hint));
        }
        let span = signs.all.span();
        Recognise {
            at: signs.at.iter().filter_map(|text| self.way(text, &span)).collect(),
            all: all.iter().filter_map(|key| self.bare(key.get_ref(), &key.span())).collect(),
            any: self.lists(&signs.any, &span),
            one: self.lists(&signs.one, &span),
            none_beside: signs.none_beside.iter().map(|key| fold(key)).collect(),
            none: signs.none.iter().filter_map(|key| self.bare(key, &span)).collect(),
            values: signs
                .values
                .iter()
                .filter_map(|(path, test)| {
                    let at = path.span();
                    Some((self.bare(path.get_ref(), &at)?, self.test(test, &at)))
                })
                .collect(),
            entity: signs.entity.clone(),
            wrapper: signs.wrapper.as_ref().map(|key| fold(key)),
            part: signs.part,
        }
    }

    fn lists(&mut self, lists: &[Vec<String>], span: &Range<usize>) -> Vec<Vec<Path>> {
        lists.iter().map(|keys| keys.iter().filter_map(|key| self.bare(key, span)).collect()).collect()
    }

    fn way(&mut self, text: &str, span: &Range<usize>) -> Option<Vec<WayStep>> {
        let found = way(text);
        if let Err(expected) = found {
            let message = format!("bad way `{text}`: {expected}");
            self.problem(span, "mapping-path", message, None);
        }
        found.ok()
    }

    /// A path that is not a slot.
    fn bare(&mut self, text: &str, span: &Range<usize>) -> Option<Path> {
        if self.csv && text.contains("|split(") {
            let message = format!("`{text}`: a cell of a CSV mapping has no parts");
            let hint = "write `format = \"json\"`: such a mapping reads CSV too".to_owned();
            self.problem(span, "mapping-path", message, Some(hint));
        }
        if self.csv {
            return Some(Path::column(text));
        }
        match Path::parse(text) {
            Ok(path) => Some(path),
            Err(expected) => {
                self.problem(span, "mapping-path", format!("bad path `{text}`: {expected}"), None);
                None
            }
        }
    }

    /// The number of a path; the same path has one number.
    pub(super) fn slot(&mut self, text: &str, span: &Range<usize>) -> usize {
        let Some(path) = self.bare(text, span) else {
            return 0;
        };
        if path.head().is_some_and(|head| self.secret.iter().any(|secret| secret == head)) {
            let message = format!("`{text}` is declared secret and cannot be used");
            self.problem(span, "mapping-secret", message, None);
        }
        if let Some(at) = self.slots.iter().position(|known| *known == path) {
            return at;
        }
        self.slots.push(path);
        self.slots.len() - 1
    }

    pub(super) fn conditions(&mut self, raw: &BTreeMap<Spanned<String>, RawTest>) -> Vec<Condition> {
        raw.iter()
            .map(|(path, test)| {
                let span = path.span();
                Condition { slot: self.slot(path.get_ref(), &span), test: self.test(test, &span) }
            })
            .collect()
    }

    fn test(&mut self, raw: &RawTest, span: &Range<usize>) -> Test {
        let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
        match raw {
            RawTest::Is(word) => Test { one_of: Some(vec![word.to_lowercase()]), ..Test::default() },
            RawTest::In(words) => Test { one_of: Some(lower(words)), ..Test::default() },
            RawTest::Test(table) => {
                let test = Test {
                    one_of: None,
                    none_of: table.not_in.as_deref().map(lower).unwrap_or_default(),
                    starts_with: table.starts_with.as_ref().map(|word| word.to_lowercase()),
                    ends_with: table.ends_with.as_ref().map(|word| word.to_lowercase()),
                    not_starts_with: table.not_starts_with.as_ref().map(|word| word.to_lowercase()),
                    present: table.present,
                    differs_from: table.differs_from.as_ref().map(|path| self.slot(path, span)),
                    like: table.like.as_ref().map(|text| text.to_lowercase().split('*').map(str::to_owned).collect()),
                    bit: table.bit,
                    not_bit: table.not_bit,
                    above: self.number(table.above.as_deref(), span),
                    below: self.number(table.below.as_deref(), span),
                };
                if test == Test::default() {
                    self.problem(span, "mapping-condition", "the condition says nothing".into(), None);
                }
                test
            }
        }
    }

    fn number(&mut self, text: Option<&str>, span: &Range<usize>) -> Option<f64> {
        let number = text?.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            self.problem(span, "mapping-condition", "`above` and `below` are numbers".into(), None);
        }
        number
    }

    fn rows(&mut self, raw: &RawRows) -> Option<RowPlan> {
        let name = raw.table.get_ref();
        let table = Table::from_name(name).filter(|table| table.is_input());
        let Some(table) = table else {
            if name.is_empty() {
                return None;
            }
            let names: Vec<&str> =
                Table::ALL.iter().filter(|table| table.is_input()).map(|table| table.name()).collect();
            let message = match Table::from_name(name) {
                Some(_) => format!("the table `{name}` is computed and cannot be fed"),
                None => format!("unknown table `{name}`"),
            };
            let hint = did_you_mean_or_all(name, &names);
            self.problem(&raw.table.span(), "mapping-table", message, Some(hint));
            return None;
        };
        if self.csv
            && let Some(each) = &raw.each
        {
            self.problem(&each.span(), "mapping-each", "a CSV record holds no list to unfold".into(), None);
        }
        let each = raw.each.as_ref().filter(|_| !self.csv).map(|path| self.slot(path.get_ref(), &path.span()));
        let when = self.conditions(&raw.when);
        let or_when = self.conditions(&raw.or_when);
        let mut columns: Vec<(&'static crate::dataset::Column, Rule)> = Vec::new();
        for (name, rule) in &raw.columns {
            let Some(column) = self.column(table, name) else { continue };
            let rule = self.rule(column, rule.get_ref(), &name.span());
            columns.push((column, rule));
        }
        // A word that puts the record out of scope must be seen before a missing value rejects it.
        columns.sort_by_key(|(_, rule)| !matches!(rule.other, super::plan::Other::Skip(_)));
        for column in table.columns().iter().filter(|column| column.role == Role::Required) {
            let given = columns.iter().any(|(known, _)| known.name == column.name);
            if !given && column.name != "system" {
                let message = format!("the required column `{}` of `{}` gets no rule", column.name, table.name());
                self.problem(&raw.table.span(), "mapping-required", message, Some(column.doc.to_owned()));
            }
        }
        let from_record = |(column, rule): &(&crate::dataset::Column, Rule)| {
            column.name == "system" && !matches!(rule.from, super::plan::From::Const(_))
        };
        let names_system = columns.iter().any(from_record) && !table.is_register();
        Some(RowPlan { table, when, or_when, each, names_system, columns })
    }

    fn column(&mut self, table: Table, name: &Spanned<String>) -> Option<&'static crate::dataset::Column> {
        let text = name.get_ref();
        // A column may also be named as in the engine's own CSV.
        let found =
            table.column(text).or_else(|| table.columns().iter().find(|column| column.own_name() == text.as_str()));
        match found {
            Some(column) if column.role != Role::Derived => Some(column),
            Some(_) => {
                let message = format!("the column `{text}` of `{}` is computed and cannot be fed", table.name());
                self.problem(&name.span(), "mapping-column", message, None);
                None
            }
            None => {
                let names: Vec<&str> = table
                    .columns()
                    .iter()
                    .filter(|column| column.role != Role::Derived)
                    .map(|column| column.name)
                    .collect();
                let message = format!("the table `{}` has no column `{text}`", table.name());
                let hint = did_you_mean(text, names.iter().copied())
                    .unwrap_or_else(|| format!("its columns are {}", names.join(", ")));
                self.problem(&name.span(), "mapping-column", message, Some(hint));
                None
            }
        }
    }
}
