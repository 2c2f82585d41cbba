//! One metric of the register: its header, its SELECT, and what it needs.

use std::collections::BTreeSet;

use crate::dataset::Table;
use crate::diag::Diagnostic;

use super::header::{Header, Shape};

/// A metric: the text that is definition, code and documentation in one.
#[derive(Debug, Clone)]
pub struct Metric {
    pub(super) header: Header,
    pub(super) path: String,
    pub(super) text: String,
    pub(super) body: usize,
    pub(super) needs: Vec<Table>,
    pub(super) slice: Option<Table>,
}

impl Metric {
    /// Reads a metric file; `stem` is its name without `.sql`. Its SELECT is looked at and not run.
    ///
    /// # Errors
    /// Every mistake in the file.
    pub fn read(path: &str, stem: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let read = super::read::read(path, stem, text)?;
        Ok(Self {
            header: read.header,
            path: path.to_owned(),
            text: text.to_owned(),
            body: read.body,
            needs: read.needs,
            slice: read.slice,
        })
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
