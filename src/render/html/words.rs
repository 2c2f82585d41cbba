//! Pieces of text as HTML: escaped, hidden characters written out, loaded data in its own direction, nothing broken in
//! the middle that is read as one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::render::doc::{Look, Origin, Piece};
use crate::render::markup::{escape, push_escaped};
use crate::render::text;

/// Characters of loaded data that are shown at once; the rest waits in a details element.
const SHOWN: usize = 300;
/// Characters of a word that is never broken. A longer one breaks after a separator, or after [`RUN`] characters.
const WHOLE: usize = 36;
/// Characters of a long word without a separator that stay together.
const RUN: usize = 16;
/// What follows a number and belongs to it.
const UNITS: [&str; 14] = ["d", "h", "min", "s", "w", "%", "B", "KiB", "MiB", "GiB", "TiB", "UTC", "years", "days"];

/// Whether the words hold something that is folded, which no `<p>` may.
pub(super) fn folds(words: &[Piece]) -> bool {
    words
        .iter()
        .any(|piece| piece.origin == Origin::Loaded && !text::fold(&text::shown(&piece.text), SHOWN).1.is_empty())
}

/// Whether words may stand on several lines, or what is around them keeps all of them on one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    Several,
    One,
}

/// Appends a paragraph's pieces. A link to a place that the page does not have leaves its words.
pub(super) fn write(out: &mut String, words: &[Piece], places: &BTreeSet<String>, lines: Lines) {
    let mut open = "";
    for piece in words {
        let (start, end) = match piece.look {
            Look::Plain | Look::Code => ("", ""),
            Look::Strong => ("<strong>", "</strong>"),
            Look::Quiet => ("<span class=\"quiet\">", "</span>"),
            Look::Alert => ("<strong class=\"alarm\">", "</strong>"),
        };
        // Pieces of one look share its element.
        if end != open {
            out.push_str(open);
            out.push_str(start);
            open = end;
        }
        let link = piece.link.as_deref().filter(|place| places.contains(*place));
        if let Some(place) = link {
            let _ = write!(out, "<a href=\"#{}\">", escape(place));
        }
        match (piece.look, piece.origin) {
            (Look::Code, Origin::Loaded) => {
                out.push_str("<code>");
                loaded(out, &piece.text, lines);
                out.push_str("</code>");
            }
            (Look::Code, _) => wrapped(out, "code", &text::shown(&piece.text), lines),
            (_, Origin::Loaded) => loaded(out, &piece.text, lines),
            (_, Origin::Own | Origin::Rules) => push(out, &text::shown(&piece.text), lines),
        }
        if link.is_some() {
            out.push_str("</a>");
        }
    }
    out.push_str(open);
}

/// Loaded data: what is long is folded, and says how much there is.
fn loaded(out: &mut String, plain: &str, lines: Lines) {
    let plain = text::shown(plain);
    let (head, rest) = text::fold(&plain, SHOWN);
    let rest = rest.trim_start();
    if rest.is_empty() {
        return wrapped(out, "bdi", head, lines);
    }
    let more = text::count(rest.chars().count() as u64);
    wrapped(out, "bdi", head, lines);
    let _ = write!(out, "… <details class=\"rest\"><summary>{more} more characters</summary>");
    wrapped(out, "bdi", rest, lines);
    out.push_str("</details>");
}

/// The text in an element; the element itself keeps together what is one word.
fn wrapped(out: &mut String, element: &str, plain: &str, lines: Lines) {
    let words: Vec<&str> = plain.split(' ').collect();
    let whole = lines == Lines::Several && kept(&words) == words.len() && text::visible(plain, false) == plain;
    let _ = write!(out, "<{element}{}>", if whole { " class=\"k\"" } else { "" });
    if whole {
        push_word(out, plain);
    } else {
        push(out, plain, lines);
    }
    let _ = write!(out, "</{element}>");
}

/// Appends text: escaped, hidden characters written out, dates, lengths, ids and addresses unbroken.
pub(super) fn push(out: &mut String, plain: &str, lines: Lines) {
    let shown = text::visible(plain, false);
    if lines == Lines::One {
        return push_word(out, &shown);
    }
    let words: Vec<&str> = shown.split(' ').collect();
    let mut at = 0;
    while at < words.len() {
        if at > 0 {
            out.push(' ');
        }
        let together = kept(&words[at..]);
        if together == 0 {
            break_long(out, words[at]);
            at += 1;
        } else {
            // The bracket or comma around it may stand outside; it is shorter to keep it inside.
            out.push_str("<span class=\"k\">");
            push_word(out, &words[at..at + together].join(" "));
            out.push_str("</span>");
            at += together;
        }
    }
}

fn push_word(out: &mut String, word: &str) {
    word.chars().for_each(|character| push_escaped(out, character));
}

/// How many words from the first one on are read as one, and could be broken; none where nothing has to be done.
fn kept(words: &[&str]) -> usize {
    let together = joined(words);
    if together > 1 {
        return together;
    }
    let Some(word) = words.first() else { return 0 };
    let inside = word.trim_matches(|c: char| !c.is_alphanumeric());
    usize::from(inside.contains(['-', '/', '–', '?']) && word.chars().nth(WHOLE).is_none())
}

/// Words of a number with its unit, of several such (`2 d 7 h`), of a share (`3 of 120`), or of an instant.
fn joined(words: &[&str]) -> usize {
    if let [day, ..] = words
        && day.contains('-')
        && number(&day.replace('-', ""))
        && joined(&words[1..]) == 2
        && words[1].contains(':')
    {
        return 3;
    }
    if let [first, "of", second, ..] = words
        && number(first)
        && number(second)
    {
        return 3;
    }
    let mut together = 0;
    while let [first, unit, ..] = words[together..] {
        let bare = unit.trim_end_matches([',', ';', '.', ')', ':']);
        if !number(first) || !UNITS.contains(&bare) {
            break;
        }
        together += 2;
        if bare != unit {
            break;
        }
    }
    together
}

/// `1,204`, `22:00`, `(3`, `120.`
fn number(word: &str) -> bool {
    let bare = word.trim_start_matches('(').trim_end_matches([',', ';', '.', ')', ':']);
    bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ':'))
}

/// A word that may be longer than a column: it breaks after a separator, else between ASCII characters.
fn break_long(out: &mut String, word: &str) {
    if word.chars().nth(WHOLE).is_none() {
        return push_word(out, word);
    }
    if !word.is_ascii() {
        out.push_str("<span class=\"long\">");
        push_word(out, word);
        return out.push_str("</span>");
    }
    let mut run = 0;
    let mut rest = word.len();
    for character in word.chars() {
        push_escaped(out, character);
        (run, rest) = (run + 1, rest - 1);
        let separates = run > 3 && !character.is_alphanumeric();
        if rest > 3 && (separates || run >= RUN) {
            out.push_str("<wbr>");
            run = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::doc::words::{code, loaded, plain, rules, strong};
    use super::*;

    fn html(words: &[Piece]) -> String {
        let mut out = String::new();
        write(&mut out, words, &BTreeSet::from(["there".to_owned()]), Lines::Several);
        out
    }

    fn text(words: &str) -> String {
        html(&[plain(words)])
    }

    #[test]
    fn data_is_isolated_and_marked() {
        assert_eq!(html(&[loaded("<b>\u{202E}'")]), "<bdi>&lt;b&gt;[U+202E]&#39;</bdi>");
        assert_eq!(html(&[rules("<b>\u{202E}")]), "&lt;b&gt;[U+202E]");
        assert_eq!(html(&[code("a&b")]), "<code>a&amp;b</code>");
    }

    #[test]
    fn words_of_one_look_share_an_element() {
        assert_eq!(html(&[strong("a "), strong("b"), plain(" c")]), "<strong>a b</strong> c");
    }

    #[test]
    fn links_lead_to_places_that_are_there() {
        let to = |place: &str| plain("x").to(Some(place.to_owned()));
        assert_eq!(html(&[to("there"), to("nowhere")]), "<a href=\"#there\">x</a>x");
    }

    #[test]
    fn what_is_read_as_one_stays_together() {
        assert_eq!(text("on 2026-07-04, at"), "on <span class=\"k\">2026-07-04,</span> at");
        assert_eq!(text("open 2 d 7 h now"), "open <span class=\"k\">2 d 7 h</span> now");
        assert_eq!(
            text("at least 9 d, at most 39 d."),
            "at least <span class=\"k\">9 d,</span> at most <span class=\"k\">39 d.</span>"
        );
        assert_eq!(text("3 of 120 items"), "<span class=\"k\">3 of 120</span> items");
        assert_eq!(text("2026-07-04 22:00 UTC"), "<span class=\"k\">2026-07-04 22:00 UTC</span>");
        assert_eq!(text("on 2026-07-04 3 d"), "on <span class=\"k\">2026-07-04</span> <span class=\"k\">3 d</span>");
        assert_eq!(html(&[loaded("hr/employees.csv:12")]), "<bdi class=\"k\">hr/employees.csv:12</bdi>");
        assert_eq!(text("a – b"), "a – b");
    }

    #[test]
    fn what_is_long_breaks_where_it_hurts_least() {
        assert_eq!(
            text("alexander.hoffmann@acme-logistics.example"),
            "alexander.<wbr>hoffmann@<wbr>acme-<wbr>logistics.<wbr>example"
        );
        assert_eq!(text(&"f".repeat(40)), format!("{}<wbr>{}<wbr>{}", "f".repeat(16), "f".repeat(16), "f".repeat(8)));
    }

    #[test]
    fn data_folds_and_rules_do_not() {
        let long = "x".repeat(10_000);
        let html = self::html(&[loaded(&*long)]);
        assert!(html.contains("<summary>9,700 more characters</summary>") && folds(&[loaded(&*long)]));
        assert_eq!(html.matches('x').count(), 10_000);
        assert!(!self::html(&[rules(&*long)]).contains("details") && !folds(&[rules(&*long)]));
    }
}
