//! Who answered for accounts and credentials, and when: the owner fields of all exports, one after the other.

use polars::prelude::*;

use crate::dataset::{Lineage, Table, Texts, complete};
use crate::time::Micros;

use super::credentials::Inventory;
use super::matcher::Matcher;
use super::output::Live;
use super::subjects::Subjects;
use super::{Context, frames as out};

/// Rows of exports about the subjects of a table, and which row is about which.
pub(super) struct Observed<'a> {
    pub rows: &'a DataFrame,
    pub subjects: &'a Subjects,
    /// `system:id` of every subject.
    pub keys: &'a StringChunked,
}

/// A time in which a subject had one owner.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    subject: u32,
    /// The person, and what the export says where it names nobody that is known.
    owner: Option<u32>,
    text: String,
    from: (Option<Micros>, Micros),
    to: Option<(Micros, Micros)>,
    seen_until: Micros,
    src: (i32, i32),
}

/// The ownerships of accounts and of credentials; none where no export names an owner.
pub(super) fn table(
    accounts: &Observed<'_>,
    inventory: Option<&Inventory>,
    matcher: &Matcher,
    live: &Live,
    context: &Context<'_>,
) -> PolarsResult<Option<DataFrame>> {
    let credential_key =
        inventory.map(|inventory| inventory.frame.column("credential_key")?.str().cloned()).transpose()?;
    let credentials = inventory.zip(credential_key.as_ref());
    let credentials =
        credentials.map(|(inventory, keys)| Observed { rows: &inventory.rows, subjects: &inventory.subjects, keys });
    let credentials = credentials.as_ref();
    let of_accounts = spans(accounts, matcher, context);
    let of_credentials = credentials.map(|observed| spans(observed, matcher, context)).unwrap_or_default();
    if of_accounts.is_empty() && of_credentials.is_empty() {
        return Ok(None);
    }
    let key = |observed: Option<&Observed<'_>>, span: &Span| {
        observed.and_then(|observed| observed.keys.get(span.subject as usize)).map(str::to_owned)
    };
    let account_keys =
        of_accounts.iter().map(|span| key(Some(accounts), span)).chain(of_credentials.iter().map(|_| None));
    let credential_keys =
        of_accounts.iter().map(|_| None).chain(of_credentials.iter().map(|span| key(credentials, span)));
    let (account_keys, credential_keys) = (account_keys.collect(), credential_keys.collect());
    let all: Vec<&Span> = of_accounts.iter().chain(&of_credentials).collect();
    let time = |name: &str, value: &dyn Fn(&Span) -> Option<Micros>| {
        out::times(name, all.iter().map(|span| value(span)).collect())
    };
    let columns = vec![
        out::texts::<String>("account_key", account_keys),
        out::texts::<String>("credential_key", credential_keys),
        live.ids("owner_person_id", all.iter().map(|span| span.owner).collect())?,
        time("from_lo", &|span| span.from.0),
        time("from_hi", &|span| Some(span.from.1)),
        time("to_lo", &|span| span.to.map(|to| to.0)),
        time("to_hi", &|span| span.to.map(|to| to.1)),
        time("seen_until", &|span| Some(span.seen_until)),
        Column::new("src_file".into(), all.iter().map(|span| span.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), all.iter().map(|span| span.src.1).collect::<Vec<_>>()),
    ];
    Ok(Some(complete(Table::Ownerships, &DataFrame::new(all.len(), columns)?)))
}

fn spans(observed: &Observed<'_>, matcher: &Matcher, context: &Context<'_>) -> Vec<Span> {
    let (owner, said) = (Texts::of(observed.rows, "owner_text"), Texts::of(observed.rows, "ownership"));
    let lineage = Lineage::of(observed.rows);
    let mut spans: Vec<Span> = Vec::new();
    let mut look = |subject: u32, sights: &mut dyn Iterator<Item = (u32, Micros)>| {
        let first = spans.len();
        let mut last: Option<Micros> = None;
        for (row, at) in sights {
            let row = row as usize;
            let text = owner.get(row).map(str::trim).filter(|text| !text.is_empty());
            // A source without such a field says nothing.
            if text.is_none() && said.get(row) != Some("none") {
                continue;
            }
            let person = matcher.owner(text);
            let same = |span: &Span| {
                span.to.is_none() && (span.owner.is_some() && span.owner == person || Some(span.text.as_str()) == text)
            };
            match spans[first..].last_mut() {
                Some(span) if same(span) => span.seen_until = at,
                open => {
                    if let Some(span) = open.filter(|span| span.to.is_none()) {
                        span.to = Some((span.seen_until, at));
                    }
                    if let Some(text) = text {
                        let src = (lineage.file(row), lineage.row(row));
                        let from = (last, at);
                        spans.push(Span {
                            subject,
                            owner: person,
                            text: text.to_owned(),
                            from,
                            to: None,
                            seen_until: at,
                            src,
                        });
                    }
                }
            }
            last = Some(at);
        }
    };
    let mut several = observed.subjects.several().peekable();
    for (subject, row) in (0..).zip(&observed.subjects.newest) {
        match several.next_if(|sights| sights[0].subject == subject) {
            Some(sights) => look(subject, &mut sights.iter().map(|sight| (sight.row, sight.at))),
            None => look(subject, &mut std::iter::once((*row, context.observed_at(lineage.file(*row as usize))))),
        }
    }
    spans
}
