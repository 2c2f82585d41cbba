//! What the colours mean: an sRGB profile made here from the constants of IEC 61966-2-1 and ICC.1:2010.

use lopdf::{Dictionary, Document as Pdf, Object, Stream, dictionary};

/// Chromatic adaptation from the white of sRGB (D65) to that of profiles (D50), by Bradford's method.
const ADAPTATION: [f64; 9] =
    [1.047_882, 0.022_919, -0.050_217, 0.029_587, 0.990_479, -0.017_059, -0.009_232, 0.015_076, 0.751_678];
/// The white of profiles, and the primaries of sRGB seen under it.
const WHITE: [f64; 3] = [0.964_2, 1.0, 0.824_9];
const RED: [f64; 3] = [0.436_07, 0.222_49, 0.013_92];
const GREEN: [f64; 3] = [0.385_15, 0.716_87, 0.097_08];
const BLUE: [f64; 3] = [0.143_07, 0.060_61, 0.714_10];
/// `((x · a) + b) ^ g` from `d` on, `x · c` below.
const CURVE: [f64; 5] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];
const NAME: &str = "sRGB IEC61966-2.1";

/// The output intent of the catalog.
pub(super) fn intent(pdf: &mut Pdf) -> Object {
    let mut attributes = Dictionary::new();
    attributes.set("N", 3);
    let profile = pdf.add_object(Stream::new(attributes, profile()));
    dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(NAME),
        "Info" => Object::string_literal(NAME),
        "DestOutputProfile" => profile,
    }
    .into()
}

fn profile() -> Vec<u8> {
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", words(NAME)),
        (b"cprt", words("No copyright, use freely.")),
        (b"wtpt", numbers(*b"XYZ ", &WHITE)),
        (b"chad", numbers(*b"sf32", &ADAPTATION)),
        (b"rXYZ", numbers(*b"XYZ ", &RED)),
        (b"gXYZ", numbers(*b"XYZ ", &GREEN)),
        (b"bXYZ", numbers(*b"XYZ ", &BLUE)),
        (b"rTRC", curve()),
        (b"gTRC", curve()),
        (b"bTRC", curve()),
    ];
    let mut directory = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + tags.len() * 12;
    for (name, tag) in &tags {
        directory.extend_from_slice(*name);
        directory.extend(((start + data.len()) as u32).to_be_bytes());
        directory.extend((tag.len() as u32).to_be_bytes());
        data.extend(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = vec![0_u8; 128];
    header[0..4].copy_from_slice(&((start + data.len()) as u32).to_be_bytes());
    header[8..12].copy_from_slice(&[4, 0x20, 0, 0]);
    header[12..24].copy_from_slice(b"mntrRGB XYZ ");
    // The day of the profile: the first of January 2000, as good as any.
    header[24..30].copy_from_slice(&[0x07, 0xD0, 0, 1, 0, 1]);
    header[36..40].copy_from_slice(b"acsp");
    for (place, value) in WHITE.into_iter().enumerate() {
        header[68 + place * 4..72 + place * 4].copy_from_slice(&fixed(value));
    }
    header.extend(directory);
    header.extend(data);
    header
}

/// A number in sixteen bits before and after the point.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

fn numbers(kind: [u8; 4], values: &[f64]) -> Vec<u8> {
    let mut out = kind.to_vec();
    out.extend([0; 4]);
    out.extend(values.iter().flat_map(|value| fixed(*value)));
    out
}

fn curve() -> Vec<u8> {
    let mut out = b"para\0\0\0\0\0\x03\0\0".to_vec();
    out.extend(CURVE.iter().flat_map(|value| fixed(*value)));
    out
}

fn words(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut out = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0CenUS".to_vec();
    out.extend((units.len() as u32).to_be_bytes());
    out.extend(28_u32.to_be_bytes());
    out.extend(units);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_as_long_as_it_says_and_white_is_white() {
        let profile = profile();
        assert_eq!(profile[0..4], (profile.len() as u32).to_be_bytes());
        assert_eq!(&profile[36..40], b"acsp");
        for (axis, white) in WHITE.into_iter().enumerate() {
            assert!((RED[axis] + GREEN[axis] + BLUE[axis] - white).abs() < 0.000_2);
        }
        let end: f64 = (CURVE[1] + CURVE[2]).powf(CURVE[0]);
        assert!((end - 1.0).abs() < 1e-9);
    }
}
