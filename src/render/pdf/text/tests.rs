//! What the typesetter promises, checked against properties that can be seen without a picture.

use std::time::Instant;

use super::{Line, Span, Style, Typesetter};
use crate::render::brand::FontFile;

const PLAIN: Style = Style { size: 10.0, bold: false, tabular: false, colour: [0, 0, 0] };
const BOLD: Style = Style { bold: true, ..PLAIN };
const TABULAR: Style = Style { tabular: true, ..PLAIN };

fn typesetter() -> Typesetter<'static> {
    Typesetter::new(&[]).expect("shipped fonts")
}

fn span(text: &str) -> Span {
    Span::plain(text, PLAIN)
}

fn broken(text: &str, width: f32) -> Vec<String> {
    let lines = typesetter().lines(&[span(text)], width);
    assert!(lines.iter().all(|line| line.width <= width + 0.02), "a line is too wide");
    lines.iter().map(copied).collect()
}

/// What copying a line gives, run by run.
fn copied(line: &Line) -> String {
    line.runs.iter().map(|run| run.text.as_str()).collect()
}

#[test]
fn kerning_and_weight_count() {
    let set = typesetter();
    assert!(set.width("AV", PLAIN) < set.width("A", PLAIN) + set.width("V", PLAIN) - 0.1);
    assert!(set.width("Access", BOLD) > set.width("Access", PLAIN));
    let twice = Style { size: 20.0, ..PLAIN };
    assert!((set.width("Access", twice) - 2.0 * set.width("Access", PLAIN)).abs() < 0.001);
    assert!(set.ascent(PLAIN) > 8.0 && set.ascent(PLAIN) < 11.0);
    assert!(set.descent(PLAIN) > 1.5 && set.descent(PLAIN) < 3.5);
}

#[test]
fn tabular_digits_are_of_one_width() {
    let set = typesetter();
    assert!((set.width("1111", TABULAR) - set.width("8888", TABULAR)).abs() < 0.001);
    assert!(set.width("1111", PLAIN) < set.width("8888", PLAIN));
}

#[test]
fn ids_are_not_embellished() {
    // Inter would make an arrow of "->" and a multiplication sign of the x between digits.
    let set = typesetter();
    let parts: f32 = ["0", "x", "1"].iter().map(|part| set.width(part, TABULAR)).sum();
    assert!((set.width("0x1", TABULAR) - parts).abs() < 0.5);
    assert_eq!(set.line("a->b", PLAIN, None).runs[0].glyphs.len(), 4);
    let alone = set.line("x", PLAIN, None).runs[0].glyphs[0].id;
    assert_eq!(set.line("0x1", PLAIN, None).runs[0].glyphs[1].id, alone);
}

#[test]
fn lines_break_between_words_and_keep_the_space() {
    assert_eq!(broken("limit 24 hours", 30.0), ["limit ", "24 ", "hours"]);
    assert_eq!(broken("one\ntwo\n\nthree", 500.0), ["one ", "two ", " ", "three"]);
    assert_eq!(broken("one\n", 500.0), ["one ", ""]);
    assert_eq!(broken("", 500.0), [""]);
    let spaced = typesetter().lines(&[span("limit   24")], 30.0);
    assert_eq!(copied(&spaced[0]), "limit   ");
    assert!((spaced[0].width - typesetter().width("limit", PLAIN)).abs() < 0.001);
}

#[test]
fn ids_break_only_where_they_do_not_fit() {
    assert_eq!(broken("see svc-backup", 60.0), ["see ", "svc-backup"]);
    assert_eq!(broken("see svc-backup-of-the-finance-ledger", 60.0)[0], "see svc-");
    assert_eq!(broken("exports/salesforce/users.csv", 70.0), ["exports/", "salesforce/", "users.csv"]);
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let lines = broken(hash, 100.0);
    assert_eq!(lines.concat(), hash);
    assert!(lines.len() <= 5, "{lines:?}");
    // A line holds one letter at least.
    assert_eq!(typesetter().lines(&[span("abc")], 0.5).len(), 3);
}

#[test]
fn a_mark_stays_with_its_letter() {
    let lines = typesetter().lines(&[span("e\u{323}\u{302}e\u{323}\u{302}")], 6.5);
    let texts: Vec<String> = lines.iter().map(copied).collect();
    assert_eq!(texts, ["e\u{323}\u{302}", "e\u{323}\u{302}"]);
}

#[test]
fn names_have_all_their_glyphs() {
    let set = typesetter();
    for name in [
        "Zoë Müller",
        "Ελένη Παπαδοπούλου",
        "Дмитрий Щербаков",
        "Nguyễn Thị Hồng",
        "Nguye\u{302}\u{303}n Thi\u{323} Ho\u{302}\u{300}ng",
        "محمد العربي",
        "יעל כהן",
    ] {
        for style in [PLAIN, BOLD] {
            let line = set.line(name, style, None);
            assert!(line.runs.iter().all(|run| run.missing.is_none()), "{name}");
            assert!(line.runs.iter().flat_map(|run| &run.glyphs).all(|glyph| glyph.id != 0), "{name}");
            assert!(line.runs.iter().all(|run| set.faces()[run.face].bold == style.bold), "{name}");
        }
    }
    // Composed and decomposed letters are the same picture.
    let composed = set.line("ễ", PLAIN, None);
    let decomposed = set.line("e\u{302}\u{303}", PLAIN, None);
    assert_eq!(composed.runs[0].glyphs[0].id, decomposed.runs[0].glyphs[0].id);
    assert_eq!(decomposed.runs[0].text, "e\u{302}\u{303}");
}

#[test]
fn right_to_left_names_are_set_in_visual_order() {
    let set = typesetter();
    let line = set.line("Order 66 — محمد (ops)", PLAIN, None);
    let runs: Vec<(&str, bool)> = line.runs.iter().map(|run| (run.text.as_str(), run.rtl)).collect();
    assert_eq!(runs, [("Order 66 — ", false), ("محمد", true), (" (ops)", false)]);
    // A paragraph runs from left to right whatever it begins with, unless it holds no letter of that direction.
    let line = set.line("محمد (ops)", PLAIN, None);
    let runs: Vec<&str> = line.runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(runs, ["محمد", " (ops)"]);
    let line = set.line("محمد (12)", PLAIN, None);
    let number = line.runs.iter().position(|run| run.text.contains("12"));
    let name = line.runs.iter().position(|run| run.text.contains("محمد"));
    assert!(number < name);
    // What stands side by side is one run only where it is one text.
    let line = set.line("abc שלום 12", PLAIN, None);
    let runs: Vec<(&str, usize)> = line.runs.iter().map(|run| (run.text.as_str(), run.begins)).collect();
    assert_eq!(runs, [("abc ", 0), ("12", 13), ("שלום ", 4)]);
    // Letters are joined: an Arabic word is not the sum of its letters standing alone.
    let alone: Vec<u16> = "محمد".chars().map(|c| set.line(&c.to_string(), PLAIN, None).runs[0].glyphs[0].id).collect();
    let mut joined: Vec<u16> = set.line("محمد", PLAIN, None).runs[0].glyphs.iter().map(|glyph| glyph.id).collect();
    joined.reverse();
    assert_ne!(joined, alone);
}

#[test]
fn glyphs_carry_the_text_of_their_clusters() {
    let set = typesetter();
    for text in ["office", "Zoë", "لا", "السلام", "יעל", "e\u{323}\u{302}x"] {
        for run in set.line(text, PLAIN, None).runs {
            let mut clusters: Vec<&str> = run.glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
            if run.rtl {
                clusters.reverse();
            }
            assert_eq!(clusters.concat(), text);
        }
    }
}

#[test]
fn a_missing_character_is_a_box_that_copies_right() {
    let line = typesetter().line("ok 😀 日本", PLAIN, None);
    let boxes: Vec<(Option<char>, &str)> =
        line.runs.iter().filter(|run| run.missing.is_some()).map(|run| (run.missing, run.text.as_str())).collect();
    assert_eq!(boxes, [(Some('😀'), "😀"), (Some('日'), "日"), (Some('本'), "本")]);
    assert_eq!(copied(&line), "ok 😀 日本");
    let line = typesetter().line("👩\u{200D}💻❤\u{FE0F}", PLAIN, None);
    assert_eq!(copied(&line), "👩\u{200D}💻❤\u{FE0F}");
}

#[test]
fn ideographs_break_between_each_other() {
    assert_eq!(broken("日本語日本語", 20.0), ["日本", "語日", "本語"]);
}

#[test]
fn a_line_is_cut_with_an_ellipsis() {
    let set = typesetter();
    let width = set.width("Access after leaving", PLAIN);
    assert_eq!(copied(&set.line("Access after leaving", PLAIN, Some(width))), "Access after leaving");
    let line = set.line("Access after leaving", PLAIN, Some(width - 1.0));
    assert_eq!(copied(&line), "Access after leavi…");
    assert!(line.width <= width - 1.0 + 0.01);
    assert_eq!(copied(&set.line("Access", PLAIN, Some(1.0))), "…");
}

#[test]
fn spans_keep_their_styles_and_links() {
    let spans = [
        Span::plain("see ", PLAIN),
        Span { link: Some("metric".to_owned()), ..Span::plain("leaver-lag", BOLD) },
        Span::plain(", below", PLAIN),
    ];
    let lines = typesetter().lines(&spans, 500.0);
    let runs: Vec<(&str, bool, Option<&str>)> =
        lines[0].runs.iter().map(|run| (run.text.as_str(), run.style.bold, run.link.as_deref())).collect();
    assert_eq!(runs, [("see ", false, None), ("leaver-lag", true, Some("metric")), (", below", false, None)]);
    let x: Vec<f32> = lines[0].runs.iter().map(|run| run.x).collect();
    assert!((x[1] - lines[0].runs[0].width).abs() < 0.001);
}

#[test]
fn the_companys_fonts_come_last_and_broken_ones_are_named() {
    let bytes = include_bytes!("../../../../assets/fonts/NotoSansHebrew-Regular.ttf").to_vec();
    let fonts = [FontFile { name: "own.ttf".to_owned(), bytes }];
    let set = Typesetter::new(&fonts).expect("fonts");
    assert_eq!(set.faces().len(), 7);
    assert_eq!(set.line("כהן", PLAIN, None).runs[0].face, 4);
    let broken = [
        FontFile { name: "a.ttf".to_owned(), bytes: vec![0, 1, 0, 0, 9] },
        FontFile { name: "b.otf".to_owned(), bytes: Vec::new() },
    ];
    let failure = Typesetter::new(&broken).err().expect("refused");
    assert_eq!(failure.diagnostics.len(), 2);
    assert!(failure.to_string().contains("a.ttf: the font cannot be read"), "{failure}");
}

#[test]
fn widest_word_is_the_widest_segment() {
    let set = typesetter();
    let expected = set.width("svc-backup@acme.example", PLAIN);
    assert!((set.widest_word("of svc-backup@acme.example there", PLAIN) - expected).abs() < 0.01);
}

#[test]
fn a_word_of_ten_thousand_characters_takes_linear_time() {
    let set = typesetter();
    let time = |length: usize| {
        let started = Instant::now();
        let lines = set.lines(&[span(&"ab1".repeat(length))], 200.0);
        assert!(lines.len() > length / 20);
        started.elapsed().as_secs_f64()
    };
    let (short, long) = (time(1_000), time(8_000));
    assert!(long < short.max(0.02) * 40.0, "{short} s, then {long} s");
}

/// A name in another script, and a number behind it: the number stays behind the name, where it would else go to its left.
#[test]
fn loaded_data_reads_in_its_own_direction() {
    let typesetter = Typesetter::new(&[]).expect("the shipped fonts");
    let of = |isolated: bool| {
        let name = Span { isolated, ..Span::plain("יעל כהן", PLAIN) };
        let line = typesetter.lines(&[name, Span::plain(", 00112, IT", PLAIN)], 400.0).remove(0);
        let at = |text: &str| line.runs.iter().find(|run| run.text.contains(text)).map(|run| run.x);
        (at("00112"), at("כהן"))
    };
    let (number, name) = of(true);
    assert!(number > name && name.is_some(), "{number:?} {name:?}");
    let (number, name) = of(false);
    assert!(number < name, "{number:?} {name:?}");
}
