//! What a reader is told about the columns of times of a file: how they were read, and what could not be.

use crate::time::TimeFormat;

use super::clock::{Choice, Seen, Why, clocks};
use super::plan::{From, Gives, Plan, Rule};

/// What a reader is told about one column of times.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Canonical column.
    pub(super) name: &'static str,
    /// The names that the file gives it, quoted.
    pub(super) from: String,
    /// How it was read, where that is not what the mapping says.
    pub(super) read_as: Option<String>,
    /// For values that were lost: how the first looks, and the forms that were tried.
    pub(super) lost: Option<String>,
}

/// What is to be said about the columns of times of a file.
pub(super) fn said(plan: &Plan, choices: &[Option<Choice>], seen: &[Seen]) -> Vec<Said> {
    let mut out: Vec<Said> = Vec::new();
    for (at, clock) in clocks(plan).iter().enumerate() {
        let (Some(clock), Some(seen)) = (clock, seen.get(at)) else { continue };
        let choice = choices.get(at).and_then(Option::as_ref);
        let read_as = choice.and_then(|choice| words(choice, seen.read));
        let lost = (seen.lost > 0).then(|| lost(seen, &clock.rule.times, choice));
        if read_as.is_none() && lost.is_none() {
            continue;
        }
        let one = Said { name: clock.name, from: sources(plan, clock.rule), read_as, lost };
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

fn words(choice: &Choice, read: u64) -> Option<String> {
    match choice.why {
        Why::Only(form) => Some(format!(
            "{read} {} read as `{}`, the only known form that reads all of them",
            if read == 1 { "time was" } else { "times were" },
            form.name()
        )),
        Why::Order(form) => Some(format!("some of its values can only be `{}`: all of it was read so", form.name())),
        Why::Told(form) => Some(format!(
            "its own values could have the day or the month first, and others of this export can only be `{}`: it was read so",
            form.name()
        )),
        Why::Dots => Some("it is written with dots: the day was read first".to_owned()),
        Why::Midnights => Some("every time of it is a midnight: it was read as dates".to_owned()),
        Why::Contradictory => None,
    }
}

fn lost(seen: &Seen, declared: &[TimeFormat], choice: Option<&Choice>) -> String {
    let shape = seen.shape.as_deref().unwrap_or_default();
    let list = |forms: &mut dyn Iterator<Item = TimeFormat>| {
        forms.map(|form| format!("`{}`", form.name())).collect::<Vec<_>>().join(", ")
    };
    let tried = list(
        &mut declared.iter().copied().chain(TimeFormat::single().into_iter().filter(|form| !declared.contains(form))),
    );
    if choice.is_some_and(|choice| choice.why == Why::Contradictory) {
        return format!("some are day first and some month first, so none is certain; the first looks like `{shape}`");
    }
    let fits = seen.fits.unwrap_or_default();
    if seen.read == 0 && fits.iter().count() > 1 {
        return format!("they look like `{shape}`, which {} read differently", list(&mut fits.iter()));
    }
    format!("the first looks like `{shape}`; tried {tried}")
}

/// The file's own names for what a rule reads.
fn sources(plan: &Plan, rule: &Rule) -> String {
    let mut slots = match &rule.from {
        From::Slot(slot) => vec![*slot],
        From::First(slots) | From::Join(slots, _) | From::JoinAll(slots, _) => slots.clone(),
        From::Latest(slots, upper) => slots.iter().chain(upper).copied().collect(),
        From::Const(_) | From::File(_) => Vec::new(),
        From::Cases(cases) => cases
            .iter()
            .filter_map(|case| match case.gives {
                Gives::Slot(slot) => Some(slot),
                Gives::Word(_) => None,
            })
            .collect(),
    };
    slots.dedup();
    slots.iter().map(|slot| format!("`{}`", plan.slots[*slot].text)).collect::<Vec<_>>().join(", ")
}
