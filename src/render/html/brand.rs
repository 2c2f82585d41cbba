//! What the page takes from the company's brand: the logo, and the accent as a property of the style sheet.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::Value;
use serde::Serialize;

use crate::render::Brand;

/// Height of the logo on the page, in CSS pixels; the width follows, up to [`LOGO_WIDTH`].
const LOGO_HEIGHT: u64 = 48;
/// Largest width of the logo.
const LOGO_WIDTH: u64 = 240;

/// The logo as templates see it.
#[derive(Debug, Serialize)]
pub(super) struct LogoView {
    src: Value,
    alternative: String,
    width: String,
    height: String,
}

/// The logo, as high as a line, unless it would be too wide for a phone.
pub(super) fn logo(brand: &Brand) -> Option<LogoView> {
    let logo = brand.logo.as_ref()?;
    let (width, height) = (u64::from(logo.width.max(1)), u64::from(logo.height.max(1)));
    let high = LOGO_HEIGHT.min(LOGO_WIDTH * height / width).max(1);
    let data = format!("data:{};base64,{}", logo.media_type, STANDARD.encode(&logo.bytes));
    Some(LogoView {
        src: Value::from_safe_string(data),
        alternative: logo.alternative.clone(),
        width: (width * high / height).clamp(1, LOGO_WIDTH).to_string(),
        height: high.to_string(),
    })
}

/// The style sheet with the accent after it: whatever the sheet says, the accent holds.
pub(super) fn style(sheet: &str, brand: &Brand) -> String {
    let mut style = sheet.to_owned();
    if let (Some(light), Some(dark)) = (brand.accent, brand.accent_on_dark()) {
        let colour = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
        let _ = write!(
            style,
            "\n:root {{ --accent: {light}; }}\n\
             @media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {} }} }}\n",
            colour(dark),
            light = colour(light)
        );
    }
    style
}
