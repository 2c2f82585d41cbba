//! JSON text of values that always have one.

use serde::Serialize;

/// Indented JSON, without an end of line.
///
/// # Panics
/// Never for the types of this engine: their keys are texts, and nothing is written but memory. What could not be
/// written must not become an empty file that looks like a record.
pub fn pretty(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string_pretty(value).expect("keys are texts, and the text is written to memory")
}

/// JSON on one line, without an end of line.
///
/// # Panics
/// As [`pretty`].
pub fn line(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("keys are texts, and the text is written to memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_a_text() {
        assert_eq!(line(&[Some(1), None]), "[1,null]");
        assert_eq!(pretty(&["a"]), "[\n  \"a\"\n]");
    }
}
