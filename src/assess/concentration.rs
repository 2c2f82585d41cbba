//! Whether what is over its limit stands together: at weekends, or in one system. Numbers for a reader, never a verdict.
//!
//! Of `population` items `marked` have a mark (begun at a weekend; of one system). If the `over` items over the limit were
//! drawn from them by chance, the number of marked ones among them would follow the hypergeometric distribution. What is
//! printed is how likely as many, or more, would be; where several systems were looked at, times their number.

use hashbrown::HashMap;

use crate::report::{Concentration, ConcentrationKind};
use crate::time::{MINUTE, Micros, Zone};

/// Every zone has offsets in quarters of an hour, so a quarter has one weekday.
const QUARTER: Micros = 15 * MINUTE;

/// Fewer items over the limit say nothing.
const FEW: u64 = 5;

/// What is less likely than this is shown.
const RARE: f64 = 0.05;

/// Beginnings of items, and of those over the limit, by quarter of an hour.
#[derive(Default)]
pub(super) struct Beginnings(HashMap<i64, (u64, u64)>);

impl Beginnings {
    pub(super) fn add(&mut self, began: Option<Micros>, over: bool) {
        if let Some(began) = began {
            let counts = self.0.entry(began.div_euclid(QUARTER)).or_default();
            counts.0 += 1;
            counts.1 += u64::from(over);
        }
    }

    /// Items, and items over the limit: all of them, and those of Saturdays and Sundays.
    fn weekends(self, zone: Zone) -> ([u64; 2], [u64; 2]) {
        let (mut all, mut of_weekend) = ([0, 0], [0, 0]);
        let quarters: Vec<(i64, (u64, u64))> = self.0.into_iter().collect();
        for (quarter, (items, over)) in quarters {
            let Some((_, weekday, _)) = zone.clock(quarter.saturating_mul(QUARTER)) else { continue };
            all = [all[0] + items, all[1] + over];
            if weekday >= 5 {
                of_weekend = [of_weekend[0] + items, of_weekend[1] + over];
            }
        }
        (all, of_weekend)
    }
}

/// What stands out; `systems` are name, items and items over the limit.
pub(super) fn concentrations(beginnings: Beginnings, systems: &[(&str, u64, u64)], zone: Zone) -> Vec<Concentration> {
    let mut found = Vec::new();
    let (all, of_weekend) = beginnings.weekends(zone);
    found.extend(test(ConcentrationKind::Weekend, "Saturdays and Sundays", all, of_weekend, 1));
    let all = systems.iter().fold([0, 0], |sum, system| [sum[0] + system.1, sum[1] + system.2]);
    let looked_at = systems.iter().filter(|system| system.1 > 0).count() as u64;
    let of_system =
        |system: &(&str, u64, u64)| test(ConcentrationKind::System, system.0, all, [system.1, system.2], looked_at);
    found.extend(systems.iter().filter_map(of_system));
    found
}

fn test(kind: ConcentrationKind, name: &str, all: [u64; 2], marked: [u64; 2], tests: u64) -> Option<Concentration> {
    let ([population, over], [of_population, of_over]) = (all, marked);
    if over < FEW || of_over < 2 || of_population == population {
        return None;
    }
    let chance = (tail(population, of_population, over, of_over) * tests as f64).min(1.0);
    (chance < RARE).then(|| Concentration {
        kind,
        name: name.to_owned(),
        over_marked: of_over,
        over,
        population_marked: of_population,
        population,
        chance: two_digits(chance),
    })
}

/// The probability that of `drawn` out of `all`, of which `marked` are marked, at least `found` are marked.
fn tail(all: u64, marked: u64, drawn: u64, found: u64) -> f64 {
    let logs = LogFactorials::up_to(all);
    let most = drawn.min(marked);
    let one = |marked_drawn: u64| {
        let rest = drawn - marked_drawn;
        if rest > all - marked {
            return 0.0;
        }
        (logs.choose(marked, marked_drawn) + logs.choose(all - marked, rest) - logs.choose(all, drawn)).exp()
    };
    (found..=most).map(one).sum::<f64>().min(1.0)
}

/// Logarithms of factorials: sums for small numbers, Stirling's series beyond.
struct LogFactorials(Vec<f64>);

impl LogFactorials {
    const SUMMED: u64 = 2048;

    fn up_to(most: u64) -> Self {
        let mut sums = vec![0.0_f64];
        for number in 1..=most.min(Self::SUMMED) {
            sums.push(sums[sums.len() - 1] + (number as f64).ln());
        }
        Self(sums)
    }

    fn of(&self, number: u64) -> f64 {
        if let Some(sum) = self.0.get(number as usize) {
            return *sum;
        }
        let x = number as f64;
        x * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI * x).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
    }

    fn choose(&self, of: u64, some: u64) -> f64 {
        self.of(of) - self.of(some) - self.of(of - some)
    }
}

/// Two digits that count: what a reader can use, and the same on every machine.
fn two_digits(chance: f64) -> f64 {
    if chance <= 1e-12 {
        return 0.0;
    }
    let scale = 10_f64.powi(1 - chance.log10().floor() as i32);
    (chance * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_one_of_the_tables() {
        // 5 drawn of 50 with 5 marked, 4 or more marked: (5·45 + 1) / C(50, 5) = 226 / 2,118,760.
        assert!((tail(50, 5, 5, 4) - 226.0 / 2_118_760.0).abs() < 1e-15);
        // 10 of 20, all marked drawn of 2: C(18, 8) / C(20, 10) = 43,758 / 184,756.
        assert!((tail(20, 2, 10, 2) - 43_758.0 / 184_756.0).abs() < 1e-12);
        assert!((tail(20, 2, 10, 0) - 1.0).abs() < 1e-12);
        assert!((tail(1_000_000, 285_714, 400, 114) - 0.5).abs() < 0.05, "about what is expected");
    }

    #[test]
    fn what_is_shown_is_rare_and_has_its_numbers() {
        let shown = test(ConcentrationKind::Weekend, "w", [40, 12], [11, 9], 1).expect("rare");
        assert_eq!((shown.over_marked, shown.over, shown.population_marked, shown.population), (9, 12, 11, 40));
        assert!(shown.chance < 0.001);
        assert_eq!(test(ConcentrationKind::Weekend, "w", [40, 12], [11, 4], 1), None, "as by chance");
        assert_eq!(test(ConcentrationKind::Weekend, "w", [40, 4], [11, 4], 1), None, "too few");
        assert_eq!(test(ConcentrationKind::System, "s", [40, 12], [40, 12], 1), None, "the only one");
    }
}
