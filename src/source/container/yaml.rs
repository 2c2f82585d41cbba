//! YAML, one document or several.

use std::io;

use serde_json::Value;

use super::invalid;

/// The documents, in order; a list at the top is its elements.
pub(super) fn documents(bytes: &[u8]) -> io::Result<Vec<Value>> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid("it is YAML by its name, and not UTF-8"))?;
    let documents: Vec<Value> = serde_saphyr::from_multiple(text).map_err(|cause| {
        let place = cause.location().map(|at| format!(", line {}, column {}", at.line(), at.column()));
        invalid(format!("it is not valid YAML{}", place.unwrap_or_default()))
    })?;
    let flat = documents.into_iter().flat_map(|document| match document {
        Value::Array(list) => list,
        Value::Null => Vec::new(),
        one => vec![one],
    });
    Ok(flat.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_and_lists_are_records() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\n- n: 1\n- n: '2'\n";
        let found = documents(text.as_bytes()).expect("valid");
        assert_eq!(
            found,
            [
                json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}),
                json!({"n": 1}),
                json!({"n": "2"})
            ]
        );
        let cause = documents(b"a: [1,\nb: 2\n").expect_err("broken");
        assert!(cause.to_string().contains("line "), "{cause}");
    }
}
