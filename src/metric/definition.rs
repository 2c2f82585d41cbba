//! One metric of the register: its header, its SELECT, and what it needs.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use crate::dataset::Table;
use crate::diag::Diagnostic;

use super::header::{Header, Shape};
use super::read::Read;
use super::steps::Steps;

/// A metric: the text that is definition, code and documentation in one.
#[derive(Debug, Clone)]
pub struct Metric {
    pub(super) header: Arc<Header>,
    pub(super) path: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) body: usize,
    pub(super) needs: Vec<Table>,
    pub(super) slice: Option<Table>,
    /// Its SELECT, taken apart when it is first run.
    steps: Arc<OnceLock<Steps>>,
}

impl Metric {
    /// Reads a metric file; `stem` is its name without `.sql`. Its SELECT is looked at and not run.
    ///
    /// # Errors
    /// Every mistake in the file.
    pub fn read(path: &str, stem: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (read, mut wrong) = super::read::header(path, stem, text)?;
        wrong.extend(super::read::select(path, text, &read));
        Self::sound(path, text, read, wrong)
    }

    /// Reads a metric that ships: its SELECT was looked at by the tests.
    pub(super) fn shipped(path: &str, stem: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (read, wrong) = super::read::header(path, stem, text)?;
        Self::sound(path, text, read, wrong)
    }

    fn sound(path: &str, text: &str, read: Read, wrong: Vec<Diagnostic>) -> Result<Self, Vec<Diagnostic>> {
        let Read { header, needs, slice, body } = read;
        let (path, text, header) = (path.into(), text.into(), Arc::new(header));
        let steps = Arc::default();
        if wrong.is_empty() { Ok(Self { header, path, text, body, needs, slice, steps }) } else { Err(wrong) }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.header.id.get_ref()
    }

    /// Everything its header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether it measures stays or gives values.
    pub fn shape(&self) -> Shape {
        self.header.shape
    }

    /// Its file, as a user knows it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The SELECT, with parameters by name.
    pub fn sql(&self) -> &str {
        self.text[self.body..].trim()
    }

    pub(super) fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| Steps::of(self.sql()))
    }

    /// The canonical tables that must be fed.
    pub fn needs(&self) -> &[Table] {
        &self.needs
    }

    /// Whether the SELECT names a column (in lower case).
    pub fn mentions(&self, column: &str) -> bool {
        super::statement::names(self.sql()).contains(column)
    }

    /// The table on slices of which the SELECT runs.
    pub fn slice(&self) -> Option<Table> {
        self.slice
    }

    /// The tables that would have to be fed and are not, in the order of the tables.
    ///
    /// A table that the engine computes counts as fed when a table that it is computed from is: employments and conflicts
    /// come from people, account states from accounts or events.
    pub fn missing_needs(&self, fed: &BTreeSet<Table>) -> Vec<Table> {
        let mut missing = BTreeSet::new();
        for table in self.needs.iter().filter(|table| **table != Table::Sources) {
            let origins = table.fed_by();
            if !fed.contains(table) && !origins.iter().any(|origin| fed.contains(origin)) {
                missing.extend(origins.first());
            }
        }
        missing.into_iter().collect()
    }
}
