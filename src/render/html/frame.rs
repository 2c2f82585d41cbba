//! The frame of every page: head, policy, contents, sections, foot. The report, the pages of owners and those of
//! comparisons differ only in what stands in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

use super::block::Writer;
use super::brand::{self, LogoView};
use super::{kept, words};
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::Templates;
use crate::render::doc::words::rules;
use crate::render::doc::{Block, Section, Words, text_of};

/// The template of the frame.
const PAGE: &str = "report/page.html";

/// What stands around the sections.
pub(in crate::render) struct Frame<'a> {
    /// Title of the window.
    pub(in crate::render) title: String,
    /// What the page is about, after the name of the tool.
    pub(in crate::render) about: &'static str,
    /// How the page is classified.
    pub(in crate::render) classification: Option<&'a str>,
    /// Lines at the foot, before the company's own.
    pub(in crate::render) foot: Vec<Words>,
    /// Whether rows can be chosen and sorted, which needs the script.
    pub(in crate::render) handles: bool,
}

/// What templates get: finished words.
#[derive(Serialize)]
struct View {
    title: String,
    about: &'static str,
    classification: Option<Value>,
    logo: Option<LogoView>,
    contents: Vec<Entry>,
    sections: Vec<SectionView>,
    foot: Vec<Value>,
}

#[derive(Serialize)]
struct Entry {
    place: Value,
    title: String,
    parts: Vec<Entry>,
}

#[derive(Serialize)]
struct SectionView {
    place: &'static str,
    title: String,
    /// Whether the title stands above it; the title of the page stands in the first section itself.
    headed: bool,
    html: Value,
}

/// The page.
///
/// # Errors
/// A template of the company does not fit (with file, line and column), or the page that it makes lacks a fact or the
/// policy that closes the page to the outside.
pub(in crate::render) fn page(frame: &Frame<'_>, sections: &[Section], templates: &Templates) -> Outcome<Vec<u8>> {
    let mut writer = Writer::new(sections, frame.handles);
    let written: Vec<SectionView> = sections.iter().map(|section| view(section, &mut writer)).collect();
    let mut style = templates.plain("report/style.css").to_owned();
    style.extend(writer.style.values().map(String::as_str));
    let style = brand::style(&style, templates.brand());
    let script = frame.handles.then(|| templates.plain("report/script.js"));
    let allowed = script.map(|script| format!("script-src '{}'; ", hash(script))).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src '{}'; {allowed}img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style)
    );
    let own = templates.brand().wording.footer.as_deref().map(|words| vec![rules(words)]);
    let foot = frame.foot.iter().chain(&own).map(|line| html(line, &writer.places)).collect();
    let view = context! {
        policy => Value::from_safe_string(policy.clone()),
        style => Value::from_safe_string(style),
        script => script.map(|script| Value::from_safe_string(script.to_owned())),
        page => Value::from_serialize(View {
            title: frame.title.clone(),
            about: frame.about,
            classification: frame.classification.map(|words| html(&[rules(words)], &writer.places)),
            logo: brand::logo(templates.brand()),
            contents: if sections.len() > 1 { sections.iter().map(entry).collect() } else { Vec::new() },
            sections: written,
            foot,
        }),
    };
    let mut html = templates.render(PAGE, &view)?;
    if templates.has_own_html() {
        if !html.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")) {
            let message = "the page lacks its content security policy";
            let hint = "keep <meta http-equiv=\"Content-Security-Policy\" content=\"{{ policy }}\"> in the head";
            let place = Place::file(templates.path_of(PAGE).unwrap_or(PAGE));
            return Err(Failure::usage_one(Diagnostic::error("template-policy", message).at(place).hint(hint)));
        }
        kept::check(&html, &Templates::shipped()?.render(PAGE, &view)?, templates)?;
    }
    if !html.ends_with('\n') {
        html.push('\n');
    }
    Ok(html.into_bytes())
}

fn html(words: &[crate::render::doc::Piece], places: &BTreeSet<String>) -> Value {
    let mut out = String::new();
    words::write(&mut out, words, places, words::Lines::Several);
    Value::from_safe_string(out)
}

fn view(section: &Section, writer: &mut Writer) -> SectionView {
    let titled = section.blocks.iter().any(|block| matches!(block, Block::Heading(heading) if heading.level == 1));
    SectionView {
        place: section.place,
        title: section.title.clone(),
        headed: !titled,
        html: Value::from_safe_string(writer.section(section)),
    }
}

/// A section in the contents, with its parts.
fn entry(section: &Section) -> Entry {
    let part = |block: &Block| match block {
        Block::Part(part) if part.heading.listed && !part.heading.place.is_empty() => Some(Entry {
            place: Value::from(part.heading.place.as_str()),
            title: text_of(&part.heading.words),
            parts: Vec::new(),
        }),
        _ => None,
    };
    Entry {
        place: Value::from(section.place),
        title: section.title.clone(),
        parts: section.blocks.iter().filter_map(part).collect(),
    }
}

/// A source expression of a content security policy for an inline element with this text.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
