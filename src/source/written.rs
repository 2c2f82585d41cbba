//! Reads a mapping file field by field, so that every mistake of shape in it is found at once, each with its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rules::{Fields, Node, Sheet, did_you_mean};
use crate::time::TimeFormat;

use super::spec::{
    RawCase, RawClass, RawFormat, RawLeavesOut, RawPresence, RawRecognise, RawRows, RawRule, RawRuleTable, RawSkip,
    RawSource, RawTest, RawTestTable,
};

/// What can be understood of a mapping; the rest is recorded in the sheet.
pub(super) fn source(sheet: &mut Sheet<'_>, root: &DeTable<'_>) -> RawSource {
    let mut fields = Fields::of(root, 0..0);
    let raw = RawSource {
        id: fields.need_text(sheet, "id"),
        title: fields.need_text(sheet, "title").into_inner(),
        description: fields.raw(sheet, "description").unwrap_or_default(),
        export: fields.raw(sheet, "export").unwrap_or_default(),
        pitfalls: fields.raws(sheet, "pitfalls").unwrap_or_default(),
        asked_by: fields.raws(sheet, "asked_by").unwrap_or_default(),
        class: need_word(&mut fields, sheet, "class").unwrap_or(RawClass::Application),
        format: need_word(&mut fields, sheet, "format").unwrap_or(RawFormat::Csv),
        system: fields.raw(sheet, "system"),
        speaks_of: fields.text(sheet, "speaks_of").and_then(|text| word(sheet, &text)),
        zone: fields.text(sheet, "zone"),
        time: times(&mut fields, sheet),
        null: fields.raws(sheet, "null").unwrap_or_default(),
        generated_at: fields.raw(sheet, "generated_at"),
        retention: fields.text(sheet, "retention"),
        leaves_out: fields.fields(sheet, "leaves_out").map(|fields| leaves_out(sheet, fields)),
        observed_at: fields.text(sheet, "observed_at"),
        recognise: recognise(&mut fields, sheet),
        secret: fields.raws(sheet, "secret").unwrap_or_default(),
        ignore: fields.raws(sheet, "ignore").unwrap_or_default(),
        skip: fields.list(sheet, "skip").into_iter().map(|fields| skip(sheet, fields)).collect(),
        doubt: fields.list(sheet, "doubt").into_iter().map(|fields| skip(sheet, fields)).collect(),
        rules: shared(&mut fields, sheet),
        rows: fields.list(sheet, "rows").into_iter().map(|fields| rows(sheet, fields)).collect(),
    };
    fields.done(sheet);
    raw
}

/// Rules that columns share.
fn shared(fields: &mut Fields<'_, '_>, sheet: &mut Sheet<'_>) -> BTreeMap<String, Spanned<RawRule>> {
    let given = fields.fields(sheet, "rules").map(Fields::entries).unwrap_or_default();
    given
        .into_iter()
        .map(|(name, node)| {
            let rule = rule(sheet, name.get_ref(), node);
            (name.into_inner(), Spanned::new(node.span(), rule))
        })
        .collect()
}

/// One of the words of a closed set.
fn word<T: for<'de> Deserialize<'de>>(sheet: &mut Sheet<'_>, text: &Spanned<String>) -> Option<T> {
    let reader: StrDeserializer<'_, Error> = text.get_ref().as_str().into_deserializer();
    match T::deserialize(reader) {
        Ok(value) => Some(value),
        Err(cause) => {
            let cause = cause.to_string();
            let (head, expected) = cause.split_once(", expected ").unwrap_or((&cause, ""));
            let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            let hint = did_you_mean(text.get_ref(), known.iter().copied());
            let hint = hint.or_else(|| (!expected.is_empty()).then(|| format!("expected {expected}")));
            sheet.say_hint("rule-value", text.span(), head, hint);
            None
        }
    }
}

fn need_word<T: for<'de> Deserialize<'de>>(
    fields: &mut Fields<'_, '_>,
    sheet: &mut Sheet<'_>,
    name: &'static str,
) -> Option<T> {
    let text = fields.need_text(sheet, name);
    if text.get_ref().is_empty() { None } else { word(sheet, &text) }
}

fn times(fields: &mut Fields<'_, '_>, sheet: &mut Sheet<'_>) -> Option<Vec<TimeFormat>> {
    let texts = fields.texts(sheet, "time")?;
    Some(texts.iter().filter_map(|text| word(sheet, text)).collect())
}

fn leaves_out(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> RawLeavesOut {
    let left = RawLeavesOut {
        what: fields.need_text(sheet, "what").into_inner(),
        shown_by: conditions(&mut fields, sheet, "shown_by"),
        query: fields.raws(sheet, "query").unwrap_or_default(),
        hint: fields.need_text(sheet, "hint").into_inner(),
    };
    if left.shown_by.is_empty() {
        sheet.say("rule-missing", fields.span.clone(), "`shown_by` says which record shows that they are in it");
    }
    fields.done(sheet);
    left
}

/// The signs of a source: one table of them, or several.
fn recognise(fields: &mut Fields<'_, '_>, sheet: &mut Sheet<'_>) -> Vec<RawRecognise> {
    let Some(node) = fields.node("recognise") else {
        sheet.say("rule-missing", fields.span.clone(), "`[recognise]` is missing");
        return Vec::new();
    };
    let given = match node.get_ref() {
        DeValue::Array(_) => fields.list(sheet, "recognise"),
        _ => fields.fields(sheet, "recognise").into_iter().collect(),
    };
    given.into_iter().map(|signs| signs_of(sheet, signs)).collect()
}

fn signs_of(sheet: &mut Sheet<'_>, mut signs: Fields<'_, '_>) -> RawRecognise {
    let span = signs.span.clone();
    let any = signs.node("any").map(|node| lists(sheet, "any", node)).unwrap_or_default();
    let one = signs.node("one").map(|node| lists(sheet, "one", node)).unwrap_or_default();
    let raw = RawRecognise {
        at: signs.raws(sheet, "at").unwrap_or_default(),
        all: Spanned::new(span, signs.texts(sheet, "all").unwrap_or_default()),
        any,
        one,
        none_beside: signs.raws(sheet, "none_beside").unwrap_or_default(),
        none: signs.raws(sheet, "none").unwrap_or_default(),
        values: conditions(&mut signs, sheet, "values"),
        entity: signs.raw(sheet, "entity"),
        wrapper: signs.raw(sheet, "wrapper"),
        part: signs.flag(sheet, "part").unwrap_or(false),
    };
    signs.done(sheet);
    raw
}

/// A list of lists of words.
fn lists(sheet: &mut Sheet<'_>, name: &'static str, node: &Node<'_>) -> Vec<Vec<String>> {
    match node.get_ref() {
        DeValue::Array(lists) if lists.iter().all(|list| list.get_ref().is_array()) => {
            lists.iter().map(|list| sheet.as_raws(name, list)).collect()
        }
        _ => {
            sheet.say(
                "rule-value",
                node.span(),
                format!("`{name}` must be a list of lists: one key of each must occur"),
            );
            Vec::new()
        }
    }
}

fn skip(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> RawSkip {
    let raw = RawSkip {
        reason: fields.need_text(sheet, "reason").into_inner(),
        when: conditions(&mut fields, sheet, "when"),
    };
    fields.done(sheet);
    raw
}

fn rows(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> RawRows {
    let table = fields.need_text(sheet, "table");
    let when = conditions(&mut fields, sheet, "when");
    let or_when = conditions(&mut fields, sheet, "or_when");
    let each = fields.text(sheet, "each");
    let given = fields.fields(sheet, "columns").map(Fields::entries).unwrap_or_default();
    let mut columns = BTreeMap::new();
    for (name, node) in given {
        let rule = rule(sheet, name.get_ref(), node);
        columns.insert(name, Spanned::new(node.span(), rule));
    }
    fields.done(sheet);
    RawRows { table, when, or_when, each, columns }
}

fn conditions(
    fields: &mut Fields<'_, '_>,
    sheet: &mut Sheet<'_>,
    name: &'static str,
) -> BTreeMap<Spanned<String>, RawTest> {
    let given = fields.fields(sheet, name).map(Fields::entries).unwrap_or_default();
    given.into_iter().filter_map(|(path, node)| Some((path, test(sheet, node)?))).collect()
}

fn test(sheet: &mut Sheet<'_>, node: &Node<'_>) -> Option<RawTest> {
    match node.get_ref() {
        DeValue::String(word) => Some(RawTest::Is(word.to_string())),
        DeValue::Array(_) => Some(RawTest::In(sheet.as_raws("when", node))),
        DeValue::Table(table) => {
            let mut fields = Fields::of(table, node.span());
            let raw = RawTestTable {
                not_in: fields.raws(sheet, "not"),
                starts_with: fields.raw(sheet, "starts_with"),
                ends_with: fields.raw(sheet, "ends_with"),
                not_starts_with: fields.raw(sheet, "not_starts_with"),
                differs_from: fields.raw(sheet, "differs_from"),
                present: fields.flag(sheet, "present"),
                like: fields.raw(sheet, "like"),
                bit: fields.number(sheet, "bit", 1..=u64::MAX),
                not_bit: fields.number(sheet, "not_bit", 1..=u64::MAX),
                above: fields.node("above").and_then(|node| constant(sheet, node)),
                below: fields.node("below").and_then(|node| constant(sheet, node)),
            };
            fields.done(sheet);
            Some(RawTest::Test(Box::new(raw)))
        }
        _ => {
            let message = "a condition is a word, a list of words, or a table such as { present = true }";
            sheet.say("rule-value", node.span(), message);
            None
        }
    }
}

fn rule(sheet: &mut Sheet<'_>, name: &str, node: &Node<'_>) -> RawRule {
    match node.get_ref() {
        DeValue::String(path) => RawRule::Path(path.to_string()),
        DeValue::Table(table) => {
            let before = sheet.mistakes();
            let mut raw = rule_table(sheet, Fields::of(table, node.span()));
            let sources = [raw.path.is_some(), raw.constant.is_some(), raw.cases.is_some(), raw.uses.is_some()];
            let lists = [&raw.first, &raw.join, &raw.latest].iter().any(|list| list.is_some());
            if sheet.mistakes() > before && !lists && !sources.contains(&true) {
                raw.constant = Some(String::new());
            }
            RawRule::Rule(Box::new(raw))
        }
        _ => {
            let message = format!("`{name}` is a path in quotes, or a table such as {{ path = \"…\", map = {{ … }} }}");
            sheet.say("rule-value", node.span(), message);
            // Stands in for the rule: that it is wrong was said.
            RawRule::Rule(Box::new(RawRuleTable { constant: Some(String::new()), ..RawRuleTable::default() }))
        }
    }
}

fn rule_table(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> RawRuleTable {
    let map = fields.fields(sheet, "map").map(|map| {
        let entries = map.entries().into_iter();
        entries.filter_map(|(word, node)| Some((word.into_inner(), sheet.as_raw("map", node)?))).collect()
    });
    let otherwise = fields.node("otherwise").map(|node| Box::new(rule(sheet, "otherwise", node)));
    let cases = fields.node("cases").is_some().then(|| {
        let cases = fields.list(sheet, "cases").into_iter();
        cases.map(|fields| case(sheet, fields)).collect()
    });
    let raw = RawRuleTable {
        path: fields.raw(sheet, "path"),
        first: fields.raws(sheet, "first"),
        join: fields.raws(sheet, "join"),
        latest: fields.raws(sheet, "latest"),
        upper: fields.raws(sheet, "upper"),
        cases,
        with: fields.raw(sheet, "with"),
        all: fields.flag(sheet, "all").unwrap_or_default(),
        file: fields.text(sheet, "file").and_then(|text| word(sheet, &text)),
        uses: fields.text(sheet, "use"),
        take: fields.raw(sheet, "take"),
        constant: fields.node("const").and_then(|node| constant(sheet, node)),
        map,
        other: fields.raw(sheet, "other"),
        missing: fields.raw(sheet, "missing"),
        time: times(&mut fields, sheet),
        bound: fields.text(sheet, "bound").and_then(|text| word(sheet, &text)),
        null: fields.raws(sheet, "null").unwrap_or_default(),
        presence: fields.fields(sheet, "presence").map(|fields| presence(sheet, fields)),
        lower: fields.flag(sheet, "lower").unwrap_or_default(),
        slug: fields.flag(sheet, "slug").unwrap_or_default(),
        strip: fields.raws(sheet, "strip").unwrap_or_default(),
        otherwise,
        prefix: fields.raw(sheet, "prefix"),
        suffix: fields.raw(sheet, "suffix"),
    };
    fields.done(sheet);
    raw
}

#[expect(clippy::unnecessary_wraps, reason = "called as the other readers of optional fields")]
fn constant(sheet: &mut Sheet<'_>, node: &Node<'_>) -> Option<String> {
    match node.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        _ => {
            sheet.say("rule-value", node.span(), "a constant is a text, a whole number, true or false");
            // It is there: that it is wrong was said.
            Some(String::new())
        }
    }
}

fn case(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> RawCase {
    let raw = RawCase {
        when: conditions(&mut fields, sheet, "when"),
        is: fields.raw(sheet, "is"),
        path: fields.raw(sheet, "path"),
    };
    fields.done(sheet);
    raw
}

fn presence(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>) -> RawPresence {
    let raw = RawPresence {
        present: fields.need_text(sheet, "present").into_inner(),
        empty: fields.need_text(sheet, "empty").into_inner(),
        absent: fields.need_text(sheet, "absent").into_inner(),
        all_empty: fields.raw(sheet, "all_empty"),
    };
    fields.done(sheet);
    raw
}
