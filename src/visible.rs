//! Characters that act on the text around them, or hide, written out so that they are seen.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character would act on the text around it, or hide, instead of being seen.
///
/// Joiners inside scripts that need them stay; between ASCII letters they only serve to deceive.
pub fn hides(character: char, before: Option<char>) -> bool {
    match character {
        '\u{200C}' | '\u{200D}' => before.is_none_or(|c| c.is_ascii()),
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}'..='\u{FFFF}'
        | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => character.is_control(),
    }
}

/// `U+202E`.
pub fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// The text with every character that [`hides`] as `[U+202E]`. Line ends and tabs stay when `lines` is set.
pub fn visible(text: &str, lines: bool) -> Cow<'_, str> {
    let kept = |character| lines && matches!(character, '\n' | '\t');
    let mut before = None;
    let clean = text.chars().all(|character| {
        let shown = kept(character) || !hides(character, before);
        before = Some(character);
        shown
    });
    if clean {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for character in text.chars() {
        if !kept(character) && hides(character, before) {
            let _ = write!(out, "[{}]", code_point(character));
        } else {
            out.push(character);
        }
        before = Some(character);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("a\u{202E}b", false), "a[U+202E]b");
        assert_eq!(visible("a\u{1b}[31m", false), "a[U+001B][31m");
        assert_eq!(visible("a\nb", false), "a[U+000A]b");
        assert_eq!(visible("a\nb", true), "a\nb");
        assert_eq!(visible("ad\u{200D}min", false), "ad[U+200D]min");
        assert!(matches!(visible("👩\u{200D}💻 مرحبا", false), Cow::Borrowed(_)));
    }
}
