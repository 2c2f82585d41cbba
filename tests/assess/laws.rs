//! Laws: what must hold for every population.

use overstay::assess::{Assessment, Closing};
use overstay::dataset::Frames;
use overstay::policy::WaiverBook;
use proptest::prelude::*;

use super::{AS_OF, DAYS, HOURS, Item, assessed, judged, policy};

fn item() -> impl Strategy<Value = Item> {
    let hours = 0_i64..400;
    (hours.clone(), hours.clone(), 0_i64..30, 0_i64..30, 0..6_usize, 0..3_usize).prop_map(
        |(began, length, wide, late, kind, system)| {
            let lo = AS_OF - began * HOURS;
            let subject = format!("a{}", began % 17);
            let base = Item::closed(&subject, 0).in_system(["okta", "aws", "sap"][system]);
            let bounds = (Some(lo), Some(lo + wide * HOURS));
            let end = lo + length * HOURS;
            match kind {
                0 | 1 => Item { began: bounds, ended: (Some(end), Some(end + late * HOURS)), ..base },
                2 => {
                    Item { began: bounds, ended: (None, None), seen: Some(lo + length * HOURS), state: "open", ..base }
                }
                3 => Item { began: (None, bounds.1), seen: Some(AS_OF), ended: (None, None), state: "open", ..base },
                4 => Item { began: bounds, ended: (None, Some(end)), ..base },
                _ => Item::other(&subject, ["unknown", "excluded", "none"][system], "said so"),
            }
        },
    )
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec(item(), 0..60)
}

fn run(batches: &[&[Item]]) -> Assessment {
    judged(batches, Some(&policy("24h", "")), &WaiverBook::default(), Closing::default(), AS_OF, "survival").1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_population_is_the_sum_of_its_parts(items in items()) {
        let all = run(&[&items]);
        let report = all.report;
        prop_assert_eq!(report.population, report.within + report.over + report.indeterminate + report.unknown);
        prop_assert_eq!(report.population + report.excluded, items.len() as u64);
        prop_assert_eq!(all.findings_total, report.over + report.indeterminate);
        prop_assert_eq!(report.by_system.iter().map(|row| row.population).sum::<u64>(), report.population);
        prop_assert_eq!(report.by_system.iter().map(|row| row.over).sum::<u64>(), report.over);
        prop_assert_eq!(report.unknown_reasons.iter().map(|entry| entry.count).sum::<u64>(), report.unknown);
        prop_assert_eq!(report.indeterminate_reasons.iter().map(|entry| entry.count).sum::<u64>(), report.indeterminate);
        prop_assert_eq!(report.excluded_reasons.iter().map(|entry| entry.count).sum::<u64>(), report.excluded);
        prop_assert!(report.open <= report.population);
    }

    #[test]
    fn a_higher_limit_never_adds_findings(items in items(), hours in 0_i64..200, more in 0_i64..200) {
        let low = assessed(&items, &format!("{hours}h")).report;
        let high = assessed(&items, &format!("{}h", hours + more)).report;
        prop_assert!(high.over <= low.over);
        prop_assert!(high.within >= low.within);
        prop_assert!(high.overstay_seconds <= low.overstay_seconds);
        prop_assert_eq!(high.population, low.population);
    }

    #[test]
    fn where_batches_are_cut_changes_nothing(items in items(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(items.len() + 1);
        let whole = run(&[&items]);
        let parts = run(&[&items[..cut], &items[cut..]]);
        prop_assert_eq!(&whole.report, &parts.report);
        prop_assert_eq!(whole.overstays.headline(&[], &Frames::default()), parts.overstays.headline(&[], &Frames::default()));
        // Lineage is numbered per batch by the test; everything else must agree.
        let plain = |findings: Vec<overstay::report::Finding>| {
            findings.into_iter().map(|finding| overstay::report::Finding { began_source: None, ..finding }).collect::<Vec<_>>()
        };
        prop_assert_eq!(plain(whole.findings), plain(parts.findings));
    }

    #[test]
    fn finding_ids_are_unique(items in items()) {
        let all = run(&[&items]);
        let mut ids: Vec<_> = all.findings.iter().map(|finding| finding.finding_id.clone()).collect();
        let total = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), total);
    }

    #[test]
    fn adding_an_unrelated_system_changes_no_other(items in items(), other in items()) {
        let other: Vec<Item> = other.into_iter().map(|item| item.in_system("other")).collect();
        let alone = run(&[&items]).report;
        let both = run(&[&items, &other]).report;
        let rows: Vec<_> = both.by_system.into_iter().filter(|row| row.system != "other").collect();
        prop_assert_eq!(alone.by_system, rows);
    }

    #[test]
    fn a_later_as_of_never_shortens_what_is_open(items in items(), days in 0_i64..50) {
        let policy = policy("24h", "");
        let at = |as_of| judged(&[&items], Some(&policy), &WaiverBook::default(), Closing::default(), as_of, "survival").0;
        let (now, later) = (at(AS_OF), at(AS_OF + days * DAYS));
        for (row, item) in items.iter().enumerate() {
            if item.state == "open" {
                prop_assert!(later[0].shortest(row) >= now[0].shortest(row));
            }
        }
    }
}
