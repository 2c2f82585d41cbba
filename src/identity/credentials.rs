//! Credentials: unique keys, the account and person behind each, and its owner.

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};

use super::accounts::Accounts;
use super::frames::same_row;
use super::matcher::Matcher;
use super::output::Live;
use super::repeats::Repeats;
use super::{Context, Facts, frames as out};

/// Completes the credentials table.
pub(super) fn resolve(
    frame: &DataFrame,
    accounts: &Accounts,
    account_keys: &StringChunked,
    matcher: &Matcher,
    live: &Live,
    context: &Context<'_>,
    facts: &mut Facts,
) -> PolarsResult<DataFrame> {
    let frame = complete(Table::Credentials, frame);
    let (frame, keys) = unique(frame, context, facts)?;
    let (system, account_id, owner) =
        (Texts::of(&frame, "system"), Texts::of(&frame, "account_id"), Texts::of(&frame, "owner_text"));
    let found: Vec<(Option<u32>, Option<u32>)> = (0..frame.height())
        .into_par_iter()
        .map(|row| {
            let account = system
                .get(row)
                .zip(account_id.get(row))
                .and_then(|(system, id)| accounts.find(accounts.system_index(system)?, id));
            (account, matcher.owner(owner.get(row)))
        })
        .collect();
    let mut frame = frame;
    let persons: Vec<Option<u32>> =
        found.iter().map(|hit| hit.0.and_then(|account| accounts.matches[account as usize].0)).collect();
    frame.with_column(keys)?;
    frame.with_column(out::picked("account_key", account_keys, found.iter().map(|hit| hit.0).collect())?)?;
    frame.with_column(live.ids("person_id", persons)?)?;
    frame.with_column(live.ids("owner_person_id", found.iter().map(|hit| hit.1).collect())?)?;
    frame.with_column(live.flags("owner_live", found.iter().map(|hit| hit.1)))?;
    drop(found);
    super::output::common(&mut frame, "last_used_hi", context)?;
    let expires = Times::of(&frame, "expires_at");
    let expiry = Texts::of(&frame, "expiry");
    let filled = (0..frame.height()).map(|row| match (expires.get(row), expiry.get(row)) {
        (Some(_), _) => Some(0),
        (None, Some("never")) => Some(1),
        (None, _) => Some(2),
    });
    let filled = out::words("expiry", &["date", "never", "unknown"], filled)?;
    frame.with_column(filled)?;
    Ok(frame)
}

/// Keeps the newest row of each (system, credential id). Two different rows of one id in one file stay both, the
/// second under `id#2`: merged exports do that, and dropping one would lose a key.
fn unique(frame: DataFrame, context: &Context<'_>, facts: &mut Facts) -> PolarsResult<(DataFrame, Column)> {
    let (system, id) = (Texts::of(&frame, "system"), Texts::of(&frame, "credential_id"));
    let lineage = Lineage::of(&frame);
    let key_of = |row: usize| (system.get(row).unwrap_or_default(), id.get(row).unwrap_or_default());
    let repeats = Repeats::of(frame.height(), |row| Some(key_of(row)));
    let mut first: HashMap<(&str, &str), u32> = HashMap::new();
    let mut drop_row: Vec<u32> = Vec::new();
    let mut suffix: HashMap<u32, u32> = HashMap::new();
    let mut copies: HashMap<u32, Vec<usize>> = HashMap::new();
    for row in (0..frame.height()).filter(|row| repeats.may_repeat(*row)) {
        let key = key_of(row);
        let known = *first.entry(key).or_insert(row as u32);
        if known as usize == row {
            continue;
        }
        if lineage.file(known as usize) == lineage.file(row) {
            let kept = copies.entry(known).or_insert_with(|| vec![known as usize]);
            if kept.iter().any(|other| same_row(&frame, *other, row)) {
                facts.count("credentials", "same credential twice in one file; the first row was used", 1);
                drop_row.push(row as u32);
            } else {
                facts.count("credentials", "one id for two different credentials in one file; both were kept", 1);
                kept.push(row);
                suffix.insert(row as u32, kept.len() as u32);
            }
        } else if context.observed_at(lineage.file(row)) > context.observed_at(lineage.file(known as usize)) {
            drop_row.push(known);
            first.insert(key, row as u32);
        } else {
            drop_row.push(row as u32);
        }
    }
    let mut buffer = String::new();
    let mut builder = StringChunkedBuilder::new("credential_key".into(), frame.height());
    for row in 0..frame.height() {
        buffer.clear();
        buffer.push_str(system.get(row).unwrap_or_default());
        buffer.push(':');
        buffer.push_str(id.get(row).unwrap_or_default());
        if let Some(copy) = suffix.get(&(row as u32)) {
            buffer.push('#');
            buffer.push_str(&copy.to_string());
        }
        builder.append_value(&buffer);
    }
    let mut keys = builder.finish();
    if drop_row.is_empty() {
        return Ok((frame, keys.into_column()));
    }
    let mut mask = vec![true; frame.height()];
    for row in drop_row {
        mask[row as usize] = false;
    }
    let mask = BooleanChunked::from_slice("keep".into(), &mask);
    keys = keys.filter(&mask)?;
    Ok((frame.filter(&mask)?, keys.into_column()))
}
