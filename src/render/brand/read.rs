//! `brand.toml`: read as a whole, all mistakes at once, each with line and column.

use std::collections::BTreeSet;
use std::path::Path;

use toml::Spanned;

use super::colour::{self, LIGHT, NEEDED};
use super::{Brand, FontFile, Picture, Wording, files};
use crate::diag::Diagnostic;
use crate::render::pdf::draw::logo_fault;
use crate::render::{text, words};
use crate::rules::{Fields, Sheet};

/// The longest paragraph of a company's own, in characters.
const PARAGRAPH: usize = 1_200;
/// The longest line at the foot of a page, or text that stands for a logo.
const LINE: usize = 160;
/// The longest classification, or row of the sign-off block.
const LABEL: usize = 60;
/// The most rows of a sign-off block.
const ROWS: usize = 12;

/// The brand that a text describes, the name of its logo's file, and every mistake in the text. `folder` holds the
/// files that it names.
pub(super) fn read(file: &str, text: &str, folder: &Path) -> (Brand, Option<String>, Vec<Diagnostic>) {
    let (mut page, root) = Sheet::open(file, text);
    let sheet = &mut page;
    let mut fields = Fields::of(root.get_ref(), 0..0);
    let (name, logo) = logo(sheet, &mut fields, folder).unzip();
    let mut brand = Brand { logo, ..Brand::default() };
    brand.accent = fields.text(sheet, "accent").and_then(|text| accent(sheet, &text));
    brand.classification = words(sheet, &mut fields, "classification", LABEL);
    for name in fields.texts(sheet, "fonts").unwrap_or_default() {
        match files::font(folder, name.get_ref()) {
            Ok(bytes) => brand.fonts.push(FontFile { name: name.into_inner(), bytes }),
            Err(cause) => sheet.say("brand-font", name.span(), cause),
        }
    }
    if let Some(mut table) = fields.fields(sheet, "wording") {
        brand.wording = Wording {
            introduction: words(sheet, &mut table, "introduction", PARAGRAPH),
            notice: words(sheet, &mut table, "notice", PARAGRAPH),
            footer: words(sheet, &mut table, "footer", LINE),
            sign_off: sign_off(sheet, &mut table),
        };
        table.done(sheet);
    }
    fields.done(sheet);
    (brand, name, page.finish())
}

fn logo(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, folder: &Path) -> Option<(String, Picture)> {
    let alternative = words(sheet, fields, "logo_alternative", LINE);
    let name = fields.text(sheet, "logo")?;
    let Some(alternative) = alternative else {
        let hint = "logo_alternative = \"Name of the company\" is read to those who do not see the logo";
        sheet.say_hint("rule-missing", name.span(), "`logo_alternative` is missing", Some(hint.to_owned()));
        return None;
    };
    match files::logo(folder, name.get_ref()) {
        Ok((media_type, bytes, width, height)) => {
            let picture = Picture { media_type, bytes, width, height, alternative };
            if let Some(cause) = logo_fault(&picture) {
                let hint = Some("use a PNG, or a JPEG in grey or RGB".to_owned());
                sheet.say_hint("brand-logo", name.span(), format!("the logo cannot be drawn: {}", cause.trim()), hint);
                return None;
            }
            Some((name.into_inner(), picture))
        }
        Err(cause) => {
            sheet.say("brand-logo", name.span(), cause);
            None
        }
    }
}

fn accent(sheet: &mut Sheet<'_>, text: &Spanned<String>) -> Option<[u8; 3]> {
    let Some(colour) = colour::parse(text.get_ref()) else {
        let hint = Some("write it as \"#1a2b3c\"".to_owned());
        sheet.say_hint("brand-accent", text.span(), "`accent` is not a colour", hint);
        return None;
    };
    let ratio = colour::contrast(colour, LIGHT);
    if ratio < NEEDED {
        // Rounded down: 4.49 must not read as 4.5.
        let ratio = (ratio * 100.0).floor() / 100.0;
        let message = format!("`accent` has a contrast of {ratio:.2} to 1 on white; text needs {NEEDED} to 1");
        sheet.say_hint("brand-accent", text.span(), message, Some("take a darker shade of it".to_owned()));
        return None;
    }
    Some(colour)
}

fn sign_off(sheet: &mut Sheet<'_>, table: &mut Fields<'_, '_>) -> Vec<String> {
    let rows = table.texts(sheet, "sign_off").unwrap_or_default();
    if let Some(surplus) = rows.get(ROWS) {
        sheet.say("rule-value", surplus.span(), format!("`sign_off` may have {ROWS} rows"));
    }
    let mut seen = BTreeSet::new();
    for row in &rows {
        if !seen.insert(row.get_ref().as_str()) {
            sheet.say("rule-duplicate", row.span(), format!("`{}` is listed twice", row.get_ref()));
        }
    }
    rows.into_iter().filter_map(|row| wording(sheet, "sign_off", LABEL, &row)).collect()
}

fn words(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, name: &'static str, most: usize) -> Option<String> {
    let text = fields.text(sheet, name)?;
    wording(sheet, name, most, &text)
}

/// Text of the company's own on one line: of a length that its place holds, without hidden characters, and without the
/// words that no report uses.
fn wording(sheet: &mut Sheet<'_>, name: &str, most: usize, text: &Spanned<String>) -> Option<String> {
    let plain = text.get_ref().split_whitespace().collect::<Vec<_>>().join(" ");
    let before = sheet.mistakes();
    let length = plain.chars().count();
    if length > most {
        sheet.say("rule-value", text.span(), format!("`{name}` has {length} characters; there is room for {most}"));
    }
    if let std::borrow::Cow::Owned(shown) = text::visible(&plain, false) {
        let shown = text::cut(&shown, LINE).0;
        sheet.say("brand-hidden", text.span(), format!("`{name}` holds characters that are not seen: {shown}"));
    }
    for word in words::refused(&plain) {
        let hint = "a report states what was computed; conclusions are for those who rely on it".to_owned();
        sheet.say_hint("brand-word", text.span(), format!("`{name}` says \"{word}\""), Some(hint));
    }
    (sheet.mistakes() == before).then_some(plain)
}
