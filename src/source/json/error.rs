//! Answers of an interface that are an error instead of data, in the words of many vendors.

use serde_json::{Map, Value};

/// Words of a status that say that nothing was done.
const FAILED: [&str; 4] = ["error", "failure", "fail", "failed"];

/// Why an interface answered with an error instead of data: its codes, never its message.
pub(in crate::source) fn error_page(value: &Value) -> Option<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut is_error = false;
    for at in [Some(value), value.get("body"), value.get("data"), value.get("response")].into_iter().flatten() {
        let Value::Object(members) = at else { continue };
        is_error |= by_status(members, &mut codes) | by_words(members, &mut codes) | by_error(members, &mut codes);
    }
    codes.dedup();
    is_error.then(|| if codes.is_empty() { "no code given".to_owned() } else { codes.join(" ") })
}

/// A status of HTTP, or a word for one; the error of SCIM.
fn by_status(members: &Map<String, Value>, codes: &mut Vec<String>) -> bool {
    let mut is_error = false;
    let ends = |urn: &Value| urn.as_str().is_some_and(|urn| urn.ends_with(":Error"));
    if members.get("schemas").and_then(Value::as_array).is_some_and(|list| list.iter().any(ends)) {
        is_error = true;
        code(members.get("status"), codes);
        code(members.get("scimType"), codes);
    }
    for key in ["status_code", "statusCode", "status", "errorCode"] {
        let status = members.get(key).and_then(number);
        let coded = || match members.get(key) {
            Some(Value::Number(code)) => code.as_i64() != Some(0),
            Some(Value::String(code)) => !["", "0"].contains(&code.trim()),
            _ => false,
        };
        if status.is_some_and(|status| (400..600).contains(&status)) || key == "errorCode" && coded() {
            is_error = true;
            code(members.get(key), codes);
        }
    }
    is_error
}

/// Answers that are told by which members they have: each with a message, and no data beside it.
fn by_words(members: &Map<String, Value>, codes: &mut Vec<String>) -> bool {
    let has = |key: &str| members.contains_key(key);
    let text = |key: &str| members.get(key).and_then(Value::as_str);
    let message = ["message", "Message", "reason", "detail", "msg"].into_iter().any(has);
    let failed = |key: &str| text(key).is_some_and(|word| FAILED.contains(&word.to_lowercase().as_str()));
    let only = |keys: &[&str]| members.keys().all(|key| keys.contains(&key.as_str()));
    // AWS: `{"__type": "com.amazon#AccessDeniedException", "Message": …}`.
    if let Some(kind) = text("__type") {
        code(Some(&Value::from(kind.rsplit('#').next().unwrap_or(kind))), codes);
        return true;
    }
    let is_no = |key: &str| members.get(key) == Some(&Value::Bool(false));
    let beside = ["status", "stat", "result"].into_iter().any(failed)
        || ["ok", "success"].into_iter().any(is_no)
        || has("documentation_url")
        || has("code") && only(&["code", "message", "Message", "detail", "msg", "request_id", "requestId"]);
    // GitLab: `{"message": "401 Unauthorized"}`.
    let status = text("message").and_then(|words| words.split(' ').next()?.parse::<u16>().ok());
    let status = status.filter(|status| (400..600).contains(status));
    let is_error = message && beside
        || status.is_some() && only(&["message"])
        || members.get("errorMessages").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if is_error {
        code(members.get("code"), codes);
        code(status.map(Value::from).as_ref(), codes);
    }
    is_error
}

/// A member that is called an error.
fn by_error(members: &Map<String, Value>, codes: &mut Vec<String>) -> bool {
    let mut is_error = false;
    for error in ["error", "Error", "errors", "odata.error", "fault"].iter().filter_map(|key| members.get(*key)) {
        match error {
            Value::Object(inner) if !inner.is_empty() => {
                is_error = true;
                for key in ["code", "Code", "status", "type"] {
                    code(inner.get(key), codes);
                }
            }
            Value::Array(list) if !list.is_empty() => {
                is_error = true;
                code(list[0].get("code"), codes);
            }
            Value::String(words) if !words.trim().is_empty() => {
                is_error = true;
                code(Some(error), codes);
            }
            _ => {}
        }
    }
    is_error
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn code(value: Option<&Value>, codes: &mut Vec<String>) {
    let text = match value {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.clone(),
        _ => return,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) && !codes.contains(&text) {
        codes.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_many_vendors() {
        for (text, expected) in [
            (r#"{"__type":"AccessDeniedException","Message":"x"}"#, Some("AccessDeniedException")),
            (r#"{"__type":"com.amazon.coral#ThrottlingException","message":"x"}"#, Some("ThrottlingException")),
            (r#"{"message":"Not Found","documentation_url":"https://docs.example/rest"}"#, Some("no code given")),
            (r#"{"message":"Bad credentials","documentation_url":"https://x","status":"401"}"#, Some("401")),
            (r#"{"stat":"FAIL","code":40103,"message":"Invalid signature"}"#, Some("40103")),
            (r#"{"message":"401 Unauthorized"}"#, Some("401")),
            (r#"{"errorMessages":["No project could be found"],"errors":{}}"#, Some("no code given")),
            (r#"{"ok":false,"error":"invalid_auth"}"#, Some("invalid_auth")),
            (r#"{"success":false,"errors":[{"code":10000,"message":"x"}],"messages":[],"result":null}"#, Some("10000")),
            (r#"{"status":"error","message":"x","category":"INVALID_AUTHENTICATION"}"#, Some("no code given")),
            (r#"{"code":124,"message":"Invalid access token."}"#, Some("124")),
            (r#"{"kind":"Status","status":"Failure","reason":"Forbidden","code":403}"#, Some("403")),
            (r#"{"odata.error":{"code":"Authentication_ExpiredToken"}}"#, Some("Authentication_ExpiredToken")),
            (r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#, Some("E0000011")),
            // A list of nothing, a page of data and a record are none.
            (r#"{"errors":[],"data":[]}"#, None),
            (r#"{"success":true,"errorCode":0,"users":[]}"#, None),
            (r#"{"ok":true,"error":"","members":[]}"#, None),
            (r#"{"errorCode":null,"id":"1"}"#, None),
            (r#"{"error":{},"value":[{"id":"1"}]}"#, None),
            (r#"{"code":"A1","name":"Warehouse"}"#, None),
            (r#"{"message":"hello"}"#, None),
            (r#"{"status":"active","message":"on leave"}"#, None),
            (r#"{"id":"7","status":"success","reason":"transfer"}"#, None),
        ] {
            let value = serde_json::from_str(text).expect("JSON");
            assert_eq!(error_page(&value).as_deref(), expected, "{text}");
        }
    }
}
