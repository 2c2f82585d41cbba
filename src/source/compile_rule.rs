//! Checks and compiles one column rule.

use std::ops::Range;

use crate::dataset::{Column, ColumnKind};

use super::compile::Checker;
use super::path::Path;
use super::plan::{Case, From, Gives, Other, Presence, Rule, Take, WordMap};
use super::spec::{RawRule, RawRuleTable};
use crate::rules::did_you_mean;

impl Checker<'_> {
    pub(super) fn rule(&mut self, column: &'static Column, raw: &RawRule, span: &Range<usize>) -> Rule {
        let mut rule = match raw {
            RawRule::Path(path) => {
                let from = From::Slot(self.slot(path, span));
                self.plain(from)
            }
            RawRule::Rule(table) if table.uses.is_some() => return self.shared(column, table, span),
            RawRule::Rule(table) => self.table(column, table, span),
        };
        // Policies name worker types in lower case.
        rule.lower |= column.name == "worker_type";
        if matches!(column.kind, ColumnKind::Instant(_) | ColumnKind::Bounds) {
            rule.clock = Some(self.clocks);
            self.clocks += 1;
        }
        rule
    }

    /// The rule that a name stands for.
    fn shared(&mut self, column: &'static Column, table: &RawRuleTable, span: &Range<usize>) -> Rule {
        let name = table.uses.as_ref().map(|name| name.get_ref().clone()).unwrap_or_default();
        let alone = RawRuleTable { uses: table.uses.clone(), ..RawRuleTable::default() };
        if *table != alone {
            let message = "`use` stands alone: the shared rule says everything".to_owned();
            self.problem(span, "mapping-rule", message, None);
        }
        if self.using.contains(&name) {
            self.problem(span, "mapping-rule", format!("the shared rule `{name}` uses itself"), None);
        } else if let Some(rule) = self.shared.get(&name).cloned() {
            self.using.push(name);
            let rule = self.rule(column, rule.get_ref(), &rule.span());
            self.using.pop();
            return rule;
        } else {
            let hint = did_you_mean(&name, self.shared.keys().map(String::as_str));
            self.problem(span, "mapping-rule", format!("there is no rule `{name}` under [rules]"), hint);
        }
        self.plain(From::Const(String::new()))
    }

    fn plain(&self, from: From) -> Rule {
        Rule {
            from,
            take: None,
            nulls: self.nulls.clone(),
            strip: Vec::new(),
            map: None,
            other: Other::Reject,
            missing: None,
            times: self.times.clone(),
            days: false,
            clock: None,
            bound: None,
            presence: None,
            lower: false,
            slug: false,
            prefix: String::new(),
            suffix: String::new(),
            otherwise: None,
        }
    }

    fn table(&mut self, column: &'static Column, raw: &RawRuleTable, span: &Range<usize>) -> Rule {
        let from = self.from(raw, span);
        let mut rule = self.plain(from);
        rule.nulls.extend(raw.null.iter().map(|word| word.to_lowercase()));
        rule.strip.extend(raw.strip.iter().map(|word| word.to_lowercase()));
        rule.take = raw.take.as_ref().and_then(|pattern| {
            let take = Take::parse(pattern);
            if take.is_none() {
                let message =
                    format!("`take = \"{pattern}\"` needs exactly one `{{this}}`, and something between gaps");
                self.problem(span, "mapping-rule", message, None);
            }
            take
        });
        rule.map =
            raw.map.as_ref().map(|map| WordMap::new(map.iter().map(|(word, value)| (word.clone(), value.clone()))));
        rule.other = self.other(raw, span);
        rule.missing.clone_from(&raw.missing);
        if let Some(times) = &raw.time {
            rule.times.clone_from(times);
        }
        rule.bound = raw.bound;
        rule.presence = raw.presence.as_ref().map(|words| Presence {
            present: words.present.clone(),
            empty: words.empty.clone(),
            absent: words.absent.clone(),
            all_empty: words.all_empty.clone(),
        });
        rule.lower = raw.lower;
        rule.slug = raw.slug;
        rule.prefix = raw.prefix.clone().unwrap_or_default();
        rule.suffix = raw.suffix.clone().unwrap_or_default();
        if matches!(rule.from, From::Latest(..)) && !matches!(column.kind, ColumnKind::Instant(_) | ColumnKind::Bounds)
        {
            let message = format!("`latest` gives an instant, which `{}` is not", column.name);
            self.problem(span, "mapping-rule", message, None);
        }
        if (raw.bound.is_some() || raw.upper.is_some()) && column.kind != ColumnKind::Bounds {
            let message = format!("`{}` has no bounds: it is one instant or none", column.name);
            self.problem(span, "mapping-rule", message, None);
        }
        if raw.upper.is_some() && raw.latest.is_none() {
            let message = "`upper` stands beside `latest`".to_owned();
            let hint = "where all times of a rule are upper bounds, write `bound = \"upper\"`".to_owned();
            self.problem(span, "mapping-rule", message, Some(hint));
        }
        self.vocabulary(column, &rule, span);
        rule.otherwise = raw.otherwise.as_ref().map(|next| Box::new(self.rule(column, next, span)));
        rule
    }

    fn from(&mut self, raw: &RawRuleTable, span: &Range<usize>) -> From {
        let mut found: Vec<From> = Vec::new();
        if let Some(path) = &raw.path {
            found.push(From::Slot(self.slot(path, span)));
        }
        let mut many = |paths: &[String]| paths.iter().map(|path| self.slot(path, span)).collect::<Vec<_>>();
        if let Some(paths) = &raw.first {
            found.push(From::First(many(paths)));
        }
        if let Some(paths) = &raw.join {
            let with = raw.with.clone().unwrap_or_else(|| " ".into());
            let join = if raw.all { From::JoinAll } else { From::Join };
            found.push(join(many(paths), with));
        }
        if let Some(paths) = &raw.latest {
            let upper = raw.upper.as_deref().map(&mut many).unwrap_or_default();
            found.push(From::Latest(many(paths), upper));
        }
        found.extend(raw.constant.clone().map(From::Const));
        found.extend(raw.file.map(From::File));
        if let Some(cases) = &raw.cases {
            let cases = cases
                .iter()
                .filter_map(|case| {
                    let when = self.conditions(&case.when);
                    let gives = match (&case.is, &case.path) {
                        (Some(word), None) => Gives::Word(word.clone()),
                        (None, Some(path)) => Gives::Slot(self.slot(path, span)),
                        _ => {
                            let message = "a case needs exactly one of `is` and `path`".to_owned();
                            self.problem(span, "mapping-rule", message, None);
                            return None;
                        }
                    };
                    Some(Case { when, gives })
                })
                .collect();
            found.push(From::Cases(cases));
        }
        if found.len() != 1 {
            let message =
                "a rule needs exactly one of `path`, `first`, `join`, `latest`, `cases`, `const` and `file`".to_owned();
            self.problem(span, "mapping-rule", message, None);
        }
        found.into_iter().next().unwrap_or_else(|| From::Const(String::new()))
    }

    fn other(&mut self, raw: &RawRuleTable, span: &Range<usize>) -> Other {
        match raw.other.as_deref() {
            None | Some("reject") => Other::Reject,
            Some("keep") => Other::Keep,
            Some("null") => Other::Null,
            Some("skip") => {
                let path = raw.path.as_ref().or_else(|| raw.first.as_ref().and_then(|paths| paths.first()));
                let name = path.map_or("value", |path| Path::parse(path).map_or("value", |_| path));
                Other::Skip(format!("{name} is not one that the mapping reads"))
            }
            Some(word) => {
                if let Some(word) = word.strip_prefix('=') {
                    Other::Word(word.to_owned())
                } else {
                    let hint = "expected `skip`, `reject`, `keep`, `null` or `=word`".to_owned();
                    self.problem(span, "mapping-rule", format!("unknown `other = \"{word}\"`"), Some(hint));
                    Other::Reject
                }
            }
        }
    }

    /// Every word that the rule can write must be one of the column's.
    fn vocabulary(&mut self, column: &'static Column, rule: &Rule, span: &Range<usize>) {
        let mut written: Vec<&str> = Vec::new();
        if let Some(map) = &rule.map {
            written.extend(map.values());
        }
        written.extend(rule.missing.as_deref());
        if let Some(words) = &rule.presence {
            written.extend([words.present.as_str(), &words.empty, &words.absent]);
            written.extend(words.all_empty.as_deref());
        }
        if let Other::Word(word) = &rule.other {
            written.push(word);
        }
        if rule.map.is_none() {
            match &rule.from {
                From::Const(word) => written.push(word),
                From::Cases(cases) => written.extend(cases.iter().filter_map(|case| match &case.gives {
                    Gives::Word(word) => Some(word.as_str()),
                    Gives::Slot(_) => None,
                })),
                _ => {}
            }
        }
        let known: &[&str] = match column.kind {
            ColumnKind::Flag => &["true", "false"],
            _ => column.words,
        };
        if known.is_empty() {
            return;
        }
        let mut wrong: Vec<&str> =
            written.into_iter().filter(|word| !word.is_empty() && !known.contains(word)).collect();
        wrong.sort_unstable();
        wrong.dedup();
        for word in wrong {
            let message = format!("`{word}` is not a word of the column `{}`", column.name);
            let hint = did_you_mean(word, known.iter().copied())
                .unwrap_or_else(|| format!("its words are {}", known.join(", ")));
            self.problem(span, "mapping-word", message, Some(hint));
        }
    }
}
