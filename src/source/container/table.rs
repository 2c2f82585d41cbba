//! Tables of databases and log stores as JSON: the names of the columns stand apart from the rows, which are lists.

use serde_json::{Map, Value};

/// Whether the beginning of a JSON document may be such a table.
pub(super) fn may_begin(head: &[u8]) -> bool {
    const ROWS: [&[u8]; 3] = [b"\"rows\"", b"\"Rows\"", b"\"data_array\""];
    const AROUND: [&[u8]; 2] = [b"\"rowType\"", b"\"ResultSet\""];
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_there = |sign: &&[u8]| memchr::memmem::find(head, sign).is_some();
    // Rows that are objects name their columns themselves: such a document is read as a stream.
    let of_lists = |sign: &&[u8]| {
        memchr::memmem::find_iter(head, *sign).any(|at| {
            let mut after = head[at + sign.len()..].iter().filter(|byte| !byte.is_ascii_whitespace()).take(5);
            let [colon, list, row, quote, name] = [(); 5].map(|()| after.next().copied().unwrap_or_default());
            (colon, list) == (b':', b'[') && (row == b'[' || (row, quote, name) == (b'{', b'"', b'f'))
        })
    };
    matches!(first, Some(b'{' | b'[')) && (AROUND.iter().any(is_there) || ROWS.iter().any(of_lists))
}

/// The rows as records, and what stands around them in front; `None` where the document is no such table.
pub(super) fn records(document: &Value) -> Option<Vec<Value>> {
    // Kusto answers with a list of frames, Log Analytics with a list of tables: the first with rows is the result.
    let tables: Vec<&Value> = match document {
        Value::Array(frames) => frames.iter().collect(),
        Value::Object(_) => match member(document, &["tables"]) {
            Some(Value::Array(tables)) => tables.iter().collect(),
            _ => vec![document],
        },
        _ => return None,
    };
    let is_result = |table: &&Value| {
        let name = member(table, &["TableKind"]).or_else(|| member(table, &["name"])).and_then(Value::as_str);
        name == Some("PrimaryResult")
    };
    let primary = tables.iter().copied().find(is_result);
    primary.into_iter().chain(tables).find_map(|table| athena(table).or_else(|| apart(table)))
}

/// Whether the document says that the rows go on elsewhere: a token of the next page, or further partitions.
pub(super) fn goes_on(document: &Value) -> bool {
    const TOKENS: [&str; 4] = ["pageToken", "NextToken", "nextLink", "next_page_token"];
    let token = |key: &&str| member(document, &[key]).and_then(Value::as_str).is_some_and(|token| !token.is_empty());
    let several = |way: &[&str]| member(document, way).and_then(Value::as_array).is_some_and(|parts| parts.len() > 1);
    TOKENS.iter().any(token)
        || several(&["resultSetMetaData", "partitionInfo"])
        || member(document, &["result", "next_chunk_index"]).is_some_and(|next| !next.is_null())
}

/// Columns and rows in two lists.
fn apart(table: &Value) -> Option<Vec<Value>> {
    let columns = [
        &["columns"][..],
        &["resultSetMetaData", "rowType"],
        &["schema", "fields"],
        &["manifest", "schema", "columns"],
    ];
    let rows = [&["rows"][..], &["data"], &["result", "data_array"]];
    let names = columns.iter().find_map(|way| names(member(table, way)?))?;
    let rows = rows.iter().find_map(|way| member(table, way)?.as_array())?;
    rows.iter().map(|row| record(&names, cells(row)?)).collect()
}

/// Rows of texts, the first of which holds the names.
fn athena(table: &Value) -> Option<Vec<Value>> {
    let rows = member(table, &["ResultSet", "Rows"])?.as_array()?;
    let texts = |row: &Value| -> Option<Vec<Value>> {
        let cells = member(row, &["Data"])?.as_array()?;
        Some(cells.iter().map(|cell| cell.get("VarCharValue").cloned().unwrap_or(Value::Null)).collect())
    };
    let (header, rows) = rows.split_first()?;
    let names = names(&Value::Array(texts(header)?))?;
    rows.iter().map(|row| record(&names, texts(row)?)).collect()
}

fn member<'v>(value: &'v Value, way: &[&str]) -> Option<&'v Value> {
    way.iter().try_fold(value, |at, key| {
        let members = at.as_object()?;
        members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, member)| member)
    })
}

/// Names of columns, as texts or as the `name` of objects.
fn names(columns: &Value) -> Option<Vec<String>> {
    let columns = columns.as_array().filter(|columns| !columns.is_empty())?;
    let name = |column: &Value| match column {
        Value::String(name) => Some(name.clone()),
        column => member(column, &["name"]).or_else(|| member(column, &["ColumnName"]))?.as_str().map(str::to_owned),
    };
    columns.iter().map(name).collect()
}

/// The cells of a row: a list, or BigQuery's `{"f": [{"v": …}]}`.
fn cells(row: &Value) -> Option<Vec<Value>> {
    match row {
        Value::Array(cells) => Some(cells.clone()),
        row => {
            let cells = row.get("f")?.as_array()?;
            Some(cells.iter().map(|cell| cell.get("v").cloned().unwrap_or(Value::Null)).collect())
        }
    }
}

fn record(names: &[String], cells: Vec<Value>) -> Option<Value> {
    (names.len() == cells.len()).then(|| Value::Object(names.iter().cloned().zip(cells).collect::<Map<_, _>>()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_of_every_store_become_records() {
        let expected = json!([{"id": "1", "name": "Ann"}, {"id": "2", "name": null}]);
        for table in [
            json!({"tables": [{"name": "PrimaryResult", "columns": [{"name": "id", "type": "string"}, {"name": "name"}], "rows": [["1", "Ann"], ["2", null]]}]}),
            json!({"Tables": [{"TableName": "Table_0", "Columns": [{"ColumnName": "id"}, {"ColumnName": "name"}], "Rows": [["1", "Ann"], ["2", null]]}]}),
            json!({"resultSetMetaData": {"numRows": 2, "rowType": [{"name": "id"}, {"name": "name"}]}, "data": [["1", "Ann"], ["2", null]]}),
            json!({"schema": {"fields": [{"name": "id"}, {"name": "name"}]}, "rows": [{"f": [{"v": "1"}, {"v": "Ann"}]}, {"f": [{"v": "2"}, {"v": null}]}]}),
            json!({"manifest": {"schema": {"columns": [{"name": "id"}, {"name": "name"}]}}, "result": {"data_array": [["1", "Ann"], ["2", null]]}}),
            json!({"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "id"}, {"VarCharValue": "name"}]}, {"Data": [{"VarCharValue": "1"}, {"VarCharValue": "Ann"}]}, {"Data": [{"VarCharValue": "2"}, {}]}]}}),
            json!([{"FrameType": "DataSetHeader"}, {"FrameType": "DataTable", "Columns": [{"ColumnName": "id"}, {"ColumnName": "name"}], "Rows": [["1", "Ann"], ["2", null]]}]),
        ] {
            assert!(may_begin(table.to_string().as_bytes()), "{table}");
            assert_eq!(records(&table).map(Value::Array), Some(expected.clone()), "{table}");
        }
        for (table, more) in [
            (json!({"rows": [], "pageToken": "x"}), true),
            (json!({"ResultSet": {}, "NextToken": "x"}), true),
            (json!({"resultSetMetaData": {"partitionInfo": [{"rowCount": 1}, {"rowCount": 2}]}}), true),
            (json!({"resultSetMetaData": {"partitionInfo": [{"rowCount": 1}]}}), false),
            (json!({"result": {"next_chunk_index": 1}}), true),
            (json!({"rows": [], "pageToken": ""}), false),
            (json!([]), false),
        ] {
            assert_eq!(goes_on(&table), more, "{table}");
        }
        // Rows that are objects already name their columns themselves.
        assert_eq!(records(&json!({"columns": [{"name": "id"}], "rows": [{"id": "1"}]})), None);
        assert_eq!(records(&json!({"columns": ["a"], "rows": [["1", "2"]]})), None);
    }
}
