//! Columns of times and what is decided of them.

use super::*;

fn column(values: &[&str], declared: &[TimeFormat]) -> Seen {
    let mut seen = Seen::default();
    for text in values {
        let read = declared.iter().find_map(|form| Some((*form, parse_time(text.as_bytes(), *form)?)));
        match read.filter(|(form, moment)| plausible(*form, *moment)) {
            Some((form, moment)) => seen.read(text, form, moment),
            None => seen.lose(text),
        }
    }
    seen
}

fn chosen(values: &[&str], declared: &[TimeFormat]) -> Option<Why> {
    form(declared, &column(values, declared)).map(|choice| choice.why)
}

#[test]
fn a_column_decides_its_own_form() {
    use TimeFormat::{Compact, DayFirst, EpochMillis, EpochSeconds, Iso, MonthName, Serial, UsDate};
    for (values, declared, expected) in [
        (vec!["2026-09-24", "2026-09-25T10:00:00Z"], vec![Iso], None),
        // Day and month: the column's own values before the mapping.
        (vec!["07/09/2026", "25/06/2026"], vec![UsDate, Iso], Some(Why::Order(DayFirst))),
        (vec!["07/09/2026", "06/25/2026"], vec![DayFirst], Some(Why::Order(UsDate))),
        (vec!["07/09/2026", "25/06/2026"], vec![DayFirst], None),
        (vec!["07/09/2026", "03/02/2026"], vec![UsDate], None),
        (vec!["06/25/2026", "25/06/2026"], vec![UsDate], Some(Why::Contradictory)),
        (vec!["06/25/2026", "25/06/2026"], vec![UsDate, DayFirst], Some(Why::Contradictory)),
        (vec!["25/06/2026", "07/09/2026"], vec![Iso], Some(Why::Only(DayFirst))),
        (vec!["03/04/2026", "07/09/2026"], vec![Iso], None),
        // Dots: the day, unless a value shows otherwise.
        (vec!["03.04.2026", "07.09.2026 18:00"], vec![Iso], Some(Why::Dots)),
        (vec!["03.04.2026"], vec![UsDate, Iso], Some(Why::Dots)),
        (vec!["03.04.2026", "09.24.2026"], vec![Iso], Some(Why::Only(UsDate))),
        (vec!["03.04.2026", "07/09/2026"], vec![Iso], None),
        (vec!["24 Sep 2026", "1-Oct-26"], vec![Iso], Some(Why::Only(MonthName))),
        (vec!["46289", "46290.5"], vec![Iso], Some(Why::Only(Serial))),
        (vec!["20260924"], vec![Iso], Some(Why::Only(Compact))),
        (vec!["1790244672", "1790244673"], vec![EpochMillis], Some(Why::Only(EpochSeconds))),
        (vec!["1790244672000"], vec![EpochSeconds], Some(Why::Only(EpochMillis))),
        // One that is something else: nothing fits all of them.
        (vec!["24 Sep 2026", "soon"], vec![Iso], None),
        (vec!["2026-09-24", "24 Sep 2026"], vec![Iso], None),
    ] {
        assert_eq!(chosen(&values, &declared), expected, "{values:?} {declared:?}");
    }
}

#[test]
fn parts_of_a_column_add_up_to_the_column() {
    let (a, b) = (["07/09/2026", "24/9/26"], ["03/04/2026", "x"]);
    let all: Vec<&str> = a.iter().chain(&b).copied().collect();
    let declared = [TimeFormat::UsDate];
    let mut parts = column(&a, &declared);
    parts.merge(column(&b, &declared));
    assert_eq!(format!("{parts:?}"), format!("{:?}", column(&all, &declared)));
}

#[test]
fn a_shape_tells_nothing() {
    assert_eq!(shape("24 Sep 2026"), "99 Aaa 9999");
    assert_eq!(shape("Jörg\u{1f600}\n7"), "Aaaa??9");
    assert_eq!(shape(&"x".repeat(40)), format!("{}…", "a".repeat(32)));
}
