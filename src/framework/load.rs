//! Reads framework files and checks them: every mistake of every file at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use toml::Spanned;

use crate::diag::Diagnostic;
use crate::report::Relation;
use crate::rules::{Fields, Sheet, did_you_mean, one_of, shipped};
use crate::time::Length;

use super::matrix::load_matrix;
use super::model::{Alias, Edge, Framework, Reference};

/// The frameworks that are compiled in, as file name and text.
pub fn shipped_frameworks() -> Vec<(&'static str, &'static str)> {
    shipped("frameworks").map(|file| (file.path, file.text)).collect()
}

/// The frameworks that are compiled in: read once in a process, however many runs it makes. They name shipped metrics alone.
static SHIPPED: LazyLock<Result<Vec<Framework>, Vec<Diagnostic>>> = LazyLock::new(|| {
    let known = shipped("metrics").map(|file| file.stem().to_owned()).collect();
    load_frameworks(Vec::new(), shipped_frameworks(), &known)
});

/// The frameworks that are compiled in, in the order of reports.
///
/// # Errors
/// Every mistake of every file.
pub fn all_shipped() -> Result<Vec<Framework>, Vec<Diagnostic>> {
    SHIPPED.clone()
}

/// Reads framework files, and control matrices in CSV, to those that there are, into the order of reports, which is that of
/// their `order`, then of their ids. A later file with the same id replaces an earlier one.
///
/// # Errors
/// Every mistake of every file.
pub fn load_frameworks<'t>(
    mut frameworks: Vec<Framework>,
    files: impl IntoIterator<Item = (&'t str, &'t str)>,
    known: &BTreeSet<String>,
) -> Result<Vec<Framework>, Vec<Diagnostic>> {
    let mut said = Vec::new();
    for (file, text) in files {
        let matrix = Path::new(file).extension().is_some_and(|ending| ending == "csv");
        match if matrix { load_matrix(file, text, known) } else { load_framework(file, text, known) } {
            Err(mistakes) => said.extend(mistakes),
            Ok(framework) => match frameworks.iter_mut().find(|earlier| earlier.id == framework.id) {
                // It stands where the earlier one stood, unless it says where.
                Some(earlier) => {
                    let order = if framework.order == u32::MAX { earlier.order } else { framework.order };
                    *earlier = Framework { order, ..framework };
                }
                None => frameworks.push(framework),
            },
        }
    }
    frameworks.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    if said.is_empty() { Ok(frameworks) } else { Err(said) }
}

/// Reads one framework file. `known` holds the ids of all metrics and indicators of the run.
///
/// # Errors
/// Every mistake in the file, in the order of the text.
pub fn load_framework(file: &str, text: &str, known: &BTreeSet<String>) -> Result<Framework, Vec<Diagnostic>> {
    let (mut page, root) = Sheet::open(file, text);
    let sheet = &mut page;
    let mut fields = Fields::of(root.get_ref(), 0..0);
    let id = fields.need_text(sheet, "id");
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    if !id.get_ref().is_empty() && id.get_ref() != stem {
        let message = format!("the id `{}` is not the name of the file", id.get_ref());
        sheet.say_hint("framework-id", id.span(), message, Some(format!("expected \"{stem}\"")));
    }
    let mut framework = Framework {
        id: id.into_inner(),
        title: fields.need_text(sheet, "title").into_inner(),
        version: fields.need_text(sheet, "version").into_inner(),
        publisher: fields.need_text(sheet, "publisher").into_inner(),
        source: fields.need_text(sheet, "source").into_inner(),
        scope: fields.need_text(sheet, "scope").into_inner(),
        order: order(sheet, &mut fields),
        on_request: fields.flag(sheet, "on_request").unwrap_or(false),
        references: Vec::new(),
        aliases: Vec::new(),
        file: file.to_owned(),
    };
    let mut ids = BTreeSet::new();
    for mut part in fields.list(sheet, "reference") {
        let id = part.need_text(sheet, "id");
        if !ids.insert(id.get_ref().clone()) {
            sheet.say("rule-duplicate", id.span(), format!("the reference `{}` is there twice", id.get_ref()));
        }
        let title = part.need_text(sheet, "title").into_inner();
        let summary = part.need_text(sheet, "summary").into_inner();
        let edges = edges(sheet, &mut part, known);
        part.done(sheet);
        framework.references.push(Reference { id: id.into_inner(), title, summary, edges });
    }
    if framework.references.is_empty() {
        sheet.say("rule-missing", 0..0, "a framework needs at least one `[[reference]]`");
    }
    for mut part in fields.list(sheet, "alias") {
        framework.aliases.push(alias(sheet, &mut part, &ids));
        part.done(sheet);
    }
    fields.done(sheet);
    let said = page.finish();
    if said.is_empty() { Ok(framework) } else { Err(said) }
}

/// `order = 30`; a framework that does not say stands after those that do.
fn order(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> u32 {
    fields.number(sheet, "order", 0..=1_000_000).map_or(u32::MAX, |order| order as u32)
}

fn edges(sheet: &mut Sheet<'_>, reference: &mut Fields<'_, '_>, known: &BTreeSet<String>) -> Vec<Edge> {
    let words = BTreeMap::from([("direct", Relation::Direct), ("supporting", Relation::Supporting)]);
    let mut seen = BTreeSet::new();
    let mut edges = Vec::new();
    for mut part in reference.list(sheet, "edge") {
        let metric = part.need_text(sheet, "metric");
        if !metric.get_ref().is_empty() && !known.contains(metric.get_ref()) {
            let hint = did_you_mean(metric.get_ref(), known.iter().map(String::as_str))
                .unwrap_or_else(|| "`overstay list metrics` shows the known ids".to_owned());
            let message = format!("unknown metric `{}`", metric.get_ref());
            sheet.say_hint("unknown-metric", metric.span(), message, Some(hint));
        }
        if !seen.insert(metric.get_ref().clone()) {
            sheet.say("rule-duplicate", metric.span(), format!("a second edge to `{}`", metric.get_ref()));
        }
        let relation = part.need_text(sheet, "relation");
        let relation = if relation.get_ref().is_empty() { None } else { one_of(sheet, "relation", &relation, &words) };
        let edge = Edge {
            place: sheet.place(&metric.span()),
            metric: metric.into_inner(),
            relation: relation.unwrap_or(Relation::Supporting),
            rationale: part.need_text(sheet, "rationale").into_inner(),
            caveat: part.text(sheet, "caveat").map(Spanned::into_inner),
            requires: requires(sheet, &mut part),
        };
        part.done(sheet);
        edges.push(edge);
    }
    edges
}

/// `requires = { limit = "<= 90d" }`.
fn requires(sheet: &mut Sheet<'_>, edge: &mut Fields<'_, '_>) -> Option<Length> {
    let mut table = edge.fields(sheet, "requires")?;
    let text = table.need_text(sheet, "limit");
    table.done(sheet);
    if text.get_ref().is_empty() {
        return None;
    }
    let length = text.get_ref().strip_prefix("<=").map(|rest| rest.trim().parse::<Length>());
    match length {
        Some(Ok(length)) => Some(length),
        Some(Err(cause)) => {
            sheet.say("rule-value", text.span(), format!("`requires.limit` is not understood: {cause}"));
            None
        }
        None => {
            sheet.say("rule-value", text.span(), "`requires.limit` must be an upper bound such as \"<= 90d\"");
            None
        }
    }
}

fn alias(sheet: &mut Sheet<'_>, part: &mut Fields<'_, '_>, ids: &BTreeSet<String>) -> Alias {
    let requested = part.need_text(sheet, "requested").into_inner();
    let text = part.need_text(sheet, "text").into_inner();
    let forms = part.texts(sheet, "forms").unwrap_or_default().into_iter().map(Spanned::into_inner).collect();
    let resolves = part.texts(sheet, "resolves").unwrap_or_default();
    if resolves.is_empty() {
        sheet.say("rule-missing", part.span.clone(), "`resolves` must name at least one reference of this framework");
    }
    for id in resolves.iter().filter(|id| !ids.contains(id.get_ref())) {
        let hint = did_you_mean(id.get_ref(), ids.iter().map(String::as_str));
        sheet.say_hint("unknown-reference", id.span(), format!("unknown reference `{}`", id.get_ref()), hint);
    }
    Alias { requested, forms, text, resolves: resolves.into_iter().map(Spanned::into_inner).collect() }
}
