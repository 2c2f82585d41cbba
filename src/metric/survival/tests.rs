//! Numbers by hand, and laws.

use proptest::prelude::*;

use super::*;

fn tally(items: &[(i64, bool)]) -> Tally {
    let mut tally = Tally::default();
    for (seconds, ended) in items {
        if *ended { tally.ended(*seconds) } else { tally.censored(*seconds) }
    }
    tally
}

fn percentiles(survival: &Survival) -> [Option<i64>; 3] {
    [50, 90, 95].map(|percent| survival.percentile(percent))
}

#[test]
fn all_ended_is_the_plain_quantile() {
    // 1..=20: half of them have ended at 10, 18 of 20 at 18, 19 of 20 at 19.
    let items: Vec<(i64, bool)> = (1..=20).map(|seconds| (seconds, true)).collect();
    assert_eq!(percentiles(&tally(&items).survival()), [Some(10), Some(18), Some(19)]);
}

#[test]
fn the_textbook_product() {
    // 6, 6, 6 ended, 6 censored, 7 ended, 9 censored, 10 ended, 10 censored; at risk 8.
    // After 6: 5/8. After 7: 5/8 · 3/4 = 15/32 (4 are at risk). After 10: 15/32 · 1/2 = 15/64 (2 are at risk).
    let items = [(6, true), (6, true), (6, true), (6, false), (7, true), (9, false), (10, true), (10, false)];
    let survival = tally(&items).survival();
    assert!((survival.share_after(5) - 1.0).abs() < 1e-12);
    assert!((survival.share_after(6) - 0.625).abs() < 1e-12);
    assert!((survival.share_after(9) - 0.468_75).abs() < 1e-12);
    assert!((survival.share_after(10) - 0.234_375).abs() < 1e-12);
    assert_eq!(percentiles(&survival), [Some(7), None, None]);
    assert_eq!(survival.longest(), Some(10));
}

#[test]
fn exactly_half_reaches_the_median() {
    assert_eq!(tally(&[(1, true), (2, true), (3, true), (4, true)]).survival().percentile(50), Some(2));
    // 6 of 8 are open after 1; three are censored at 2; of the 3 at risk one ends at 3: 3/4 · 2/3 is exactly 1/2.
    let half = [(1, true), (1, true), (2, false), (2, false), (2, false), (3, true), (4, false), (4, false)];
    assert_eq!(tally(&half).survival().percentile(50), Some(3));
    // 10 of 28 end, 9 are censored, 2 of the 9 at risk end: 18/28 · 7/9 is exactly 1/2, and more in floating point.
    let mut rounded = Tally::default();
    (0..10).for_each(|_| rounded.ended(1));
    (0..9).for_each(|_| rounded.censored(2));
    (0..2).for_each(|_| rounded.ended(3));
    (0..7).for_each(|_| rounded.censored(9));
    assert_eq!(rounded.survival().percentile(50), Some(3));
    // 6/7 · 2/3 = 4/7 is more than half.
    let more = [(1, true), (1, false), (1, false), (1, false), (2, true), (3, false), (3, false)];
    assert_eq!(tally(&more).survival().percentile(50), None);
}

#[test]
fn nothing_and_only_open() {
    assert_eq!(percentiles(&Tally::default().survival()), [None, None, None]);
    assert!(Tally::default().survival().curve(200, None).is_empty());
    let open = tally(&[(5, false), (9, false)]).survival();
    assert_eq!((open.percentile(50), open.longest()), (None, Some(9)));
    assert!(open.curve(200, None).iter().all(|point| point.share >= 1.0));
}

#[test]
fn no_bound_is_at_risk_for_ever() {
    let mut two = tally(&[(5, true)]);
    two.censored(i64::MAX);
    let survival = two.survival();
    assert_eq!((survival.percentile(50), survival.percentile(90), survival.longest()), (Some(5), None, Some(5)));
}

#[test]
fn the_band_is_greenwood_on_the_log_log_scale() {
    // One of four ended at 10: share 3/4, variance sum 1/(4·3) = 1/12.
    // ln(3/4) = −0.287682; 1.959964 · 0.288675 / 0.287682 = 1.966729.
    // exp(1.966729) = 7.147258 → 0.75^7.147258 = 0.127947; exp(−1.966729) = 0.139914 → 0.75^0.139914 = 0.960549.
    let curve = tally(&[(10, true), (20, false), (20, false), (20, false)]).survival().curve(200, None);
    let point = curve[1];
    assert_eq!((point.seconds, point.censored), (10, 0));
    assert!((point.share - 0.75).abs() < 1e-9);
    assert!((point.low - 0.127_947).abs() < 2e-5, "{}", point.low);
    assert!((point.high - 0.960_549).abs() < 2e-5, "{}", point.high);
    assert_eq!((curve[2].seconds, curve[2].censored), (20, 3));
}

#[test]
fn a_long_curve_is_thinned_and_keeps_the_limit() {
    let items: Vec<(i64, bool)> = (0..5000).map(|seconds| (seconds * 7, seconds % 3 != 0)).collect();
    let survival = tally(&items).survival();
    let curve = survival.curve(200, Some(1234));
    assert!(curve.len() <= 200, "{}", curve.len());
    assert_eq!((curve[0].seconds, curve[curve.len() - 1].seconds), (0, 4999 * 7));
    assert!(curve.iter().any(|point| point.seconds == 1232), "the last step up to the limit");
    assert_eq!(curve.iter().map(|point| point.censored).sum::<u64>(), 1667);
    assert!(curve.windows(2).all(|pair| pair[0].share >= pair[1].share && pair[0].seconds < pair[1].seconds));
}

#[test]
fn merging_is_counting_together() {
    let (a, b) = (tally(&[(3, true), (4, false)]), tally(&[(3, true), (9, true)]));
    let mut both = a.clone();
    both.merge(&b);
    assert_eq!(both.survival(), tally(&[(9, true), (3, true), (4, false), (3, true)]).survival());
    assert_eq!(both.len(), 4);
}

#[test]
fn taking_out_is_the_reverse_of_counting() {
    let mut all = tally(&[(3, true), (3, true), (4, false), (9, true)]);
    all.subtract(&tally(&[(3, true), (4, false), (5, true)]));
    assert_eq!((all.survival(), all.len()), (tally(&[(3, true), (9, true)]).survival(), 2));
}

fn items() -> impl Strategy<Value = Vec<(i64, bool)>> {
    prop::collection::vec((0_i64..50, any::<bool>()), 1..40)
}

proptest! {
    #[test]
    fn without_open_stays_it_is_the_nearest_rank(mut lengths in prop::collection::vec(0_i64..1000, 1..200), percent in 1_u32..100) {
        let items: Vec<_> = lengths.iter().map(|seconds| (*seconds, true)).collect();
        lengths.sort_unstable();
        let rank = (lengths.len() * percent as usize).div_ceil(100).max(1);
        prop_assert_eq!(tally(&items).survival().percentile(percent), Some(lengths[rank - 1]));
    }

    #[test]
    fn an_open_stay_never_lowers_a_percentile_against_one_that_ended_then(items in items(), pick in any::<prop::sample::Index>(), percent in 1_u32..100) {
        let index = pick.index(items.len());
        let mut ended = items.clone();
        ended[index].1 = true;
        let mut open = items;
        open[index].1 = false;
        let late = |value: Option<i64>| value.unwrap_or(i64::MAX);
        prop_assert!(late(tally(&open).survival().percentile(percent)) >= late(tally(&ended).survival().percentile(percent)));
    }

    #[test]
    fn seeing_an_open_stay_for_longer_never_lowers_a_percentile(items in items(), seen in 0_i64..50, more in 0_i64..50, percent in 1_u32..100) {
        let with = |seconds: i64| {
            let mut all = items.clone();
            all.push((seconds, false));
            tally(&all).survival().percentile(percent).unwrap_or(i64::MAX)
        };
        prop_assert!(with(seen + more) >= with(seen));
    }

    #[test]
    fn order_and_batches_do_not_matter(items in items(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(items.len());
        let mut parts = tally(&items[cut..]);
        parts.merge(&tally(&items[..cut]));
        prop_assert_eq!(parts.survival(), tally(&items).survival());
    }

    #[test]
    fn the_curve_stays_in_its_band(items in items()) {
        for point in tally(&items).survival().curve(200, None) {
            prop_assert!(0.0 <= point.low && point.low <= point.share && point.share <= point.high && point.high <= 1.0);
        }
    }
}
