//! The texts that HTML is made of: shipped ones, compiled in, and a company's own in their place.

use std::collections::BTreeMap;
use std::path::Path;

use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value};
use walkdir::WalkDir;

use super::brand::{Brand, NamedFiles};
use super::markup::escape;
use super::sheet;
use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Kind, Outcome};

/// Every shipped template by name; the names are the paths under a folder that overrides them.
const SHIPPED: [(&str, &str); 5] = [
    ("mail/drift.html", include_str!("../../templates/mail/drift.html")),
    ("report/page.html", include_str!("../../templates/report/page.html")),
    ("report/script.js", include_str!("../../templates/report/script.js")),
    ("report/section.html", include_str!("../../templates/report/section.html")),
    ("report/style.css", include_str!("../../templates/report/style.css")),
];

/// Templates of what is no part of a pack.
const NO_PACK: &str = "mail/";

/// The templates in use.
#[derive(Debug)]
pub struct Templates {
    engine: Environment<'static>,
    texts: BTreeMap<String, Text>,
    brand: Brand,
    brand_files: NamedFiles,
}

#[derive(Debug, Clone)]
struct Text {
    text: String,
    /// The company's own file; `None` for shipped ones.
    own: Option<OwnFile>,
}

#[derive(Debug, Clone)]
struct OwnFile {
    /// Where it lies, as the user knows it.
    path: String,
    bytes: Vec<u8>,
}

/// The style sheet: a company's own is added to it.
const STYLE: &str = "report/style.css";

impl Templates {
    /// The shipped templates.
    ///
    /// # Errors
    /// A shipped template does not parse, which a test excludes.
    pub fn shipped() -> Outcome<Self> {
        Self::compile(shipped(), Brand::default(), Vec::new())
    }

    /// The shipped templates, with those of a folder in their place: `FOLDER/report/page.html` and so on, and the
    /// brand that `FOLDER/brand.toml` describes.
    /// Files whose name begins with `_` are the company's own parts, to be included. An own style sheet is added to the
    /// shipped one, and says only what [`sheet`] lets it. Files that are not `.html`, `.css` or `.js` are left alone.
    ///
    /// # Errors
    /// The folder cannot be read, a file has a name that no report uses, is not UTF-8, or does not parse
    /// (with file, line and column), or `brand.toml` is wrong; all mistakes at once.
    pub fn with_folder(folder: &Path) -> Outcome<Self> {
        let mut texts = shipped();
        let mut mistakes = Vec::new();
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|cause| {
                Failure::usage_one(Diagnostic::error("templates", format!("cannot read the templates folder: {cause}")))
            })?;
            let wanted = entry.path().extension().is_some_and(|end| end == "html" || end == "css" || end == "js");
            if !wanted || !entry.file_type().is_file() {
                continue;
            }
            match read(folder, entry.path(), &texts) {
                Ok((name, text)) => {
                    texts.insert(name, text);
                }
                Err(failure) => mistakes.extend(failure.diagnostics),
            }
        }
        let (brand, brand_files) = Brand::load(folder).unwrap_or_else(|wrong| {
            mistakes.extend(wrong);
            (Brand::default(), Vec::new())
        });
        // What does not parse is told together with what is wrong in the brand.
        match Self::compile(texts, brand, brand_files) {
            Ok(templates) if mistakes.is_empty() => Ok(templates),
            Ok(_) => Err(Failure::usage(mistakes)),
            Err(failure) => Err(Failure::usage(mistakes.into_iter().chain(failure.diagnostics).collect())),
        }
    }

    /// The company's own look; the shipped one where it has none.
    pub fn brand(&self) -> &Brand {
        &self.brand
    }

    /// Names and bytes of the shipped templates that packs are made of.
    pub fn shipped_files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let shipped = SHIPPED.iter().filter(|(name, _)| !name.starts_with(NO_PACK));
        let used = shipped.filter(|(name, _)| *name == STYLE || self.path_of(name).is_none());
        used.map(|(name, text)| (*name, text.as_bytes()))
    }

    /// The company's own files of the look: templates, style sheet, and what the brand is made of.
    pub fn own_files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let texts = self.own().map(|(name, own)| (name, own.bytes.as_slice()));
        texts.chain(self.brand_files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
    }

    /// Whether a template of the company's own prints the page.
    pub(super) fn has_own_html(&self) -> bool {
        self.own().any(|(name, _)| is_html(name))
    }

    /// The company's own templates and style sheet, sorted by name.
    fn own(&self) -> impl Iterator<Item = (&str, &OwnFile)> {
        self.texts.iter().filter_map(|(name, text)| Some((name.as_str(), text.own.as_ref()?)))
    }

    /// Where one of the company's own templates lies.
    pub(super) fn path_of(&self, name: &str) -> Option<&str> {
        Some(self.texts.get(name)?.own.as_ref()?.path.as_str())
    }

    /// Where one of the company's own HTML templates contains a text; the first of them where none does.
    pub(super) fn own_with(&self, text: &str) -> Option<Place> {
        let mut own = self
            .texts
            .iter()
            .filter(|(name, _)| is_html(name))
            .filter_map(|(_, one)| Some((&one.text, one.own.as_ref()?)));
        let found = own
            .clone()
            .filter(|_| !text.is_empty())
            .find_map(|(whole, own)| Some(Place::offset(&own.path, whole, whole.find(text)?)));
        found.or_else(|| own.next().map(|(_, own)| Place::file(&own.path)))
    }

    fn compile(texts: BTreeMap<String, Text>, brand: Brand, brand_files: NamedFiles) -> Outcome<Self> {
        // Nothing but structure: no filters and functions that could compute with what is printed.
        let mut engine = Environment::empty();
        engine.add_filter("length", minijinja::filters::length);
        engine.add_test("none", |value: &Value| value.is_none());
        // Byte ranges in errors need debug; a name that does not exist is a mistake, not an empty text.
        engine.set_debug(true);
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_trim_blocks(true);
        engine.set_lstrip_blocks(true);
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine.set_formatter(format);
        let mut mistakes = Vec::new();
        let mut ours = true;
        for (name, text) in texts.iter().filter(|(name, _)| is_html(name)) {
            if let Err(cause) = engine.add_template_owned(name.clone(), text.text.clone()) {
                ours &= text.own.is_none();
                mistakes.push(diagnose(&cause, &texts, name));
            }
        }
        if mistakes.is_empty() {
            return Ok(Self { engine, texts, brand, brand_files });
        }
        Err(Failure { kind: if ours { Kind::Run } else { Kind::Usage }, diagnostics: mistakes })
    }

    /// Renders an HTML template.
    ///
    /// # Errors
    /// The template fails: an unknown name, a filter on the wrong kind of value; with file, line and column.
    pub(super) fn render(&self, name: &str, view: &Value) -> Outcome<String> {
        let rendered = self.engine.get_template(name).and_then(|template| template.render(view));
        rendered.map_err(|cause| {
            let failed = innermost(&cause).name().unwrap_or(name);
            let ours = self.texts.get(failed).is_none_or(|text| text.own.is_none());
            let kind = if ours { Kind::Run } else { Kind::Usage };
            Failure { kind, diagnostics: vec![diagnose(&cause, &self.texts, name)] }
        })
    }

    /// A text that is not a template: the style or the script.
    pub(super) fn plain(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text.text.as_str())
    }
}

fn shipped() -> BTreeMap<String, Text> {
    SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), Text { text: lines(text), own: None })).collect()
}

/// Whether a name is that of an HTML template.
pub(super) fn is_html(name: &str) -> bool {
    ends_with(name, "html")
}

fn ends_with(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| end == ending)
}

/// Line ends as a browser normalises them before it hashes the style and the script.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn read(folder: &Path, path: &Path, known: &BTreeMap<String, Text>) -> Outcome<(String, Text)> {
    let shown = path.display().to_string();
    let wrong =
        |message: String| Failure::usage_one(Diagnostic::error("templates", message).at(Place::file(shown.clone())));
    let parts: Vec<_> = path.strip_prefix(folder).unwrap_or(path).iter().map(|part| part.to_string_lossy()).collect();
    let name = parts.join("/");
    let own_part = parts.last().is_some_and(|file| file.starts_with('_'));
    if ends_with(&name, "js") {
        let script = Diagnostic::error("template-script", "a script of your own could change what the page says");
        return Err(Failure::usage_one(
            script.at(Place::file(shown)).hint("take it away; the page has the shipped one"),
        ));
    }
    let replaceable = |name: &String| name.starts_with("report/") && !ends_with(name, "js");
    let is_known = known.contains_key(&name) && replaceable(&name);
    if !own_part && !is_known {
        let near = known
            .keys()
            .filter(|name| replaceable(name))
            .max_by(|a, b| strsim::jaro(a, &name).total_cmp(&strsim::jaro(b, &name)));
        let hint = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
        let unknown = Diagnostic::error("unknown-template", "no template of this name can be replaced");
        return Err(Failure::usage_one(
            unknown.at(Place::file(shown)).hint(format!("{hint}a part of your own begins with an underscore")),
        ));
    }
    let bytes = disk::read(path, disk::WRITTEN).map_err(|cause| wrong(format!("cannot read it: {cause}")))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    let text = lines(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    let own = Some(OwnFile { path: shown.clone(), bytes });
    if name != STYLE {
        return Ok((name, Text { text, own }));
    }
    let mut mistakes = sheet::check(&text);
    if let Some(at) = text.to_ascii_lowercase().find("</style") {
        let place = Place::offset("", &text, at);
        let said = "it contains </style, which would end the style of the page".to_owned();
        mistakes.push((place.line.unwrap_or_default(), place.column.unwrap_or_default(), said));
    }
    if mistakes.is_empty() {
        let whole = format!("{}\n{text}", known[STYLE].text);
        return Ok((name, Text { text: whole, own }));
    }
    let said = mistakes.into_iter().map(|(line, column, message)| {
        let place = Place { file: shown.clone(), line: Some(line), column: Some(column), field: None };
        Diagnostic::error("template-style", message).at(place)
    });
    Err(Failure::usage(said.collect()))
}

/// The innermost error names the template that is wrong; the outer ones only include it.
fn innermost(cause: &minijinja::Error) -> &minijinja::Error {
    let mut inner = cause;
    while let Some(next) = std::error::Error::source(inner).and_then(|next| next.downcast_ref::<minijinja::Error>()) {
        inner = next;
    }
    inner
}

/// An error of the template engine with the place in the file it is about.
fn diagnose(cause: &minijinja::Error, texts: &BTreeMap<String, Text>, fallback: &str) -> Diagnostic {
    let inner = innermost(cause);
    let name = inner.name().or_else(|| cause.name()).unwrap_or(fallback);
    let text = texts.get(name);
    let shown =
        text.and_then(|text| Some(text.own.as_ref()?.path.clone())).unwrap_or_else(|| format!("templates/{name}"));
    let mut place = match (text, inner.range()) {
        (Some(text), Some(range)) => Place::offset(shown, &text.text, range.start),
        _ => Place::file(shown),
    };
    place.line = place.line.or(inner.line().map(|line| line as u64));
    let kind = match inner.kind() {
        ErrorKind::SyntaxError => "syntax error".to_owned(),
        ErrorKind::UndefinedError => "a name that the report does not have".to_owned(),
        kind => kind.to_string(),
    };
    let message = match inner.detail() {
        Some(detail) if inner.kind() != ErrorKind::UndefinedError => format!("{kind}: {detail}"),
        _ => kind,
    };
    Diagnostic::error("template", message).at(place)
}

/// Writes a value into HTML. Whatever is not already HTML of our own making is escaped, hidden characters included.
fn format(out: &mut Output, state: &State, value: &Value) -> Result<(), minijinja::Error> {
    if value.is_undefined() {
        return minijinja::escape_formatter(out, state, value);
    }
    let result = match value.as_str() {
        Some(text) if value.is_safe() => out.write_str(text),
        Some(text) => out.write_str(&escape(text)),
        None if value.is_none() => Ok(()),
        None => out.write_str(&escape(&value.to_string())),
    };
    result.map_err(minijinja::Error::from)
}
