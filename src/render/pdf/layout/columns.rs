//! Widths of a table's columns, from measured text.

use crate::render::pdf::page::Pt;

/// What a column needs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Need {
    /// Its widest word: below that, words are broken inside.
    pub(super) least: Pt,
    /// Its longest text on one line.
    pub(super) whole: Pt,
}

/// No column asks for more than this part of the room for a single word.
pub(super) const WORD: Pt = 0.3;

/// Gives every column its width; they add up to `room`, or to less where `full` is not asked for.
pub(super) fn widths(needs: &[Need], room: Pt, full: bool) -> Vec<Pt> {
    if needs.is_empty() {
        return Vec::new();
    }
    let least: Vec<Pt> = needs.iter().map(|need| need.least.min(need.whole).min(room * WORD)).collect();
    let floor: Pt = least.iter().sum();
    if floor > room {
        return level(&least, room);
    }
    let whole: Vec<Pt> = needs.iter().zip(&least).map(|(need, least)| need.whole.max(*least)).collect();
    let wanted: Pt = whole.iter().sum();
    if wanted <= room {
        if !full || wanted <= 0.0 {
            return whole;
        }
        // What is left goes to all by what they hold.
        return whole.iter().map(|width| width + (room - wanted) * width / wanted).collect();
    }
    // Between the widest words and the whole texts: every column gets the same part of what it lacks, but what a
    // column of a few words gets is enough for it before a column of sentences takes the rest.
    let mut out = least.clone();
    let mut left = room - floor;
    let mut open: Vec<usize> = (0..needs.len()).collect();
    open.sort_by(|a, b| (whole[*a] - least[*a]).total_cmp(&(whole[*b] - least[*b])));
    for (done, index) in open.iter().enumerate() {
        let lacking = whole[*index] - least[*index];
        let rest: Pt = open[done..].iter().map(|one| share(whole[*one] - least[*one])).sum();
        let fair = if rest > 0.0 { left * share(lacking) / rest } else { 0.0 };
        let given = lacking.min(fair);
        out[*index] += given;
        left -= given;
    }
    out
}

/// A column ten times as long as another needs less than ten times its width: the power of three quarters, made of roots,
/// which are the same on every machine.
fn share(lacking: Pt) -> Pt {
    let root = lacking.max(0.0).sqrt();
    root * root.sqrt()
}

/// Cuts the widest down until all fit.
fn level(least: &[Pt], room: Pt) -> Vec<Pt> {
    let mut sorted: Vec<Pt> = least.to_vec();
    sorted.sort_by(Pt::total_cmp);
    let mut left = room;
    for (index, width) in sorted.iter().enumerate() {
        let fair = left / (sorted.len() - index) as Pt;
        if *width > fair {
            return least.iter().map(|one| one.min(fair)).collect();
        }
        left -= width;
    }
    least.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(least: Pt, whole: Pt) -> Need {
        Need { least, whole }
    }

    #[test]
    fn what_fits_gets_what_it_needs() {
        assert_eq!(widths(&[need(20.0, 50.0), need(10.0, 30.0)], 200.0, false), [50.0, 30.0]);
        assert_eq!(widths(&[need(20.0, 50.0), need(10.0, 30.0)], 160.0, true), [100.0, 60.0]);
    }

    #[test]
    fn short_columns_stay_nearly_whole_beside_long_ones() {
        let found = widths(&[need(30.0, 40.0), need(40.0, 900.0)], 300.0, true);
        assert!(found[0] > 37.0 && found[1] > 255.0, "{found:?}");
        assert!((found[0] + found[1] - 300.0).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn columns_never_exceed_the_room() {
        let found = widths(&[need(10.0, 10.0), need(500.0, 5_000.0), need(500.0, 500.0)], 100.0, true);
        assert!((found.iter().sum::<Pt>() - 100.0).abs() < 40.01, "{found:?}");
        assert!(found.iter().sum::<Pt>() <= 100.01);
        let tight = widths(&[need(50.0, 50.0); 10], 100.0, true);
        assert!((tight.iter().sum::<Pt>() - 100.0).abs() < 0.01);
    }
}
