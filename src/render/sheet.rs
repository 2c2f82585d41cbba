//! A company's own style sheet: it is added to the shipped one, and may say how text is set, never whether or as what it
//! is seen.
//!
//! Properties and their values come from a list with bounds: sizes that can be read, distances that push nothing off the
//! page, fonts that every machine has as letters. Colours come from `brand.toml`, where their contrast is known.

use std::fmt::Write as _;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, SourceLocation, StyleSheetParser, Token,
};

/// What the values of a property may be: some of these words, and lengths in CSS pixels within bounds.
struct Rule {
    /// Names of properties; one that ends in `*` stands for all that begin so.
    names: &'static [&'static str],
    words: &'static [&'static str],
    /// Least and largest length, in CSS pixels.
    pixels: Option<(f32, f32)>,
    /// Least and largest number without a unit.
    numbers: Option<(f32, f32)>,
    /// Whether a colour may stand there; it draws lines only.
    colours: bool,
}

const NONE: Rule = Rule { names: &[], words: &[], pixels: None, numbers: None, colours: false };

const RULES: [Rule; 12] = [
    Rule {
        names: &["font-family"],
        words: &[
            "serif",
            "sans-serif",
            "monospace",
            "system-ui",
            "ui-serif",
            "ui-sans-serif",
            "ui-monospace",
            "ui-rounded",
        ],
        ..NONE
    },
    Rule { names: &["font-size"], pixels: Some((12.0, 48.0)), ..NONE },
    Rule { names: &["font-weight"], words: &["normal", "bold"], numbers: Some((300.0, 900.0)), ..NONE },
    Rule { names: &["font-style"], words: &["normal", "italic"], ..NONE },
    Rule { names: &["line-height"], words: &["normal"], numbers: Some((1.2, 2.5)), ..NONE },
    Rule {
        names: &["letter-spacing"],
        words: &["normal"],
        pixels: Some((0.0, 3.0)),
        numbers: Some((0.0, 0.0)),
        ..NONE
    },
    Rule { names: &["text-align"], words: &["left", "right", "center", "start", "end", "justify"], ..NONE },
    Rule { names: &["text-decoration"], words: &["none", "underline", "dotted", "solid"], ..NONE },
    Rule { names: &["hyphens"], words: &["none", "manual", "auto"], ..NONE },
    Rule {
        names: &["margin*", "padding*", "gap", "row-gap", "column-gap", "border-radius", "border-spacing"],
        words: &["auto"],
        pixels: Some((0.0, 24.0)),
        numbers: Some((0.0, 0.0)),
        ..NONE
    },
    Rule {
        names: &["border*"],
        words: &["none", "solid", "dashed", "dotted", "double", "collapse", "separate"],
        pixels: Some((0.0, 4.0)),
        numbers: Some((0.0, 0.0)),
        colours: true,
    },
    Rule {
        names: &["break-before", "break-after", "break-inside", "page-break-*", "widows", "orphans"],
        words: &["auto", "avoid", "avoid-page", "page", "always"],
        numbers: Some((1.0, 9.0)),
        ..NONE
    },
];

/// What `@page` may say.
const PAGE: [Rule; 2] = [
    Rule { names: &["size"], words: &["a3", "a4", "letter", "legal", "portrait", "landscape"], ..NONE },
    Rule { names: &["margin*"], pixels: Some((0.0, 114.0)), numbers: Some((0.0, 0.0)), ..NONE },
];

/// A part of a sheet that is not allowed: line and column, both from 1, and what is wrong.
pub(super) type Mistake = (u64, u64, String);

/// Every part of the sheet that is not allowed, in its order.
pub(super) fn check(text: &str) -> Vec<Mistake> {
    let mut sheet = Sheet { rules: &RULES, mistakes: Vec::new() };
    let mut parser = Parser::new(text);
    let rules: Vec<_> = StyleSheetParser::new(&mut parser, &mut sheet).collect();
    let damaged = rules
        .into_iter()
        .filter_map(Result::err)
        .map(|(_, _, place)| (place, "this is no rule that a style sheet of your own may have".to_owned()));
    sheet.mistakes.extend(damaged);
    let mut mistakes: Vec<Mistake> =
        sheet.mistakes.into_iter().map(|(at, said)| (u64::from(at.line) + 1, u64::from(at.column), said)).collect();
    mistakes.sort();
    mistakes
}

/// Walks rules and declarations; what it does not like is noted, and never stops it.
struct Sheet {
    rules: &'static [Rule],
    mistakes: Vec<(SourceLocation, String)>,
}

impl Sheet {
    fn block(&mut self, input: &mut Parser<'_>) {
        let damaged: Vec<_> = RuleBodyParser::new(input, &mut *self).filter_map(Result::err).collect();
        self.mistakes.extend(
            damaged.into_iter().map(|(_, _, place)| (place, "this is no declaration that can be read".to_owned())),
        );
    }
}

/// A rule of `@media`, with rules of its own, or of `@page`.
enum At {
    Media,
    Page,
}

impl<'i> AtRuleParser<'i> for Sheet {
    type Prelude = At;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<At, ParseError<()>> {
        let kind = match name.to_ascii_lowercase().as_str() {
            "media" => At::Media,
            "page" => At::Page,
            _ => return Err(ParseError::unexpected_token()),
        };
        while input.next().is_ok() {}
        Ok(kind)
    }

    fn parse_block(&mut self, kind: At, _: &ParserState, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        match kind {
            At::Media => {
                let damaged: Vec<_> = StyleSheetParser::new(input, &mut *self).filter_map(Result::err).collect();
                let said = "this is no rule that a style sheet of your own may have";
                self.mistakes.extend(damaged.into_iter().map(|(_, _, place)| (place, said.to_owned())));
            }
            At::Page => {
                let mut page = Sheet { rules: &PAGE, mistakes: Vec::new() };
                page.block(input);
                self.mistakes.append(&mut page.mistakes);
            }
        }
        Ok(())
    }
}

impl<'i> QualifiedRuleParser<'i> for Sheet {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        while input.next().is_ok() {}
        Ok(())
    }

    fn parse_block(&mut self, (): (), _: &ParserState, input: &mut Parser<'i>) -> Result<(), ParseError<()>> {
        self.block(input);
        Ok(())
    }
}

impl<'i> DeclarationParser<'i> for Sheet {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        start: &ParserState,
    ) -> Result<(), ParseError<()>> {
        let name = name.to_ascii_lowercase();
        let known = self.rules.iter().find(|rule| rule.names.iter().any(|known| is_named(known, &name)));
        let Some(rule) = known else {
            while input.next().is_ok() {}
            self.mistakes.push((
                start.source_location(),
                format!("`{name}` could hide or change a fact; {}", named(self.rules)),
            ));
            return Ok(());
        };
        loop {
            input.skip_whitespace();
            let at = input.current_source_location();
            let Ok(token) = input.next() else { return Ok(()) };
            if !rule.allows(token) {
                self.mistakes.push((at, format!("`{name}` takes {}", rule.words())));
                while input.next().is_ok() {}
                return Ok(());
            }
        }
    }
}

impl RuleBodyItemParser<'_, (), ()> for Sheet {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

impl Rule {
    fn allows(&self, token: &Token<'_>) -> bool {
        let within = |bounds: Option<(f32, f32)>, value: f32| {
            bounds.is_some_and(|(least, most)| value >= least && value <= most)
        };
        match token {
            Token::Ident(word) => self.colours || self.words.iter().any(|known| known.eq_ignore_ascii_case(word)),
            Token::Number { value, .. } => within(self.numbers, *value),
            Token::Dimension { value, unit, .. } => {
                pixels(*value, unit).is_some_and(|length| within(self.pixels, length))
            }
            Token::Hash(_) | Token::IDHash(_) => self.colours,
            Token::Comma => true,
            _ => false,
        }
    }

    /// What it takes, for a message.
    fn words(&self) -> String {
        let mut said = self.words.join(", ");
        let mut more = |text: String| {
            let join = if said.is_empty() { "" } else { ", or " };
            let _ = write!(said, "{join}{text}");
        };
        if let Some((least, most)) = self.pixels {
            more(format!("lengths of {least} to {most} px in px, rem, pt, mm, cm or in"));
        }
        if let Some((least, most)) = self.numbers.filter(|(_, most)| *most > 0.0) {
            more(format!("numbers from {least} to {most}"));
        }
        said
    }
}

fn is_named(known: &str, name: &str) -> bool {
    known.strip_suffix('*').map_or(known == name, |begin| name.starts_with(begin))
}

/// A length in CSS pixels; `None` for units that depend on something else than the size of the root.
fn pixels(value: f32, unit: &str) -> Option<f32> {
    let inch = 96.0;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "px" => 1.0,
        "rem" => 16.0,
        "pt" => inch / 72.0,
        "mm" => inch / 25.4,
        "cm" => inch / 2.54,
        "in" => inch,
        _ => return None,
    };
    Some(value * factor)
}

/// The properties that may be used.
fn named(rules: &[Rule]) -> String {
    let names: Vec<&str> = rules.iter().flat_map(|rule| rule.names).copied().collect();
    format!("allowed are {}; colours are in brand.toml", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::check;

    fn said(sheet: &str) -> Vec<String> {
        check(sheet).into_iter().map(|(line, column, said)| format!("{line}:{column} {said}")).collect()
    }

    #[test]
    fn how_text_is_set_is_free() {
        for sheet in [
            "",
            "/* nothing */",
            "body { font-family: serif, sans-serif; font-size: 11pt; line-height: 1.4 }",
            "h1, .verdict > p { margin: 0 0 1.5rem; border-left: 4px solid #aabbcc; text-align: center }",
            "@media print { td { padding: 1mm 2mm; break-inside: avoid } } @page { size: letter; margin: 20mm }",
            "a::before { font-weight: bold !important }",
        ] {
            let expected = usize::from(sheet.contains('!'));
            assert_eq!(said(sheet).len(), expected, "{sheet}: {:?}", said(sheet));
        }
    }

    /// Each could take a fact from the page, cover it, or say another.
    #[test]
    fn what_could_hide_or_change_is_refused() {
        for rule in [
            "display: none",
            "visibility: hidden",
            "opacity: 0",
            "color: white",
            "background: black",
            "content: '0 of 33'",
            "font-size: 0",
            "font-size: 1px",
            "font-size: 0.1em",
            "font-size: 2%",
            "font: 0/0 a",
            "position: absolute",
            "z-index: 9",
            "transform: scale(0)",
            "clip-path: inset(50%)",
            "height: 0",
            "max-height: 0",
            "width: 0",
            "overflow: hidden",
            "margin-left: -100vw",
            "margin: -9rem",
            "padding: 100vw",
            "padding: 9999px",
            "text-indent: -999px",
            "letter-spacing: -1em",
            "letter-spacing: 100px",
            "line-height: 0",
            "font-family: Wingdings",
            "font-family: url(x)",
            "text-decoration: line-through",
            "text-transform: uppercase",
            "direction: rtl",
            "unicode-bidi: bidi-override",
            "writing-mode: vertical-rl",
            "filter: blur(9px)",
            "mask: url(x)",
            "zoom: 0",
            "--ink: #ffffff",
            "all: unset",
            "animation: x 1s",
            "border-image: url(data:image/png;base64,AA)",
            "margin: calc(0px - 99rem)",
            "padding: var(--x)",
            "order: 2",
            "float: right",
            "counter-reset: a",
            "quotes: '0' '1'",
            "list-style: '0 of 33'",
            "columns: 99",
            "text-shadow: 0 0 #fff",
            "-webkit-text-fill-color: white",
            "font-variant: small-caps",
        ] {
            let sheet = format!("p {{\n  {rule};\n}}\n");
            let mistakes = said(&sheet);
            assert!(!mistakes.is_empty() && mistakes[0].starts_with("2:"), "{rule}: {mistakes:?}");
        }
        for sheet in [
            "@import 'a.css';",
            "@import url(https://a.example/a.css);",
            "@font-face { font-family: serif; src: url(data:font/woff2,x) }",
            "@keyframes a { from { opacity: 0 } }",
            "@layer a { p { margin: 0 } }",
            "@property --a { syntax: '*' }",
            "@supports (margin: 0) { p { margin: 0 } }",
            "@media all { p { display: none } }",
            "@page { @top-left { content: '0 of 33' } }",
            "p { & b { display: none } }",
            "p { b { display: none } }",
            "@namespace a url(a);",
            "p { margin: 0",
            "} p { display: none }",
        ] {
            let fine = sheet == "p { margin: 0";
            assert_eq!(said(sheet).is_empty(), fine, "{sheet}");
        }
    }

    #[test]
    fn all_mistakes_are_told_with_their_place() {
        let said = said("p { margin: 0;\n  color: red }\n\nh1 { font-size: 0 }\n@import 'x';\n");
        let places: Vec<_> = said.iter().map(|one| one.split(' ').next().expect("a place")).collect();
        assert_eq!(places, ["2:3", "4:17", "5:1"], "{said:?}");
    }
}
