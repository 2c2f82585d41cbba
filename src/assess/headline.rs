//! The headline: time beyond the limits, each account and each credential counted once.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::report::Headline;
use crate::time::{Micros, SECOND};

/// Intervals beyond the limit, by account or credential.
///
/// One account can be over in several metrics at the same time (late after the leave date, late after the notice,
/// without a person). Such hours are the same hours: intervals of one account are united before they are summed.
#[derive(Debug, Clone, Default)]
pub struct Overstays {
    accounts: Vec<(u64, Micros, Micros)>,
    credentials: Vec<(u64, Micros, Micros)>,
    open: u64,
}

impl Overstays {
    /// Adds the part of a stay that lies beyond its limit: `over` long, up to `end`.
    pub(super) fn add(&mut self, credential: bool, key: &str, end: Micros, over: Micros, open: bool) {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let list = if credential { &mut self.credentials } else { &mut self.accounts };
        list.push((hasher.finish(), end.saturating_sub(over), end));
        self.open += u64::from(open);
    }

    /// Adds what another metric collected.
    pub fn merge(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.credentials.extend(other.credentials);
        self.open += other.open;
    }

    /// The sums.
    pub fn headline(self) -> Headline {
        let (account_seconds, accounts) = united(self.accounts);
        let (credential_seconds, credentials) = united(self.credentials);
        Headline { account_seconds, accounts, credential_seconds, credentials, open: self.open }
    }
}

/// Seconds covered by the intervals, those of one key united, and the number of keys.
fn united(mut list: Vec<(u64, Micros, Micros)>) -> (i64, u64) {
    list.sort_unstable();
    let (mut sum, mut keys) = (0_i128, 0);
    let mut current: Option<(u64, Micros)> = None;
    for (key, from, to) in list {
        let from = match current {
            Some((same, reached)) if same == key => from.max(reached),
            _ => {
                keys += 1;
                current = None;
                from
            }
        };
        sum += i128::from(to.saturating_sub(from).max(0));
        let reached = current.map_or(to, |(_, reached)| reached.max(to));
        current = Some((key, reached));
    }
    (i64::try_from(sum / i128::from(SECOND)).unwrap_or(i64::MAX), keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_once() {
        let mut first = Overstays::default();
        first.add(false, "okta:1", 10 * SECOND, 10 * SECOND, false);
        first.add(false, "okta:2", 100 * SECOND, SECOND, true);
        let mut second = Overstays::default();
        second.add(false, "okta:1", 15 * SECOND, 8 * SECOND, false);
        second.add(false, "okta:1", 30 * SECOND, 5 * SECOND, false);
        second.add(true, "okta:1", 7 * SECOND, 7 * SECOND, false);
        first.merge(second);
        // okta:1: [0, 10) and [7, 15) and [25, 30) are 15 + 5; okta:2: 1.
        let expected = Headline { account_seconds: 21, accounts: 2, credential_seconds: 7, credentials: 1, open: 1 };
        assert_eq!(first.headline(), expected);
    }
}
