//! The result of a single row: its readings against its limit.

use crate::metric::{ItemState, Stays};
use crate::time::{Length, Micros, exceeds};

use super::judged::{ItemResult, Row, Why, times_of};
use super::length::{doubt, measure};

/// What makes the item the same one from run to run: the key of an account or a credential, which renaming does not
/// change; for everything else the subject, which names more than the person or account it concerns.
pub(super) fn key_of(stays: &Stays, row: usize) -> &str {
    let key = match stays.subject_kind.get(row) {
        Some("credential") => stays.credential_key.get(row),
        Some("account") => stays.account_key.get(row),
        _ => None,
    };
    key.or_else(|| stays.subject.get(row)).unwrap_or_default()
}

/// The longest reading that was observed: percentiles take nothing into account that nobody saw.
pub(super) fn observed(stays: &Stays, row: usize, verdict: &Row, as_of: Micros) -> Micros {
    if !verdict.open {
        return verdict.longest;
    }
    measure(&times_of(stays, row), as_of).map_or(verdict.longest, |lengths| lengths.longest_observed)
}

/// The result of one row against its limit; `index` is that of the limit among the limits of the metric.
pub(super) fn verdict(stays: &Stays, row: usize, limit: Option<Length>, index: u16, as_of: Micros) -> Row {
    let nothing = Row {
        shortest: 0,
        longest: 0,
        number: 0,
        limit: index,
        result: ItemResult::Excluded,
        why: Why::Note,
        open: false,
        measured: false,
    };
    let state = stays.state[row];
    let no_limit = |measured: Row| Row { result: ItemResult::Unknown, why: Why::NoLimit, ..measured };
    // The times of a row without a stay say where one would have begun: after `as_of` too, and it is an item still.
    match state {
        ItemState::Excluded => return nothing,
        ItemState::Unknown => return Row { result: ItemResult::Unknown, ..nothing },
        ItemState::None => {
            let within = Row { result: ItemResult::Within, measured: true, ..nothing };
            return if limit.is_some() { within } else { no_limit(within) };
        }
        ItemState::Open | ItemState::Closed => {}
    }
    let times = times_of(stays, row);
    let Some(lengths) = measure(&times, as_of) else {
        return Row { why: Why::Future, ..nothing };
    };
    let measured =
        Row { shortest: lengths.shortest, longest: lengths.longest, open: lengths.open, measured: true, ..nothing };
    let Some(limit) = limit else {
        return no_limit(measured);
    };
    if exceeds(measured.shortest, limit) {
        Row { result: ItemResult::Over, ..measured }
    } else if !exceeds(measured.longest, limit) {
        Row { result: ItemResult::Within, ..measured }
    } else if lengths.left_censored {
        Row { result: ItemResult::Unknown, why: Why::LeftCensored, measured: false, ..measured }
    } else {
        Row { result: ItemResult::Indeterminate, why: Why::Doubt(doubt(&times, &lengths, as_of)), ..measured }
    }
}
