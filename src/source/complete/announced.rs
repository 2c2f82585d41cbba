//! Whether an export holds what its pages announce.

use std::collections::BTreeSet;

use crate::number::count;
use crate::source::InputFile;
use crate::source::json::Page;
use crate::source::set::SourceSet;

use super::{Lack, Told};

/// One file of an export.
pub(super) struct Part<'a> {
    path: &'a str,
    sha256: &'a str,
    pages: &'a [Page],
    /// Whether it is an answer about one record, which is no page of a list.
    lone: bool,
    query: Option<&'a str>,
    /// Columns that a query of its kind must choose by.
    asked_by: &'a [String],
}

impl<'a> Part<'a> {
    pub(super) fn of(file: &'a InputFile, told: &'a Told, set: &'a SourceSet) -> Self {
        let source = file.source.as_ref().and_then(|id| set.get(id));
        let query = file.extraction.as_ref().and_then(|extraction| extraction.query.as_deref());
        Self {
            path: &file.path,
            sha256: &file.sha256,
            pages: &told.pages,
            lone: told.lone,
            query,
            asked_by: source.map_or(&[], |source| &source.plan.asked_by),
        }
    }
}

const HINT: &str = "export all pages; where each page is a file of its own, number their names from 1, or give the query \
                    of each in extractions.csv, so that one leads to the next";

/// Conditions that a collector passes on in the vendor's own language: what they choose only the vendor knows, and some are
/// what makes a list whole.
const PASSED_ON: [&str; 2] = ["filter", "query"];

/// What is known of a part that lacks nothing.
pub(super) enum Shown {
    /// That it is whole.
    Whole(String),
    /// What makes it look so.
    Likely(String),
}

/// What shows that a part is whole, if anything does, or what it announces and nobody holds. Of the pages in one file
/// the last one counts.
pub(super) fn announced(parts: &[Part<'_>], place: usize) -> Result<Option<Shown>, Lack> {
    let part = &parts[place];
    let Some(last) = part.pages.last() else { return Ok(None) };
    let lack = |what: String| Err(Lack::new(what, "partial-file", HINT));
    if let Some(key) = part.pages.iter().find_map(|page| page.failed.as_ref()) {
        return lack(format!("says itself that something failed (`{key}`)"));
    }
    let leaves_out = |column: &String| !PASSED_ON.contains(&column.as_str()) && !part.asked_by.contains(column);
    if let Some((column, _)) = last.filters.iter().find(|(column, _)| leaves_out(column)) {
        return lack(format!(
            "was made by a query that chooses by `{column}`: what it did not choose may be there all the same"
        ));
    }
    if let Some(read) = last.read.filter(|read| last.records < *read) {
        let (read, held) = (count(read), count(last.records));
        return lack(format!("was made by a query that read {read} records and gave {held}"));
    }
    if let Some(limit) = last.limit.filter(|limit| last.records >= *limit) {
        return lack(format!("was made by a query that gives {} records at most, and holds as many", count(limit)));
    }
    let mut met = None;
    if let Some((key, total)) = &last.total {
        let (own, all) = (held(std::slice::from_ref(part)), held(parts));
        if all < *total {
            let with = if all > own { format!(", with its other parts {}", count(all)) } else { String::new() };
            let (total, own) = (count(*total), count(own));
            return lack(format!("announces {total} records (`{key}`) and holds {own}{with}"));
        }
        if last.certain {
            let whose = if own < *total { "is a part of an export that holds" } else { "holds" };
            let words = format!("{whose} all {} records that it announces (`{key}`)", count(*total));
            met = Some(Shown::Whole(words));
        }
    }
    if met.is_some() {
        return Ok(met);
    }
    if let Some(pages) = last.pages
        && numbers(parts) < pages
    {
        return lack(format!("is one of {} pages, and the others are not all there", count(pages)));
    }
    if let Some(key) = &last.more {
        let paged = last.pages.is_some_and(|pages| numbers(parts) >= pages);
        let others = parts.iter().enumerate().filter(|(other, _)| *other != place);
        if paged || others.into_iter().any(|(_, other)| leads_to(&last.next, other)) {
            return Ok(None);
        }
        let Some(next) = next_by_name(parts, place) else {
            return lack(format!("announces another page (`{key}`), and no file says that it holds that page"));
        };
        let words = format!("announces another page (`{key}`), which {next} is by its number in a row from the first");
        return Ok(Some(Shown::Likely(words)));
    }
    let first = part.pages.first().unwrap_or(last);
    let begins = !first.later && first.start.unwrap_or(0) == 0 && first.number.unwrap_or(0) <= 1;
    let chain = part.pages.iter().rev().skip(1).all(|page| page.more.is_some());
    let alone = parts.iter().filter(|other| !other.pages.is_empty() && !other.lone).count() == 1;
    let ends = last.last && begins && chain && alone;
    Ok(ends.then(|| Shown::Whole("says itself that nothing follows".to_owned())))
}

/// The part that is the next page by its name: the names of all pages differ in one number, which counts on from 0 or 1.
/// Where somebody says with which query it was fetched, that counts.
fn next_by_name<'a>(parts: &[Part<'a>], place: usize) -> Option<&'a str> {
    let (own, number) = numbered(parts[place].path)?;
    let alike =
        || parts.iter().filter_map(|part| Some((part, numbered(part.path)?))).filter(|(_, (name, _))| *name == own);
    let has = |wanted: u64| alike().any(|(_, (_, number))| number == wanted);
    let first = u64::from(!has(0));
    if !(first..number).all(has) {
        return None;
    }
    let mut next = alike().filter(|(_, (_, other))| *other == number + 1).map(|(part, _)| part);
    let found = next.next()?;
    (next.next().is_none() && found.query.is_none() && found.sha256 != parts[place].sha256).then_some(found.path)
}

/// A path in two parts around its last number, and that number.
fn numbered(path: &str) -> Option<((&str, &str), u64)> {
    let end = path.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = path[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + path[at..].chars().next().map_or(1, char::len_utf8));
    Some(((&path[..start], &path[end..]), path[start..end].parse().ok()?))
}

/// Records that parts hold; what stands twice counts once, as far as places or bytes tell.
fn held(parts: &[Part<'_>]) -> u64 {
    let mut known = BTreeSet::new();
    let distinct = parts.iter().filter(|part| known.insert(part.sha256));
    let pages: Vec<&Page> = distinct.flat_map(|part| part.pages).collect();
    if pages.iter().any(|page| page.start.is_none()) {
        return pages.iter().map(|page| page.records).sum();
    }
    let mut spans: Vec<(u64, u64)> =
        pages.iter().filter_map(|page| Some((page.start?, page.start?.saturating_add(page.records)))).collect();
    spans.sort_unstable();
    let (mut all, mut reached) = (0, 0);
    for (from, to) in spans {
        all += to.saturating_sub(from.max(reached));
        reached = reached.max(to);
    }
    all
}

/// How many different pages there are.
fn numbers(parts: &[Part<'_>]) -> u64 {
    let mut known = BTreeSet::new();
    let distinct = parts.iter().filter(|part| known.insert(part.sha256));
    let pages: Vec<&Page> = distinct.flat_map(|part| part.pages).collect();
    if pages.iter().any(|page| page.number.is_none()) {
        return pages.len() as u64;
    }
    pages.iter().filter_map(|page| page.number).collect::<BTreeSet<u64>>().len() as u64
}

/// Parts of the names of query parameters that say where a page begins.
const PLACES: [&str; 8] = ["token", "cursor", "marker", "after", "page", "skip", "offset", "start"];
/// A value shorter than this may stand in a query by chance.
const TELLING: usize = 6;

/// Whether a part is the page that links or cursors lead to: its query or a link to itself names it, or it begins where
/// they point.
fn leads_to(next: &[String], part: &Part<'_>) -> bool {
    let texts: Vec<&str> = part
        .query
        .into_iter()
        .chain(part.pages.iter().flat_map(|page| page.itself.iter().map(String::as_str)))
        .collect();
    let named = |value: &str| texts.iter().any(|text| text.contains(value));
    let begins = |name: &str, value: &str| {
        value.parse::<u64>().is_ok_and(|value| {
            part.pages.iter().any(|page| match name {
                "page" | "pagenumber" => page.number == Some(value),
                "startindex" => page.start == Some(value.saturating_sub(1)),
                _ => page.start == Some(value),
            })
        })
    };
    next.iter().any(|next| {
        let Some((_, query)) = next.split_once('?') else {
            return next.len() >= TELLING && named(next) || begins("page", next);
        };
        let mut places = query.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let name = name.replace("%24", "").replace('$', "").to_lowercase();
            PLACES
                .iter()
                .any(|place| name.contains(place))
                .then(|| (name, value.replace("%3D", "=").replace("%3d", "=")))
        });
        named(next) || places.any(|(name, value)| value.len() >= TELLING && named(&value) || begins(&name, &value))
    })
}
