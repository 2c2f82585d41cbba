//! The sentences of verdicts, and the small words that they are made of.

use crate::number::count as grouped;
use crate::report::{Gap, Status};
use crate::time::Length;

/// Everything that the sentence of a metric's verdict speaks about.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) population: u64,
    pub(super) over: u64,
    pub(super) indeterminate: u64,
    pub(super) unknown: u64,
    pub(super) excluded: u64,
    pub(super) waived_over: u64,
    pub(super) waived_indeterminate: u64,
}

/// `24 h`, `90 d`, `0 s`: a limit as people read it.
pub(super) fn limit_words(limit: Length) -> String {
    let text = limit.to_string();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = if unit == "m" { "min" } else { unit };
    format!("{number} {unit}")
}

/// `1 account`, `2 accounts`, `3 people`.
pub(super) fn counted(count: u64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{} {}", grouped(count), plural(unit)) }
}

pub(super) fn plural(unit: &str) -> String {
    match unit {
        "person" => "people".to_owned(),
        _ => match unit.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ => format!("{unit}s"),
        },
    }
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// Gaps of one kind that a sentence names.
const NAMED: usize = 3;

/// The words of gaps: the first few of each kind, then how many more there are.
fn gap_words(gaps: &[Gap]) -> Vec<String> {
    let mut words = Vec::new();
    for same in gaps.chunk_by(|a, b| a.kind == b.kind) {
        words.extend(same.iter().take(NAMED).map(|gap| gap.words.clone()));
        if let Some(more) = same.len().checked_sub(NAMED).filter(|more| *more > 0) {
            words.push(format!("and {more} more of that kind"));
        }
    }
    words
}

/// A metric's reason with no more than the first of many gaps, and how many more there are: a reference rests on several
/// metrics, and each of them says all of its own.
pub(super) fn with_few_gaps(reason: &str, gaps: &[Gap]) -> String {
    match gaps {
        [first, more @ ..] if more.len() > 1 => {
            let few = format!("{}; {} more gaps in its evidence", first.words, grouped(more.len() as u64));
            reason.replacen(&gap_words(gaps).join("; "), &few, 1)
        }
        _ => reason.to_owned(),
    }
}

/// The reason for a metric's verdict, with k of n.
pub(super) fn metric_reason(
    status: Status,
    counts: &Counts,
    unit: &str,
    limit: &str,
    missing: &[String],
    gaps: &[Gap],
) -> String {
    let units = plural(unit);
    let all = counts.population;
    let mut parts = Vec::new();
    match status {
        Status::NotAssessed if missing.is_empty() => return "the policy gives no limit for this metric".to_owned(),
        Status::NotAssessed => return format!("no source feeds {}", missing.join(", ")),
        Status::NoPopulation => {
            let excluded = match counts.excluded {
                0 => String::new(),
                n => format!(" ({} excluded)", counted(n, unit)),
            };
            return format!("there were no {units} to measure{excluded}");
        }
        Status::Met => return format!("{0} of {0} {units} stayed within {limit}", grouped(all)),
        Status::NotMet | Status::InsufficientEvidence | Status::MetWithWaivers => {}
    }
    if !missing.is_empty() {
        parts.push(format!("no source feeds {}", missing.join(", ")));
    }
    parts.extend(gap_words(gaps));
    if all == 0 {
        parts.insert(0, format!("no {units} to measure"));
    }
    if all > 0 {
        let mut sentence = format!("{} of {} {units} exceeded {limit}", grouped(counts.over), grouped(all));
        if counts.waived_over > 0 && counts.waived_over == counts.over {
            sentence.push_str(if counts.over == 1 {
                ", covered by a waiver in force"
            } else {
                ", all covered by waivers in force"
            });
        } else if counts.waived_over > 0 {
            sentence = format!("{sentence}, {} of them covered by waivers in force", grouped(counts.waived_over));
        }
        parts.insert(0, sentence);
        let more = if counts.over > 0 { " more" } else { "" };
        if counts.indeterminate > 0 {
            let n = counts.indeterminate;
            let waived = match counts.waived_indeterminate {
                0 => String::new(),
                covered if covered == n => ", covered by waivers in force".to_owned(),
                covered => format!(", {} of them covered by waivers in force", grouped(covered)),
            };
            parts.push(format!("{}{more} {} indeterminate{waived}", grouped(n), are(n)));
        }
        if counts.unknown > 0 {
            parts.push(format!("{} {} unknown", grouped(counts.unknown), are(counts.unknown)));
        }
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::GapKind;

    fn sentence(status: Status, counts: &Counts, missing: &[&str], gaps: &[&str]) -> String {
        let missing: Vec<String> = missing.iter().map(|text| (*text).to_owned()).collect();
        let gap = |words: &&str| Gap { kind: GapKind::LogHole, system: None, table: None, words: (*words).to_owned() };
        let gaps: Vec<Gap> = gaps.iter().map(gap).collect();
        metric_reason(status, counts, "account", "24 h", &missing, &gaps)
    }

    #[test]
    fn sentences() {
        let base = Counts { population: 41, ..Counts::default() };
        let shown = [
            sentence(Status::NotMet, &Counts { over: 3, indeterminate: 2, ..base.clone() }, &[], &[]),
            sentence(
                Status::NotMet,
                &Counts { over: 3, waived_over: 1, unknown: 1, ..base.clone() },
                &[],
                &["no log before 2026-07-05"],
            ),
            sentence(Status::InsufficientEvidence, &Counts { indeterminate: 1, ..base.clone() }, &[], &[]),
            sentence(Status::InsufficientEvidence, &Counts::default(), &["credentials"], &[]),
            sentence(Status::InsufficientEvidence, &base, &[], &["no log before 2026-07-05"]),
            sentence(Status::MetWithWaivers, &Counts { over: 2, waived_over: 2, ..base.clone() }, &[], &[]),
            sentence(
                Status::MetWithWaivers,
                &Counts { indeterminate: 1, waived_indeterminate: 1, ..base.clone() },
                &[],
                &[],
            ),
            sentence(Status::Met, &base, &[], &[]),
            sentence(Status::InsufficientEvidence, &base, &[], &["a", "b", "c", "d", "e"]),
            sentence(Status::NoPopulation, &Counts { excluded: 5, ..Counts::default() }, &[], &[]),
            sentence(Status::NotAssessed, &base, &[], &[]),
        ];
        let expected = [
            "3 of 41 accounts exceeded 24 h; 2 more are indeterminate",
            "3 of 41 accounts exceeded 24 h, 1 of them covered by waivers in force; no log before 2026-07-05; 1 is unknown",
            "0 of 41 accounts exceeded 24 h; 1 is indeterminate",
            "no accounts to measure; no source feeds credentials",
            "0 of 41 accounts exceeded 24 h; no log before 2026-07-05",
            "2 of 41 accounts exceeded 24 h, all covered by waivers in force",
            "0 of 41 accounts exceeded 24 h; 1 is indeterminate, covered by waivers in force",
            "41 of 41 accounts stayed within 24 h",
            "0 of 41 accounts exceeded 24 h; a; b; c; and 2 more of that kind",
            "there were no accounts to measure (5 accounts excluded)",
            "the policy gives no limit for this metric",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn many_gaps_are_counted_after_the_first() {
        let gap = |words: &&str| Gap { kind: GapKind::LogHole, system: None, table: None, words: (*words).to_owned() };
        let counts = Counts { population: 41, over: 3, waived_over: 1, unknown: 1, ..Counts::default() };
        let few = |words: &[&str]| {
            let gaps: Vec<Gap> = words.iter().map(gap).collect();
            with_few_gaps(&metric_reason(Status::NotMet, &counts, "account", "24 h", &[], &gaps), &gaps)
        };
        let over = "3 of 41 accounts exceeded 24 h, 1 of them covered by waivers in force";
        assert_eq!(few(&[]), format!("{over}; 1 is unknown"));
        assert_eq!(few(&["a", "b"]), format!("{over}; a; b; 1 is unknown"));
        assert_eq!(few(&["a", "b", "c"]), format!("{over}; a; 2 more gaps in its evidence; 1 is unknown"));
        assert_eq!(few(&["a", "b", "c", "d", "e"]), format!("{over}; a; 4 more gaps in its evidence; 1 is unknown"));
    }

    #[test]
    fn small_words() {
        assert_eq!(counted(1, "person"), "1 person");
        assert_eq!(counted(2, "person"), "2 people");
        assert_eq!(plural("identity"), "identities");
        assert_eq!(plural("key"), "keys");
        assert_eq!(limit_words("30m".parse().expect("a length")), "30 min");
        assert_eq!(limit_words("24h".parse().expect("a length")), "24 h");
    }
}
