//! What a run has to say besides its findings: severity, message, place and hint.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::visible::visible;

/// How much a message matters. Errors stop the run, warnings travel into the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something is missing or doubtful; the report says so.
    Warning,
    /// Nothing can be computed until this is mended.
    Error,
}

impl Severity {
    /// The word in front of a message.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where in a file something was seen. Lines, rows and columns count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path as the user knows it.
    pub file: String,
    /// Line of a text file; of a JSON document the number of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Character column of a rule file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// Name of the field or key, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self { file: path.into(), ..Self::default() }
    }

    /// A record of a data file.
    pub fn row(path: impl Into<String>, row: u64) -> Self {
        Self { file: path.into(), line: Some(row), ..Self::default() }
    }

    /// A position in a rule file, from a byte offset into its text.
    pub fn offset(path: impl Into<String>, text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u64 + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[start..].chars().count() as u64 + 1;
        Self { file: path.into(), line: Some(line), column: Some(column), field: None }
    }

    /// The same place, with the name of the field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        if let Some(field) = &self.field {
            write!(f, " ({field})")?;
        }
        Ok(())
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Stable short name, such as `unknown-file`; tests and filters rely on it.
    pub code: &'static str,
    /// One sentence, lower case, without a full stop. Never contains a cell value.
    pub message: String,
    /// Where, if it has a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A message of any severity.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), place: None, hint: None }
    }

    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A remark.
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Info, code, message)
    }

    /// The same message with its place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same message with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.severity.word();
        // Names of files and texts of rules may have been written by somebody else: they begin no line of their own.
        let clean = |text: &str| visible(text, true).replace('\n', "\n  ");
        match &self.place {
            Some(place) => {
                write!(f, "{label}: {}: {}", visible(&place.to_string(), false), clean(&self.message))?;
            }
            None => write!(f, "{label}: {}", clean(&self.message))?,
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {}", clean(hint))?;
        }
        Ok(())
    }
}
