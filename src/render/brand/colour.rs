//! Whether a colour can be read on a page.

/// The page of the light theme, and paper.
pub(super) const LIGHT: [u8; 3] = [0xff, 0xff, 0xff];
/// The lightest ground of the dark theme, that of its boxes: what can be read there can be read on its page.
const DARK: [u8; 3] = [0x1a, 0x20, 0x29];
/// The contrast that text needs (WCAG 2, level AA).
pub(super) const NEEDED: f64 = 4.5;

/// `#1a2b3c` as red, green, blue.
pub(super) fn parse(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The contrast ratio of two colours by WCAG 2: 1 for the same, 21 for black on white.
pub(super) fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

/// The colour for the dark theme: as it is if it can be read there, else mixed with white until it can.
pub(super) fn on_dark(colour: [u8; 3]) -> [u8; 3] {
    let mixed = |step: u16| colour.map(|part| (u16::from(part) + (255 - u16::from(part)) * step / 20) as u8);
    (0..=20).map(mixed).find(|one| contrast(*one, DARK) >= NEEDED).unwrap_or(LIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_the_standard() {
        assert!((contrast([0; 3], LIGHT) - 21.0).abs() < 1e-9);
        // The grey that guidelines name as the lightest one for text on white.
        assert!((contrast([0x76; 3], LIGHT) - 4.54).abs() < 0.005);
        assert!(contrast([0x77; 3], LIGHT) < NEEDED);
    }

    #[test]
    fn the_dark_theme_gets_a_colour_that_can_be_read() {
        for colour in [[0, 0, 0], [0x1a, 0x2b, 0x3c], [0x80, 0, 0], [0xff, 0xff, 0xff]] {
            assert!(contrast(on_dark(colour), DARK) >= NEEDED, "{colour:?}");
        }
        assert_eq!(on_dark([0xff, 0xd0, 0x80]), [0xff, 0xd0, 0x80], "what can be read stays as it is");
    }

    #[test]
    fn colours_are_six_digits() {
        assert_eq!(parse("#1a2B3c"), Some([0x1a, 0x2b, 0x3c]));
        for wrong in ["1a2b3c", "#1a2b3", "#1a2b3c4d", "#1a2b3g", "#+a2b3c", "navy", "#ééé"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
