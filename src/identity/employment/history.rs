//! What the exports of a source say of a person one after the other.

use crate::time::Micros;

use super::super::Context;
use super::{Basis, Employment, End, touches, unbroken};

/// What is known after a later export: it decides on the employments that it shows, and adds to those that it does not.
pub(super) fn follow(
    known: Vec<Employment>,
    before: Micros,
    mut now: Vec<Employment>,
    (taken, tells): (Micros, bool),
    context: &Context<'_>,
) -> Vec<Employment> {
    let mut kept = Vec::new();
    for mut old in known {
        let same = now.iter().position(|new| new.started == old.started);
        let same = same.or_else(|| now.iter().position(|new| overlap(&old, before, new, context)));
        match same {
            Some(new) => succeed(old, before, &mut now[new], taken, tells),
            // Planned, and not heard of again: it never began.
            None if old.begins() > before => {}
            None => {
                if old.end.as_ref().is_none_or(|end| end.doubtful) {
                    let next = now.iter().map(Employment::begins).filter(|start| *start > before).min();
                    let by = next.map_or(taken, |next| next.min(taken));
                    let lo = old.end.as_ref().map_or(Some(before), |end| end.left.0);
                    old.end = Some(End::range((lo, by), Basis::Absence, false));
                }
                kept.push(old);
            }
        }
    }
    kept.append(&mut now);
    kept.sort_by_key(Employment::begins);
    unbroken(kept, context)
}

/// Adds what another source of the same authority knows beside: employments at other times, with dates.
pub(in crate::identity) fn beside(
    mut known: Vec<Employment>,
    others: Vec<Employment>,
    context: &Context<'_>,
) -> Vec<Employment> {
    let until = |one: &Employment| one.end.as_ref().map_or(Micros::MAX, |end| end.left.1);
    for other in others {
        let certain = other.end.as_ref().is_none_or(|end| end.basis == Basis::Dates && !end.doubtful);
        if certain && known.iter().all(|one| until(one) <= other.begins() || until(&other) <= one.begins()) {
            known.push(other);
        }
    }
    known.sort_by_key(Employment::begins);
    unbroken(known, context)
}

/// Whether an employment of a later export is the one that the earlier export showed until it was taken.
fn overlap(old: &Employment, before: Micros, new: &Employment, context: &Context<'_>) -> bool {
    let mut shown = old.clone();
    if shown.end.as_ref().is_none_or(|end| end.date.is_none()) {
        shown.end = Some(End::dated((before, before), None, context));
    }
    let (first, second) = if shown.begins() <= new.begins() { (&shown, new) } else { (new, &shown) };
    touches(first, second, context)
}

/// The end of an employment that two exports show: the later one decides, where it tells as much as the earlier one.
fn succeed(old: Employment, before: Micros, new: &mut Employment, taken: Micros, tells: bool) {
    if old.begins() < new.begins() || new.started.is_none() {
        new.started = old.started.or(new.started);
    }
    new.worker_type = new.worker_type.take().or_else(|| old.worker_type.clone());
    let Some(end) = &mut new.end else {
        // A list without a word on ends takes back none.
        if !tells && old.end.as_ref().is_some_and(|end| end.left.1 <= taken) {
            new.end = old.end;
            new.src = old.src;
        }
        return;
    };
    if end.basis != Basis::Undated || end.left.0.is_some() {
        return;
    }
    match old.end {
        Some(known) if end.doubtful || known.doubtful => {
            if known.date.is_none() {
                end.left.0 = known.left.0;
            }
        }
        // The end was known, and is only not told again.
        Some(known) if known.left.1 <= taken => {
            *end = known;
            new.src = old.src;
        }
        None | Some(_) => end.left.0 = Some(before),
    }
}

/// Ends what was not over when the person was last shown, and was in no later export.
pub(super) fn vanish(known: &mut Vec<Employment>, (last, by): (Micros, Micros), doubtful: bool) {
    // Planned, and not heard of again: it never began.
    known.retain(|one| one.begins() < by || one.end.as_ref().is_some_and(|end| end.basis == Basis::Dates));
    let Some(current) = known.last_mut() else {
        return;
    };
    let lo = match &current.end {
        None => Some(last),
        Some(end) if end.doubtful => end.left.0,
        // The date has not come, and the person is no longer there.
        Some(end) if end.left.1 > by => Some(last),
        Some(_) => return,
    };
    let lo = lo.map(|lo| lo.max(current.begins()).min(by));
    current.end = Some(End::range((lo, by), Basis::Absence, doubtful));
}
