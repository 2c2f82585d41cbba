//! What sources, or files of one source, say differently about one person.

use std::collections::BTreeSet;

use crate::time::{DAY, Micros, Zone};

use super::authority::Authority;
use super::claims::{Claim, Rows};
use super::people::{Person, best};
use super::{Context, keys};

/// A disagreement about one attribute of one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Conflict {
    pub person_id: String,
    pub attribute: &'static str,
    pub winner: String,
    pub winner_value: String,
    pub loser: String,
    pub loser_value: String,
    /// When both were first observed to say this.
    pub first_seen_at: Micros,
    pub observed_at: Micros,
    pub system: Option<String>,
    pub src: (i32, i32),
}

/// The attributes that are compared, and the column of each; dates are compared by day.
const COMPARED: [(&str, &str); 4] =
    [("status", "status"), ("department", "department"), ("manager", "manager_id"), ("dates", "ended")];

/// What is said where no end is given.
const NO_END: &str = "no end";

/// Compares claims; made once for all persons.
pub(super) struct Comparison<'a> {
    rows: &'a Rows,
    context: &'a Context<'a>,
    /// Sources that give an end of some employment: from the others, none means nothing.
    dating: BTreeSet<&'a str>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(claims: impl Iterator<Item = &'a Claim>, rows: &'a Rows, context: &'a Context<'a>) -> Self {
        let mut dating = BTreeSet::new();
        for claim in claims {
            if rows.bounds("ended", claim.row).is_some() && !dating.contains(claim.source.as_str()) {
                dating.insert(claim.source.as_str());
            }
        }
        Self { rows, context, dating }
    }

    /// What a claim says of an attribute, as it is compared and shown.
    fn value(&self, attribute: &str, column: &str, claim: &Claim) -> Option<String> {
        if attribute != "dates" {
            return self.rows.text(column, claim.row).filter(|text| *text != "unknown").map(str::to_owned);
        }
        match self.rows.bounds(column, claim.row) {
            // An instant of midnight is the end of the day before.
            Some((lo, hi)) => Some(self.context.zone.day(if lo == hi { lo - 1 } else { lo })),
            None if self.rows.is_unread(column, claim.row) => None,
            None => self.dating.contains(claim.source.as_str()).then(|| NO_END.to_owned()),
        }
    }

    /// Adds what is said differently of a person: by other sources than the one with authority, and by files of one
    /// source taken at one time.
    pub(super) fn of(&self, person: &Person, claims: &[Claim], authority: &Authority, out: &mut Vec<Conflict>) {
        for (attribute, column) in COMPARED {
            let value = |claim: &Claim| {
                let heard = authority.is_heard(attribute, &claim.source);
                heard.then(|| self.value(attribute, column, claim)).flatten()
            };
            let Some((winner, said)) = best(claims, attribute, authority, value, self.rows) else {
                continue;
            };
            let sources: BTreeSet<&str> = claims.iter().map(|claim| claim.source.as_str()).collect();
            for source in sources.into_iter().filter(|source| *source != winner.source) {
                let of_source = |claim: &Claim| value(claim).filter(|_| claim.source == source);
                if let Some((loser, other)) = best(claims, attribute, authority, of_source, self.rows)
                    && keys::address(&other) != keys::address(&said)
                    && !(attribute == "dates" && self.agree(winner, loser))
                {
                    out.push(self.conflict(person, attribute, (winner, &said), (loser, &other), claims, &value));
                }
            }
            // Nobody knows whether a file without a time is older or newer.
            let timed = |claim: &Claim| claim.sight.is_some_and(|sight| sight.at.is_some());
            let beside = |claim: &&Claim| {
                claim.source == winner.source
                    && self.rows.file(claim.row) != self.rows.file(winner.row)
                    && (claim.observed == winner.observed || !timed(claim) || !timed(winner))
                    && self.rows.bounds("started", claim.row) == self.rows.bounds("started", winner.row)
            };
            for loser in claims.iter().filter(beside) {
                let differs = |other: &String| {
                    keys::address(other) != keys::address(&said)
                        && !(attribute == "dates" && self.is_same_day(winner, loser))
                };
                if let Some(other) = value(loser).filter(differs) {
                    out.push(self.conflict(person, attribute, (winner, &said), (loser, &other), claims, &value));
                }
            }
        }
    }

    /// Whether two claims with different ends do not contradict each other.
    fn agree(&self, a: &Claim, b: &Claim) -> bool {
        self.is_over(a, b) || self.is_over(b, a) || self.is_same_day(a, b)
    }

    /// Whether two ends may be the same day. A midnight may be meant as the end of the day before, as the beginning of
    /// its day, and, where it is one in UTC, as a plain date.
    fn is_same_day(&self, a: &Claim, b: &Claim) -> bool {
        let days = |claim: &Claim| match self.rows.bounds("ended", claim.row) {
            Some((lo, hi)) if lo == hi => {
                let utc = (lo.rem_euclid(DAY) == 0).then(|| Zone::UTC.day(lo));
                [Some(self.context.zone.day(lo - 1)), Some(self.context.zone.day(lo)), utc]
            }
            Some((lo, _)) => [Some(self.context.zone.day(lo)), None, None],
            None => [None, None, None],
        };
        let (a, b) = (days(a), days(b));
        a.iter().flatten().any(|day| b.contains(&Some(day.clone())))
    }

    /// Whether one claim is about an employment that was over when that of the other began: no disagreement.
    fn is_over(&self, first: &Claim, second: &Claim) -> bool {
        let (end, start) = (self.rows.bounds("ended", first.row), self.rows.bounds("started", second.row));
        end.zip(start).is_some_and(|(end, start)| end.1 <= start.0)
    }

    fn conflict(
        &self,
        person: &Person,
        attribute: &'static str,
        winner: (&Claim, &str),
        loser: (&Claim, &str),
        claims: &[Claim],
        value: &dyn Fn(&Claim) -> Option<String>,
    ) -> Conflict {
        // A value is as old as the first export of its source that shows it; they differ since both were there.
        let since = |claim: &Claim, text: &str| {
            let same =
                claims.iter().filter(|other| other.source == claim.source && value(other).as_deref() == Some(text));
            same.map(|other| other.observed).min().unwrap_or(claim.observed)
        };
        Conflict {
            person_id: person.id.clone(),
            attribute,
            winner: winner.0.source.clone(),
            winner_value: winner.1.to_owned(),
            loser: loser.0.source.clone(),
            loser_value: loser.1.to_owned(),
            first_seen_at: since(winner.0, winner.1).max(since(loser.0, loser.1)),
            observed_at: winner.0.observed.max(loser.0.observed),
            system: self.context.system_of(self.rows.file(loser.0.row)).map(str::to_owned),
            src: self.rows.src(loser.0.row),
        }
    }
}
