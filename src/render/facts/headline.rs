//! The three first numbers in words.

use crate::render::text;
use crate::report::drift::Drift;
use crate::report::{AccessAfterLeaving, FormerStaff, FormerStaffKeys, Headline, Status};

/// One of the three numbers.
pub(in crate::render) struct Figure {
    /// Names it in templates.
    pub(in crate::render) key: &'static str,
    /// `at least`, or nothing.
    pub(in crate::render) before: &'static str,
    /// The number.
    pub(in crate::render) value: String,
    /// What it counts.
    pub(in crate::render) what: &'static str,
    /// What it was counted over, in a few words.
    pub(in crate::render) over: String,
    /// The rest of what is known of it.
    pub(in crate::render) beside: String,
    /// The metrics that own it.
    pub(in crate::render) metrics: String,
}

impl Figure {
    /// `12 former staff can still sign in, on 15 accounts (was 10)`.
    pub(in crate::render) fn number(&self) -> String {
        if self.before.is_empty() { self.value.clone() } else { format!("{} {}", self.before, self.value) }
    }
}

/// The numbers in their order.
pub(in crate::render) fn headline(headline: &Headline) -> [Figure; 3] {
    [former_staff(&headline.former_staff), access(&headline.access_after_leaving), keys(&headline.former_staff_keys)]
}

fn former_staff(part: &FormerStaff) -> Figure {
    let beside = [
        Some(format!("{} used since", text::count(part.used_since))),
        Some(format!("{} privileged", text::count(part.privileged))),
        possibly(part.possibly, ["account", "accounts"]),
        waived(part.waived, ["account", "accounts"]),
    ];
    figure(
        ("former-staff", "former staff can still sign in"),
        (part.status, part.gaps, part.possibly > 0),
        text::count(part.people),
        format!("on {}", text::plural(part.accounts, "account", "accounts")),
        &beside,
        &part.metrics,
    )
}

fn access(part: &AccessAfterLeaving) -> Figure {
    let open = (part.open > 0).then(|| format!("{} open when last seen", text::count(part.open)));
    let most = match part.longest_seconds.filter(|_| part.gaps == 0) {
        Some(longest) if longest > part.shortest_seconds => {
            Some(format!("at most {} days", text::days_at_most(longest)))
        }
        Some(_) => None,
        None => Some("no upper bound is known".to_owned()),
    };
    let beside = [open, most, waived(part.waived, ["account", "accounts"])];
    figure(
        ("access-after-leaving", "days of access after leaving"),
        (part.status, part.gaps, part.longest_seconds != Some(part.shortest_seconds)),
        text::days(part.shortest_seconds),
        format!("on {}", text::plural(part.accounts, "account", "accounts")),
        &beside,
        &part.metrics,
    )
}

fn keys(part: &FormerStaffKeys) -> Figure {
    let beside = [possibly(part.possibly, ["key", "keys"]), waived(part.waived, ["key", "keys"])];
    figure(
        ("former-staff-keys", "keys of former staff"),
        (part.status, part.gaps, part.possibly > 0),
        text::count(part.credentials),
        format!("of {}", text::plural(part.people, "person", "people")),
        &beside,
        &part.metrics,
    )
}

fn possibly(count: u64, [one, many]: [&str; 2]) -> Option<String> {
    (count > 0).then(|| format!("possibly {} more", text::plural(count, one, many)))
}

fn waived(count: u64, [one, many]: [&str; 2]) -> Option<String> {
    (count > 0).then(|| format!("beside {} waived", text::plural(count, one, many)))
}

/// A number that was not measured is none, and one that may be too small says so.
fn figure(
    (key, what): (&'static str, &'static str),
    (status, gaps, more): (Status, u64, bool),
    figure: String,
    over: String,
    beside: &[Option<String>],
    metrics: &[String],
) -> Figure {
    let metrics = metrics.join(", ");
    if status == Status::NotAssessed {
        let (figure, over) = ("–".to_owned(), "not assessed in this run".to_owned());
        return Figure { key, before: "", value: figure, what, over, beside: String::new(), metrics: String::new() };
    }
    // Where nobody is known to have left, nought says that nobody was looked at.
    let nobody = (status == Status::NoPopulation).then(|| "nobody who left is known".to_owned());
    let lacking = status == Status::InsufficientEvidence || gaps > 0;
    let lacking = lacking.then(|| "not enough evidence to say it is all".to_owned());
    let beside: Vec<String> = beside.iter().flatten().cloned().chain(nobody).chain(lacking.clone()).collect();
    let before = if more || lacking.is_some() { "at least" } else { "" };
    Figure { key, before, value: figure, what, over, beside: beside.join("; "), metrics }
}

/// The first numbers of both packs: what it is now, what it was, and the rates of its metrics with their denominators.
pub(in crate::render) fn headline_change(drift: &Drift) -> Vec<String> {
    let (before, after) = (&drift.headline.before, &drift.headline.after);
    let moved = drift.systems.iter().any(|system| system.loaded[0] != system.loaded[1]);
    let both = if moved { " (systems that both packs loaded)" } else { "" };
    let rate = |id: &str| {
        let metric = drift.metrics.iter().find(|metric| metric.id == id)?;
        let rate = metric.rate.as_ref()?;
        Some(format!("{}{both}: {}, {}", metric.title, rate.numbers()?, rate.words()))
    };
    let owners = [&after.former_staff.metrics, &after.access_after_leaving.metrics, &after.former_staff_keys.metrics];
    // The first metric of each number is what it is counted over.
    let rates = owners.map(|metrics| metrics.first().and_then(|id| rate(id)));
    // Of what was never there, or never looked at, there is nothing to say.
    let told = counts(before).into_iter().zip(counts(after)).map(|(was, is)| was || is);
    let pairs = headline(before).into_iter().zip(headline(after)).zip(rates).zip(told);
    let told = pairs.filter(|(_, told)| *told);
    told.map(|(((was, is), rate), _)| {
        let rate = rate.map(|rate| format!("; {rate}")).unwrap_or_default();
        let number = text::capital(&is.number());
        format!("{number} {}, {} (was {}, {}){rate}", is.what, is.over, was.number(), was.over)
    })
    .collect()
}

/// Which of the numbers count something.
fn counts(headline: &Headline) -> [bool; 3] {
    let (staff, access, keys) = (&headline.former_staff, &headline.access_after_leaving, &headline.former_staff_keys);
    let some = |status: Status, count: bool| status != Status::NotAssessed && count;
    [
        some(staff.status, staff.people > 0),
        some(access.status, access.shortest_seconds > 0),
        some(keys.status, keys.credentials > 0),
    ]
}
