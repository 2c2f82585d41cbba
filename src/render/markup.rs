//! Text inside markup (HTML, SVG): the special characters escaped, hidden ones written out.

use super::text;

/// Text with the five special characters escaped and hidden characters written out; line ends and tabs stay.
pub(super) fn escape(plain: &str) -> String {
    let shown = text::visible(plain, true);
    let mut out = String::with_capacity(shown.len() + 8);
    for character in shown.chars() {
        push_escaped(&mut out, character);
    }
    out
}

/// Appends one character, escaped if markup would act on it.
pub(super) fn push_escaped(out: &mut String, character: char) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_attribute_or_begins_an_element() {
        assert_eq!(escape("<a b='c' d=\"e\">&amp;"), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;");
        assert_eq!(escape("a\n\t\u{0}\u{202E}"), "a\n\t[U+0000][U+202E]");
    }
}
