//! What the page takes from the company's brand: logo, words, and the accent as a property of the style sheet.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::Value;
use serde::Serialize;

use super::cell::prose;
use crate::render::Brand;

/// Height of the logo on the page, in CSS pixels; the width follows, up to [`LOGO_WIDTH`].
const LOGO_HEIGHT: u64 = 48;
/// Largest width of the logo.
const LOGO_WIDTH: u64 = 240;

/// Rows of the sign-off block where the company has none of its own.
const SIGN_OFF: [&str; 3] = ["Prepared by", "Reviewed by", "Accepted by"];

/// The brand as the templates see it.
#[derive(Debug, Serialize)]
pub(super) struct BrandView {
    logo: Option<LogoView>,
    introduction: Option<Value>,
    notice: Option<Value>,
    footer: Option<Value>,
    sign_off: Vec<Value>,
}

#[derive(Debug, Serialize)]
struct LogoView {
    src: Value,
    alternative: String,
    width: String,
    height: String,
}

/// Builds the view.
pub(super) fn view(brand: &Brand) -> BrandView {
    let words = &brand.wording;
    let paragraph = |own: &Option<String>| own.as_deref().map(prose);
    BrandView {
        logo: brand.logo.as_ref().map(|logo| {
            let (width, height) = (u64::from(logo.width.max(1)), u64::from(logo.height.max(1)));
            // As high as the line, unless it would be too wide for a phone.
            let high = LOGO_HEIGHT.min(LOGO_WIDTH * height / width).max(1);
            LogoView {
                src: Value::from_safe_string(format!(
                    "data:{};base64,{}",
                    logo.media_type,
                    STANDARD.encode(&logo.bytes)
                )),
                alternative: logo.alternative.clone(),
                width: (width * high / height).clamp(1, LOGO_WIDTH).to_string(),
                height: high.to_string(),
            }
        }),
        introduction: paragraph(&words.introduction),
        notice: paragraph(&words.notice),
        footer: paragraph(&words.footer),
        sign_off: match words.sign_off.as_slice() {
            [] => SIGN_OFF.into_iter().map(prose).collect(),
            rows => rows.iter().map(|row| prose(row)).collect(),
        },
    }
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

/// The classification of the report, or the one of the brand.
pub(super) fn classification(report: Option<&str>, brand: &Brand) -> Option<Value> {
    report.or(brand.classification.as_deref()).map(prose)
}
