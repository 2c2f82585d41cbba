//! The register: metrics compiled in, and those that a company keeps in folders of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::rules::{RuleFile, rule_files, shipped};

use super::definition::Metric;
use super::trial::Trial;
use super::views::View;
use super::{portable, views};

const VIEWS_STEM: &str = "_views";

/// All metrics, in the order of reports, and the views that they share.
#[derive(Debug, Clone)]
pub struct Register {
    metrics: Vec<Metric>,
    views: Vec<View>,
    own_views: bool,
    warnings: Vec<Diagnostic>,
    /// Metrics of folders whose files have mistakes, with the mistakes.
    broken: BTreeMap<String, Vec<Diagnostic>>,
}

/// Metrics by id, views, and the mistakes in their files.
#[derive(Clone, Default)]
struct Found {
    metrics: BTreeMap<String, Metric>,
    views: Vec<View>,
    wrong: Vec<Diagnostic>,
}

/// What ships: read once in a process, however many runs it makes.
static SHIPPED: LazyLock<Found> = LazyLock::new(|| {
    let mut found = Found::default();
    for file in shipped("metrics") {
        let wrong = if file.stem() == VIEWS_STEM {
            views::read(file.path, file.text).map(|read| found.views = read)
        } else {
            let read = Metric::shipped(file.path, file.stem(), file.text);
            read.map(|metric| drop(found.metrics.insert(file.stem().to_owned(), metric)))
        };
        found.wrong.extend(wrong.err().into_iter().flatten());
    }
    found
});

impl Register {
    /// Reads the shipped metrics and the `*.sql` files of the folders; a later file with the same id replaces an earlier
    /// one. In a folder `_views.sql` replaces views of the same name and adds others. Files of folders are tried on
    /// empty tables: a SELECT that does not parse, bind or return the row contract is found here. A metric whose file has
    /// mistakes is left out, alone ([`Self::broken`]), also where a shipped one has its id.
    ///
    /// # Errors
    /// A folder that cannot be read, and all mistakes in views at once, with file, line and column.
    pub fn load(extra: &[PathBuf]) -> Outcome<Self> {
        let mut warnings = Vec::new();
        let Found { mut metrics, views: mut all_views, mut wrong } = SHIPPED.clone();
        let mut untried: Vec<String> = Vec::new();
        let mut broken: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        let mut views_changed = false;
        for folder in extra {
            for RuleFile { path, stem, text } in rule_files(folder, "sql", "metric", &mut wrong) {
                if stem == VIEWS_STEM {
                    views_changed = true;
                    match views::read(&path, &text) {
                        Ok(read) => read.into_iter().for_each(|view| put(&mut all_views, view)),
                        Err(mistakes) => wrong.extend(mistakes),
                    }
                    continue;
                }
                let mut mistakes = Vec::new();
                if take(&mut metrics, &mut mistakes, &path, &stem, &text) {
                    broken.remove(&stem);
                    untried.push(stem);
                } else {
                    metrics.remove(&stem);
                    broken.insert(stem, mistakes);
                }
            }
        }
        if wrong.is_empty() {
            if views_changed {
                untried = metrics.keys().cloned().collect();
            }
            if !untried.is_empty() || views_changed {
                let (trial, mistakes) = Trial::new(&all_views);
                wrong.extend(mistakes);
                for id in untried {
                    let Some(metric) = metrics.get(&id) else { continue };
                    let mistakes = trial.metric(metric);
                    if mistakes.is_empty() {
                        warnings.extend(foreign(metric));
                    } else {
                        metrics.remove(&id);
                        broken.insert(id, mistakes);
                    }
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::usage(wrong));
        }
        let mut metrics: Vec<Metric> = metrics.into_values().collect();
        metrics.sort_by(|a, b| (a.header.order, a.id()).cmp(&(b.header.order, b.id())));
        Ok(Self { metrics, views: all_views, own_views: views_changed, warnings, broken })
    }

    /// The metrics by order, then id.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// The metric of an id.
    pub fn get(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id() == id)
    }

    /// All ids in the order of reports.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.metrics.iter().map(Metric::id)
    }

    /// The views, each after those that it reads.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// The text of all views, as one file for the evidence pack.
    pub fn views_text(&self) -> String {
        let mut out = String::new();
        for view in &self.views {
            out += &["-- view: ", view.name(), "\n", view.sql(), "\n\n"].concat();
        }
        out
    }

    /// Whether a folder replaced or added views.
    pub fn has_own_views(&self) -> bool {
        self.own_views
    }

    /// The ids of metrics that are left out, with the mistakes in the file of each.
    pub fn broken(&self) -> impl Iterator<Item = (&str, &[Diagnostic])> {
        self.broken.iter().map(|(id, mistakes)| (id.as_str(), mistakes.as_slice()))
    }

    /// What is doubtful but usable: SQL that runs here and not on other engines.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

/// What is wrong with the file of one metric, by itself: every mistake with line and column. It is tried on empty tables
/// without views.
pub fn mistakes_in(path: &str, stem: &str, text: &str) -> Vec<Diagnostic> {
    let (mut metrics, mut wrong) = (BTreeMap::new(), Vec::new());
    take(&mut metrics, &mut wrong, path, stem, text);
    for metric in metrics.values() {
        wrong.extend(Trial::new(&[]).0.metric(metric));
    }
    wrong
}

fn take(
    metrics: &mut BTreeMap<String, Metric>,
    wrong: &mut Vec<Diagnostic>,
    path: &str,
    stem: &str,
    text: &str,
) -> bool {
    match Metric::read(path, stem, text) {
        Ok(metric) => {
            metrics.insert(stem.to_owned(), metric);
            true
        }
        Err(mistakes) => {
            wrong.extend(mistakes);
            false
        }
    }
}

fn put(views: &mut Vec<View>, view: View) {
    match views.iter_mut().find(|old| old.name() == view.name()) {
        Some(old) => *old = view,
        None => views.push(view),
    }
}

/// Warnings for what other engines would not run, with what they all would.
fn foreign(metric: &Metric) -> Vec<Diagnostic> {
    portable::outside(&metric.text[metric.body..])
        .into_iter()
        .map(|foreign| {
            let message = format!("`{}` is not in the SQL that every engine runs alike", foreign.piece);
            let why = "the metric runs here, but an auditor may not be able to run it on another engine";
            let hint = foreign.instead.map_or_else(|| why.to_owned(), |instead| format!("{instead}; {why}"));
            Diagnostic::warning("metric-not-portable", message)
                .at(Place::offset(&*metric.path, &metric.text, metric.body + foreign.at))
                .hint(hint)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_metrics_run_on_empty_tables_and_on_other_engines() {
        let register = Register::load(&[]).expect("the shipped register");
        let (trial, mut said) = Trial::new(register.views());
        for metric in register.metrics() {
            said.extend(Metric::read(metric.path(), metric.id(), metric.text()).err().into_iter().flatten());
            said.extend(trial.metric(metric));
            said.extend(foreign(metric));
        }
        let said: Vec<String> = said.iter().map(ToString::to_string).collect();
        assert_eq!(said, Vec::<String>::new());
        for view in register.views() {
            assert_eq!(portable::outside(view.sql()), [], "{}", view.name());
        }
    }
}
