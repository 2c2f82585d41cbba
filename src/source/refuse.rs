//! The words for files that are not read.

use crate::diag::Diagnostic;

use super::FileOutcome;
use super::decision::Decision;
use super::recognise::{Candidate, described};
use super::set::Source;
use super::suggest::Columns;

/// A file that is not read, for this reason alone.
pub(super) fn not_read(outcome: FileOutcome, diagnostic: Diagnostic) -> Decision<'static> {
    Decision::Not { outcome, candidates: Vec::new(), columns: None, diagnostic }
}

/// A file that is not what the user says that it is.
pub(super) fn misfit(source: &Source, what: &str) -> Decision<'static> {
    let message = format!("the file is {what}, which the source `{}` is not", source.id());
    not_read(FileOutcome::Unrecognised, Diagnostic::warning("wrong-source", message))
}

/// A file that no mapping fits, with those that nearly do.
pub(super) fn unrecognised(candidates: Vec<Candidate>, columns: Option<Columns>) -> Decision<'static> {
    let mut diagnostic = Diagnostic::warning("unknown-file", "no source mapping fits this file");
    diagnostic = if candidates.is_empty() {
        diagnostic.hint(match columns {
            Some(_) => "`overstay inspect FILE` suggests a mapping; `--as SOURCE FILE` decides",
            None => "write a mapping for it, or say what it is with `--as SOURCE FILE`",
        })
    } else {
        diagnostic.hint(format!("nearest: {}; `--as SOURCE FILE` decides", described(&candidates)))
    };
    Decision::Not { outcome: FileOutcome::Unrecognised, candidates, columns, diagnostic }
}

/// A file that several mappings fit as well.
pub(super) fn ambiguous(candidates: Vec<Candidate>) -> Decision<'static> {
    let message = format!("several source mappings fit this file: {}", described(&candidates));
    let diagnostic = Diagnostic::warning("ambiguous-file", message)
        .hint("`--as SOURCE FILE`, or a line in the project file, decides");
    Decision::Not { outcome: FileOutcome::Ambiguous, candidates, columns: None, diagnostic }
}

/// A list of records of several kinds: read as one of them, the others would be lost.
pub(super) fn mixed(kinds: &[(String, usize)]) -> Decision<'static> {
    let named = |(source, count): &(String, usize)| format!("{source} ({count} of the first records)");
    let kinds: Vec<String> = kinds.iter().map(named).collect();
    let message = format!("the file mixes records of several kinds: {}", kinds.join(", "));
    let hint = "export each kind to a file of its own: read as one of them, the records of the others would be lost";
    not_read(FileOutcome::Ambiguous, Diagnostic::warning("mixed-file", message).hint(hint))
}
