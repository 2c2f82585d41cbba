//! What a document says around its records: how many there are in all, and whether another page follows.

use serde_json::Value;

use crate::source::path::fold;

/// What one page says about the list that it is a part of. Facts stand in the document, never in a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::source) struct Page {
    /// Records on it.
    pub(in crate::source) records: u64,
    /// Another page follows, and the key that says so.
    pub(in crate::source) more: Option<String>,
    /// Links and cursors of the page that follows.
    pub(in crate::source) next: Vec<String>,
    /// It says expressly that nothing follows.
    pub(in crate::source) last: bool,
    /// It says that something comes before it.
    pub(in crate::source) later: bool,
    /// Records in all, and the key that says so.
    pub(in crate::source) total: Option<(String, u64)>,
    /// Whether that is the total of the list for certain: `count` may be that of the page.
    pub(in crate::source) certain: bool,
    /// Place of its first record in the whole list, from 0.
    pub(in crate::source) start: Option<u64>,
    /// Its number, as counted there.
    pub(in crate::source) number: Option<u64>,
    /// Pages in all.
    pub(in crate::source) pages: Option<u64>,
    /// Links that lead to itself.
    pub(in crate::source) itself: Vec<String>,
    /// It says that something failed, and the key that says so.
    pub(in crate::source) failed: Option<String>,
    /// The query that made it: columns that it chose rows by, with what it asked of each.
    pub(in crate::source) filters: Vec<(String, String)>,
    /// Records that the query read, of which it gave those that are here.
    pub(in crate::source) read: Option<u64>,
    /// The query that made it gives no more records than this.
    pub(in crate::source) limit: Option<u64>,
    /// Cursors that may lead on.
    cursors: Vec<String>,
}

/// Keys (folded) of a link or a cursor of the next page; empty and null mean that there is none.
const NEXT: [&str; 24] = [
    "@odata.nextlink",
    "odata.nextlink",
    "@nextlink",
    "nextlink",
    "next",
    "nexthref",
    "nexturl",
    "nexturi",
    "nextpage",
    "opcnextpage",
    "nextoffset",
    "nextpagelink",
    "nextpageurl",
    "nextpageuri",
    "nextpagetoken",
    "nexttoken",
    "nextcursor",
    "nextmarker",
    "nextrecordsurl",
    "continuationtoken",
    "nextcontinuationtoken",
    "continue",
    "nextstartingtoken",
    "lastevaluatedkey",
];
/// Cursors that stand on a last page too: they lead on only where a flag says that more follows.
const CURSOR: [&str; 4] = ["marker", "endcursor", "cursor", "after"];
/// Flags: `true` means that more follows.
const MORE: [&str; 11] = [
    "istruncated",
    "truncated",
    "hasmore",
    "hasnext",
    "hasnextpage",
    "hasmoreitems",
    "hasmorepages",
    "more",
    "moreitems",
    "morerecords",
    "incompleteresults",
];
/// Flags: `true` means that nothing follows.
const LAST: [&str; 6] = ["islast", "islastpage", "last", "lastpage", "done", "endofrecords"];
/// Totals of the whole list.
const TOTAL: [&str; 15] = [
    "totalobjects",
    "totalresults",
    "@odata.count",
    "odata.count",
    "total",
    "totalcount",
    "totalelements",
    "totalrecords",
    "totalitems",
    "totalsize",
    "totalrows",
    "totalhits",
    "totalmembers",
    "totalusers",
    "xtotalcount",
];
/// Places of the first record, counted from 0 (`startIndex` of SCIM counts from 1).
const OFFSET: [&str; 3] = ["startat", "offset", "skip"];
/// Numbers of this page.
const NUMBER: [&str; 6] = ["page", "number", "pagenumber", "currentpage", "pageindex", "pageno"];
/// Numbers of pages.
const PAGES: [&str; 7] = ["totalpages", "pagecount", "numpages", "pagetotal", "pages", "lastpage", "xtotalpages"];
/// Links to the page itself.
const ITSELF: [&str; 4] = ["@odata.context", "odata.context", "self", "requesturl"];
/// What comes before.
const BEFORE: [&str; 5] = ["prev", "previous", "previouspage", "previouslink", "haspreviouspage"];
/// Objects beside the records that hold such facts.
const NESTED: [&str; 15] = [
    "paging",
    "pagination",
    "pageinfo",
    "page",
    "pager",
    "meta",
    "metadata",
    "links",
    "cursors",
    "responsemetadata",
    "resultinfo",
    "listinfo",
    "searchinfo",
    "headers",
    "header",
];
/// What a parsed document says about the text that travels in it.
pub(in crate::source) fn around_text(value: &Value, way: &[String]) -> Page {
    let mut page = Page::default();
    let mut at = Some(value);
    for key in std::iter::once(None).chain(way.iter().map(Some)) {
        if let Some(key) = key {
            at = at.and_then(|at| at.get(key));
        }
        let Some(Value::Object(members)) = at else { break };
        for (name, value) in members.iter().filter(|(name, _)| !way.contains(name)) {
            page.take(name, value, true);
        }
    }
    page.settle();
    page
}

impl Page {
    /// Takes a member of an object on the way to the records, but not the one that leads to them. `key` is as the file
    /// writes it.
    pub(super) fn beside(&mut self, key: &str, bytes: &[u8]) {
        if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
            self.take(key, &value, true);
        }
    }

    /// Ends a page: what stands on last pages too leads on only where a flag says so.
    pub(super) fn settle(&mut self) {
        if self.more.is_some() {
            self.next.append(&mut self.cursors);
        }
        self.cursors.clear();
    }

    /// Takes one member; `nested`: objects are looked into.
    fn take(&mut self, key: &str, value: &Value, nested: bool) {
        let name = &*fold(key);
        let number = || value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
        let flag = || value.as_bool().or_else(|| value.as_str()?.trim().to_lowercase().parse().ok());
        match value {
            Value::Object(inner) if nested && NESTED.contains(&name) => {
                for (key, value) in inner {
                    match (fold(key).as_str(), value) {
                        // `paging: { cursors: { … } }` is one more level.
                        (inner, Value::Object(_)) if NESTED.contains(&inner) => self.take(key, value, true),
                        ("link", Value::String(_) | Value::Array(_)) => self.header(value),
                        ("scans", Value::Array(scans)) => {
                            self.limit = scans.iter().filter_map(|scan| scan.get("limit")?.as_u64()).min();
                            if let [scan] = &scans[..] {
                                self.scan(scan);
                            }
                        }
                        _ => self.take(key, value, false),
                    }
                }
            }
            // `{ value: 10000, relation: "gte" }`: a search that stopped counting.
            Value::Object(inner) if name == "total" && inner.contains_key("relation") => {
                if inner.get("relation").and_then(Value::as_str) == Some("eq") {
                    self.total(key, inner.get("value").and_then(Value::as_u64), true);
                } else {
                    self.flag(key, Some(true));
                }
            }
            Value::Array(links) if NESTED.contains(&name) => {
                for link in links {
                    let relation = link.get("rel").or_else(|| link.get("relation")).and_then(Value::as_str);
                    if let Some(relation) = relation {
                        let target = link.get("href").or_else(|| link.get("url")).unwrap_or(link);
                        self.take(relation, target, false);
                    }
                }
            }
            _ if NEXT.contains(&name) => self.follow(key, value),
            _ if CURSOR.contains(&name) => self.cursors.extend(texts(value)),
            _ if MORE.contains(&name) => self.flag(key, flag()),
            _ if LAST.contains(&name) && flag().is_some() => self.flag(key, flag().map(|last| !last)),
            _ if TOTAL.contains(&name) => self.total(key, number(), true),
            // What a query returned is no more than what it was asked for.
            _ if name == "count" || name == "rowsreturned" => self.total(key, number(), false),
            _ if name == "startindex" => self.start = number().map(|start| start.saturating_sub(1)),
            _ if OFFSET.contains(&name) => self.start = number(),
            _ if NUMBER.contains(&name) => self.number = number(),
            _ if PAGES.contains(&name) => self.pages = number(),
            _ if ITSELF.contains(&name) => self.itself.extend(texts(value)),
            _ if has_failed(name, value) => self.failed = Some(key.to_owned()),
            // The delta link stands on the last page only.
            _ if name == "@odata.deltalink" => self.last = true,
            _ if BEFORE.contains(&name) => self.later |= flag().unwrap_or_else(|| !texts(value).is_empty()),
            _ => {}
        }
    }

    /// How a query engine read the one table of its query; of several, conditions may be what joins them.
    fn scan(&mut self, scan: &Value) {
        self.read = scan.get("rows_fetched").and_then(Value::as_u64);
        let word = |condition: &Value, key: &str| condition.get(key).map(bare).unwrap_or_default();
        let conditions = scan.get("quals").and_then(Value::as_array).into_iter().flatten();
        self.filters.extend(conditions.map(|one| {
            let column = word(one, "column");
            (column.clone(), format!("{column} {} {}", word(one, "operator"), word(one, "value")))
        }));
    }

    fn flag(&mut self, name: &str, more: Option<bool>) {
        match more {
            Some(true) => self.more = Some(name.to_owned()),
            Some(false) => self.last = true,
            None => {}
        }
    }

    fn total(&mut self, name: &str, total: Option<u64>, certain: bool) {
        let known = self.total.as_ref().map(|(_, known)| (self.certain, *known));
        if let Some(total) = total.filter(|total| known < Some((certain, *total))) {
            self.total = Some((name.to_owned(), total));
            self.certain = certain;
        }
    }

    fn follow(&mut self, name: &str, value: &Value) {
        let links = match value {
            Value::Number(page) => vec![page.to_string()],
            other => texts(other),
        };
        if links.is_empty() && *value != Value::Bool(true) {
            self.last = true;
        } else {
            self.more = Some(name.to_owned());
            self.next.extend(links);
        }
    }

    /// The `Link` header of a recorded answer.
    fn header(&mut self, value: &Value) {
        for text in texts(value) {
            for part in text.split(',') {
                let Some((target, rest)) = part.trim().strip_prefix('<').and_then(|part| part.split_once('>')) else {
                    continue;
                };
                let rest = rest.to_lowercase();
                if rest.contains("rel=\"next\"") || rest.contains("rel=next") {
                    self.more = Some("link".to_owned());
                    self.next.push(target.to_owned());
                } else if rest.contains("rel=\"self\"") {
                    self.itself.push(target.to_owned());
                }
            }
        }
    }
}

/// Whether a member beside the records says that something failed.
fn has_failed(name: &str, value: &Value) -> bool {
    let is_told =
        |value: &Value| ["code", "message", "reason", "type", "detail"].iter().any(|key| value.get(key).is_some());
    let is_error = |message: &Value| {
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default().to_uppercase();
        ["ERROR", "FATAL"].contains(&kind.as_str())
    };
    match (name, value) {
        ("errors" | "error", Value::Array(errors)) => !errors.is_empty(),
        ("errors" | "error", Value::Object(_)) => is_told(value),
        ("messages", Value::Array(messages)) => messages.iter().any(is_error),
        ("ok" | "success", Value::Bool(done)) => !done,
        ("timedout", Value::Bool(late)) => *late,
        ("shards", Value::Object(shards)) => {
            shards.get("failed").and_then(Value::as_u64).is_some_and(|failed| failed > 0)
        }
        _ => false,
    }
}

/// A value without quotes around a text.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The texts of a value that are not blank.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::json::container::{expand, first_values};

    fn page(text: &str, way: &[&str]) -> Page {
        let way: Vec<String> = way.iter().map(|key| (*key).to_owned()).collect();
        let value = first_values(text.as_bytes(), 1)[0];
        let mut page = Page::default();
        expand(text.as_bytes(), value, &way, Some(&mut page));
        page
    }

    #[test]
    fn every_product_says_in_its_own_words_that_more_follows() {
        for (way, text) in [
            ("hits", r#"{"total":{"value":10000,"relation":"gte"},"hits":[{}]}"#),
            ("value", r#"{"value":[{}],"@odata.nextLink":"https://g/users?$skiptoken=X"}"#),
            ("users", r#"{"nextPageToken":"X","users":[{}]}"#),
            ("users", r#"{"Users":[{}],"IsTruncated":true,"Marker":"X"}"#),
            ("members", r#"{"members":[{}],"response_metadata":{"next_cursor":"X"}}"#),
            ("data", r#"{"data":[{}],"has_more":true}"#),
            ("results", r#"{"results":[{}],"paging":{"next":{"after":"X","link":"https://h?after=X"}}}"#),
            ("results", r#"{"results":[{}],"_links":{"next":"/rest?start=25"}}"#),
            ("items", r#"{"items":[{}],"links":[{"rel":"next","href":"https://h?o=2"}]}"#),
            ("items", r#"{"items":[{}],"metadata":{"continue":"X"}}"#),
            ("values", r#"{"values":[{}],"isLast":false}"#),
            ("content", r#"{"content":[{}],"last":false,"totalPages":3,"number":0}"#),
            ("records", r#"{"records":[{}],"done":false,"nextRecordsUrl":"/q/1-2000"}"#),
            ("nodes", r#"{"nodes":[{}],"pageInfo":{"hasNextPage":true,"endCursor":"X"}}"#),
            ("body", r#"{"status":200,"headers":{"link":"<https://o?after=X>; rel=\"next\""},"body":[{}]}"#),
            ("results", r#"{"count":9,"next":"https://d?page=2","previous":null,"results":[{}]}"#),
        ] {
            let page = page(text, &[way]);
            assert!(page.more.is_some(), "{text}");
            assert!(!page.last, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_list_is_said_too() {
        for (way, text) in [
            ("users", r#"{"Users":[{}],"IsTruncated":false}"#),
            ("data", r#"{"data":[{}],"has_more":false}"#),
            ("results", r#"{"results":[{}],"next":null}"#),
            ("members", r#"{"members":[{}],"response_metadata":{"next_cursor":""}}"#),
            ("nodes", r#"{"nodes":[{}],"pageInfo":{"hasNextPage":false,"endCursor":"X"}}"#),
            ("value", r#"{"value":[{}],"@odata.deltaLink":"https://g/delta"}"#),
        ] {
            let page = page(text, &[way]);
            assert!(page.more.is_none() && page.last && page.next.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_record_and_a_list_say_nothing_around_themselves() {
        assert_eq!(page(r#"{"value":[{"total":9,"next":"x","has_more":true}]}"#, &["value"]).more, None);
        assert_eq!(page(r#"{"total":9,"next":"x"}"#, &[]), Page::default());
    }

    #[test]
    fn totals_places_and_numbers_are_read() {
        let scim =
            page(r#"{"totalResults":"250","startIndex":101,"itemsPerPage":100,"Resources":[{}]}"#, &["resources"]);
        assert_eq!((scim.total, scim.certain, scim.start), (Some(("totalResults".to_owned(), 250)), true, Some(100)));
        let other = page(r#"{"count":1,"total":7,"offset":5,"rows":[{}]}"#, &["rows"]);
        assert_eq!((other.total, other.start), (Some(("total".to_owned(), 7)), Some(5)));
        let pages = page(r#"{"data":[{}],"meta":{"current_page":2,"last_page":4,"total":61}}"#, &["data"]);
        assert_eq!((pages.number, pages.pages, pages.total.map(|total| total.1)), (Some(2), Some(4), Some(61)));
        let deep = page(r#"{"data":{"body":{"value":[{}],"@odata.count":41}}}"#, &["data", "body", "value"]);
        assert_eq!(deep.total, Some(("@odata.count".to_owned(), 41)));
    }
}
