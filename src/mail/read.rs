//! Reads the mail file: every mistake in it at once, each with line and column.

use std::collections::BTreeMap;
use std::path::Path;

use globset::Glob;
use toml::Spanned;

use crate::diag::Diagnostic;
use crate::report::Severity;
use crate::rules::{Fields, Sheet, one_of};

use super::address;
use super::config::{Attachment, Config, Named, Rule};
use super::server;

/// Bytes of attachments when nothing is said; most servers take 25 MB, and base64 adds a third.
const MAX_ATTACHMENT: u64 = 10_000_000;
const FINDINGS: u64 = 5;

impl Config {
    /// Reads a mail file. `folder` is where other files that it names are looked for.
    ///
    /// # Errors
    /// Every mistake in the file, in the order of the text.
    pub fn load(file: &str, text: &str, folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        let (mut page, root) = Sheet::open(file, text);
        let sheet = &mut page;
        let mut fields = Fields::of(root.get_ref(), root.span());
        let from = fields.need_text(sheet, "from");
        let blank = from.get_ref().is_empty();
        let from = if blank { None } else { address::checked(sheet, "from", &from) };
        let reply_to = fields.text(sheet, "reply_to").and_then(|text| address::checked(sheet, "reply_to", &text));
        let general = General {
            names: fields.flag(sheet, "names").unwrap_or(false),
            always: fields.flag(sheet, "always").unwrap_or(false),
            attach: attachments(sheet, &mut fields).unwrap_or_default(),
        };
        let max_attachment = size(sheet, &mut fields, "max_attachment").unwrap_or(MAX_ATTACHMENT);
        let findings = fields.number(sheet, "findings", 0..=100).unwrap_or(FINDINGS) as usize;
        let domain = from.as_ref().map(|from| from.email.domain().to_owned()).unwrap_or_default();
        let server = fields.fields(sheet, "server").map(|table| server::read(sheet, table, folder, &domain));
        let tables = fields.list(sheet, "recipient");
        if tables.is_empty() {
            sheet.say("rule-missing", root.span().start..root.span().start, "no [[recipient]] says who gets a mail");
        }
        let rules: Vec<Rule> =
            tables.into_iter().enumerate().map(|(index, table)| rule(sheet, table, index + 1, &general)).collect();
        fields.done(sheet);
        let said = page.finish();
        match from {
            Some(from) if said.is_empty() => {
                Ok(Self { file: file.to_owned(), server, from, reply_to, findings, max_attachment, rules })
            }
            _ => Err(said),
        }
    }
}

/// What holds for every rule that does not say otherwise.
struct General {
    names: bool,
    always: bool,
    attach: Vec<Attachment>,
}

fn rule(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>, number: usize, general: &General) -> Rule {
    let place = sheet.place(&fields.span);
    if fields.node("to").is_none() {
        sheet.say("rule-missing", fields.span.clone(), "`to` is missing");
    }
    let mut to = Vec::new();
    for text in fields.texts(sheet, "to").unwrap_or_default() {
        let Some(mailbox) = address::checked(sheet, "to", &text) else {
            continue;
        };
        if to.iter().any(|other| address::is_same(&address::bare(other), &address::bare(&mailbox))) {
            sheet.say("rule-duplicate", text.span(), format!("`{}` is listed twice", text.get_ref()));
        } else {
            to.push(mailbox);
        }
    }
    let own = attachments(sheet, &mut fields);
    let severities: BTreeMap<&str, Severity> = Severity::ALL.map(|severity| (severity.word(), severity)).into();
    let min = fields.text(sheet, "min_severity");
    let rule = Rule {
        number,
        name: fields.text(sheet, "name").map(Spanned::into_inner),
        to,
        min_severity: min.and_then(|text| one_of(sheet, "min_severity", &text, &severities)),
        systems: named(sheet, &mut fields, "systems"),
        owners: named(sheet, &mut fields, "owners"),
        metrics: named(sheet, &mut fields, "metrics"),
        names: fields.flag(sheet, "names").unwrap_or(general.names),
        always: fields.flag(sheet, "always").unwrap_or(general.always),
        attach: own.clone().unwrap_or_else(|| general.attach.clone()),
        place,
    };
    if rule.owners.is_empty() && own.is_some_and(|list| list.contains(&Attachment::OwnerList)) {
        let hint = "add `owners`: it attaches the lists of those".to_owned();
        sheet.say_hint("rule-missing", fields.span.clone(), "\"owner-list\" without `owners`", Some(hint));
    }
    fields.done(sheet);
    rule
}

fn named(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, name: &'static str) -> Vec<Named> {
    let mut list = Vec::new();
    for mut text in fields.texts(sheet, name).unwrap_or_default() {
        if name == "systems" {
            // Systems are names without regard to case.
            *text.get_mut() = text.get_ref().to_lowercase();
        }
        let pattern = text.get_ref().contains(['*', '?', '[', '{']);
        let glob = match Glob::new(text.get_ref()) {
            Ok(glob) if pattern => Some(glob.compile_matcher()),
            Ok(_) => None,
            Err(cause) => {
                let message = format!("`{}` is not a pattern: {}", text.get_ref(), cause.kind());
                sheet.say("rule-value", text.span(), message);
                None
            }
        };
        let place = sheet.place(&text.span());
        list.push(Named { text: text.into_inner(), place, glob });
    }
    list
}

fn attachments(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Option<Vec<Attachment>> {
    // An empty list takes back what holds for all, so it is no mistake here.
    let node = fields.node("attach")?;
    if node.get_ref().as_array().is_some_and(|items| items.is_empty()) {
        return Some(Vec::new());
    }
    let known =
        BTreeMap::from([("pdf", Attachment::Pdf), ("html", Attachment::Html), ("owner-list", Attachment::OwnerList)]);
    let mut list = Vec::new();
    for text in fields.texts(sheet, "attach")? {
        if let Some(kind) = one_of(sheet, "attach", &text, &known)
            && !list.contains(&kind)
        {
            list.push(kind);
        }
    }
    Some(list)
}

/// An optional size: `10 MB`, `500 KB`, `8 MiB`.
fn size(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, name: &'static str) -> Option<u64> {
    let text = fields.text(sheet, name)?;
    let value = bytes(text.get_ref());
    if value.is_none() {
        let message = format!("`{name}` is not a size: expected a whole number and a unit, such as \"10 MB\"");
        sheet.say_hint("rule-value", text.span(), message, Some("units: B, KB, MB, KiB, MiB".to_owned()));
    }
    value
}

fn bytes(text: &str) -> Option<u64> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, unit) = text.split_at(split);
    let factor = match unit.trim() {
        "B" => 1,
        "KB" | "kB" => 1_000,
        "MB" => 1_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes() {
        assert_eq!(bytes("10 MB"), Some(10_000_000));
        assert_eq!(bytes("8MiB"), Some(8 << 20));
        assert_eq!(bytes("0 B"), Some(0));
        for text in ["", "10", "MB", "-1 MB", "1.5 MB", "10 XB", "99999999999999999999 MB"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
