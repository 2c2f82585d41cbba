//! One finding in both packs: what became of it, and why.

use crate::render::text;
use crate::report::FindingResult;
use crate::time;

use super::brief::Brief;
use super::cause::leave_date;
use crate::report::drift::Class;

/// What passed between the packs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    /// Seconds from the as-of of the baseline to that of the current pack.
    pub(super) seconds: i64,
    /// Whether another leave date of HR is why the stay has another beginning.
    pub(super) leave_moved: bool,
}

/// The class of a stay that both packs have, with the reasons. `marks` are the ageing marks of its metric, in seconds.
pub(super) fn classify(before: &Brief, after: &Brief, marks: &[i64], between: Between) -> (Class, Vec<String>) {
    let mut why = differences(before, after, between);
    // Whatever else differs: who had access has none any more.
    if before.open && !after.open {
        why.insert(0, "its stay ended".to_owned());
        return (Class::Resolved, why);
    }
    if before.waived() && !after.waived() {
        why.insert(0, "a waiver covered it, and does not any more".to_owned());
        return (Class::WaiverExpired, why);
    }
    if !before.open && after.open {
        why.insert(0, "its stay had ended, and is open now".to_owned());
        return (Class::Reopened, why);
    }
    if !before.waived() && after.waived() {
        why.insert(0, "a waiver in force covers it now".to_owned());
        return (Class::Waived, why);
    }
    let mark = aged(before, after, marks);
    let worse = worse(before, after, between);
    if !worse.is_empty() {
        // The mark says how bad it is; time alone makes nothing worse.
        why.splice(0..0, worse.into_iter().chain(mark));
        return (Class::Worse, why);
    }
    let better = better(before, after, between);
    let class = match (mark, better.is_empty()) {
        // What is older still is not better.
        (Some(mark), _) => {
            why.insert(0, mark);
            return (Class::Aged, why);
        }
        (None, false) => Class::Better,
        (None, true) if after.open => Class::StillOpen,
        (None, true) => Class::Unchanged,
    };
    why.splice(0..0, better);
    (class, why)
}

/// What explains a difference.
fn differences(before: &Brief, after: &Brief, between: Between) -> Vec<String> {
    let mut why = Vec::new();
    if before.limit != after.limit {
        why.push(format!("the limit was {} and is {}", text::length(before.limit), text::length(after.limit)));
    }
    if let (true, Some(was), Some(is)) = (between.leave_moved, before.began, after.began) {
        why.push(leave_date(was, is));
    } else if before.began != after.began {
        let at = |began: Option<i64>| began.map_or_else(|| "not known".to_owned(), time::readable);
        why.push(format!("its beginning was {} and is {}", at(before.began), at(after.began)));
    }
    if !before.open && !after.open && before.ended != after.ended {
        let at = |ended: Option<i64>| ended.map_or_else(|| "not known".to_owned(), time::readable);
        why.push(format!("its end was {} and is {}", at(before.ended), at(after.ended)));
    }
    if before.waived() && after.waived() && before.waiver != after.waiver {
        why.push("another waiver covers it than before".to_owned());
    }
    if before.person != after.person {
        why.push("it is matched to another person than before".to_owned());
    }
    why
}

fn worse(before: &Brief, after: &Brief, between: Between) -> Vec<String> {
    let mut why = Vec::new();
    if after.privileged == Some(true) && before.privileged == Some(false) {
        why.push("the account is privileged now".to_owned());
    }
    if after.severity < before.severity {
        why.push(format!("severity was {} and is {}", before.severity, after.severity));
    }
    if before.result == FindingResult::Indeterminate && after.result == FindingResult::Over {
        why.push("it was possible, and is certain now".to_owned());
    }
    if before.open == after.open {
        let grown = after.length.saturating_sub(before.length);
        let explained = if after.open { between.seconds.max(0) } else { 0 };
        if grown > explained && (!after.open || before.began != after.began) {
            why.push(format!("longer: {} instead of {}", text::length(after.length), text::length(before.length)));
        }
    }
    why
}

/// The ageing mark that an open stay passed. Where nobody saw the beginning, the shortest reading may never pass one,
/// however long the stay is seen: that it may have passed a mark is told, too, and is said as no more than that.
fn aged(before: &Brief, after: &Brief, marks: &[i64]) -> Option<String> {
    if !before.open || !after.open {
        return None;
    }
    // Within the limit, an age is nothing to speak of.
    let counts = |mark: i64| mark > 0 && mark >= after.limit;
    let passed = |was: i64, is: i64| marks.iter().rev().find(|mark| counts(**mark) && was <= **mark && is > **mark);
    if let Some(mark) = passed(before.length, after.length) {
        return Some(format!("open for more than {} now", text::length(*mark)));
    }
    let mark = before.longest.zip(after.longest).and_then(|(was, is)| passed(was, is))?;
    Some(format!("it may have been open for more than {} now", text::length(*mark)))
}

fn better(before: &Brief, after: &Brief, between: Between) -> Vec<String> {
    let mut why = Vec::new();
    if after.privileged == Some(false) && before.privileged == Some(true) {
        why.push("the account is not privileged any more".to_owned());
    }
    if after.severity > before.severity {
        why.push(format!("severity was {} and is {}", before.severity, after.severity));
    }
    if before.result == FindingResult::Over && after.result == FindingResult::Indeterminate {
        why.push("it was certain, and is only possible now".to_owned());
    }
    // Of what may be over and may be not, a length within the limit says nothing, before and now.
    let says = before.length > before.limit || after.result == FindingResult::Over;
    if before.open == after.open && after.length < before.length && between.seconds >= 0 && says {
        why.push(format!("shorter: {} instead of {}", text::length(after.length), text::length(before.length)));
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Severity;

    const DAY: i64 = 86_400;
    const WEEK: Between = Between { seconds: 7 * DAY, leave_moved: false };
    const MARKS: [i64; 3] = [30 * DAY, 90 * DAY, 180 * DAY];

    fn open(days: i64) -> Brief {
        Brief {
            id: (1, 1),
            key: 1,
            person: 0,
            severity: Severity::High,
            result: FindingResult::Over,
            open: true,
            waiver: None,
            metric: 0,
            privileged: Some(false),
            began: Some(0),
            ended: None,
            length: days * DAY,
            longest: None,
            limit: DAY,
            met: false,
        }
    }

    fn class(before: &Brief, after: &Brief) -> Class {
        classify(before, after, &MARKS, WEEK).0
    }

    #[test]
    fn time_alone_is_no_change_until_the_next_mark() {
        assert_eq!(class(&open(40), &open(47)), Class::StillOpen);
        assert_eq!(class(&open(85), &open(90)), Class::StillOpen);
        assert_eq!(class(&open(85), &open(92)), Class::Aged);
    }

    #[test]
    fn a_beginning_that_moved_explains_more_than_time() {
        let earlier = Brief { began: Some(-1), ..open(92) };
        assert_eq!(class(&open(85), &Brief { began: Some(-1), ..open(91) }), Class::Aged);
        let (class, why) = classify(&open(84), &earlier, &MARKS, WEEK);
        assert_eq!(class, Class::Worse);
        assert_eq!(why[..2], ["longer: 92 d instead of 84 d", "open for more than 90 d now"]);
    }

    #[test]
    fn an_age_of_which_only_the_longest_reading_is_known_passes_marks_too() {
        let seen = |longest: i64| Brief { longest: Some(longest * DAY), ..open(0) };
        assert_eq!(class(&seen(27), &seen(30)), Class::StillOpen);
        let (class, why) = classify(&seen(27), &seen(34), &MARKS, WEEK);
        assert_eq!((class, why), (Class::Aged, vec!["it may have been open for more than 30 d now".to_owned()]));
    }

    #[test]
    fn an_end_resolves_and_a_new_opening_reopens() {
        let ended = Brief { open: false, ended: Some(5), ..open(42) };
        assert_eq!(class(&open(40), &ended), Class::Resolved);
        assert_eq!(class(&ended, &open(47)), Class::Reopened);
        assert_eq!(class(&ended, &ended.clone()), Class::Unchanged);
    }

    #[test]
    fn an_end_resolves_whatever_else_differs() {
        let ended = Brief { open: false, ended: Some(5), severity: Severity::Critical, ..open(42) };
        assert_eq!(class(&open(40), &ended), Class::Resolved);
        let waived = Brief { waiver: Some("W1".into()), ..open(40) };
        assert_eq!(class(&waived, &ended), Class::Resolved);
    }

    #[test]
    fn another_waiver_is_said() {
        let with = |id: &str, days| Brief { waiver: Some(id.into()), ..open(days) };
        let (class, why) = classify(&with("W1", 40), &with("W2", 47), &MARKS, WEEK);
        assert_eq!((class, why), (Class::StillOpen, vec!["another waiver covers it than before".to_owned()]));
    }

    #[test]
    fn corrections_of_what_had_ended() {
        let ended = Brief { open: false, ended: Some(5), ..open(42) };
        assert_eq!(class(&ended, &Brief { length: 43 * DAY, ..ended.clone() }), Class::Worse);
        assert_eq!(class(&ended, &Brief { length: 41 * DAY, ..ended.clone() }), Class::Better);
    }

    #[test]
    fn privilege_severity_and_certainty() {
        assert_eq!(class(&open(40), &Brief { privileged: Some(true), ..open(47) }), Class::Worse);
        assert_eq!(class(&open(40), &Brief { severity: Severity::Critical, ..open(47) }), Class::Worse);
        assert_eq!(class(&open(40), &Brief { severity: Severity::Low, ..open(47) }), Class::Better);
        assert_eq!(class(&open(40), &Brief { privileged: None, ..open(47) }), Class::StillOpen);
        let doubtful = Brief { result: FindingResult::Indeterminate, ..open(40) };
        assert_eq!(class(&doubtful, &open(47)), Class::Worse);
        assert_eq!(class(&open(40), &Brief { length: 47 * DAY, ..doubtful }), Class::Better);
    }

    #[test]
    fn waivers_come_first() {
        let covered = || Some("W1".into());
        let waived = Brief { waiver: covered(), ..open(40) };
        assert_eq!(class(&waived, &open(200)), Class::WaiverExpired);
        assert_eq!(class(&open(40), &Brief { waiver: covered(), ..open(47) }), Class::Waived);
        assert_eq!(class(&open(85), &Brief { waiver: covered(), ..open(92) }), Class::Waived);
    }

    #[test]
    fn what_explains_a_change_is_said() {
        let after = Brief { limit: 2 * DAY, began: Some(60_000_000), person: 9, ..open(47) };
        let (_, why) = classify(&open(40), &after, &MARKS, WEEK);
        assert_eq!(
            why,
            [
                "the limit was 1 d and is 2 d",
                "its beginning was 1970-01-01 00:00 UTC and is 1970-01-01 00:01 UTC",
                "it is matched to another person than before",
            ]
        );
        let (_, why) = classify(&open(40), &after, &MARKS, Between { leave_moved: true, ..WEEK });
        assert_eq!(why[1], "the leave date of HR was 1970-01-01 00:00 UTC and is 1970-01-01 00:01 UTC");
    }
}
