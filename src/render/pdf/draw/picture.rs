//! The company's logo as a PDF knows pictures: a JPEG as it is, a PNG decoded and laid on white.

use lopdf::{Stream, dictionary};
use zune_png::PngDecoder;
use zune_png::zune_core::bytestream::ZCursor;
use zune_png::zune_core::options::DecoderOptions;

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::render::brand::Picture;

/// No logo is wider or higher; a picture of this size takes 256 MiB while it is decoded.
const MOST_PIXELS: usize = 8_192;

/// The picture as a stream of its own.
pub(super) fn embed(picture: &Picture) -> Outcome<Stream> {
    stream(picture).map_err(|cause| {
        Failure::usage_one(
            Diagnostic::error("logo", format!("the logo cannot be drawn: {cause}"))
                .hint("use a PNG, or a JPEG in grey or RGB"),
        )
    })
}

/// Why a picture cannot be drawn, so that it can be refused before any work starts.
pub(in crate::render) fn fault(picture: &Picture) -> Option<String> {
    stream(picture).err()
}

fn stream(picture: &Picture) -> Result<Stream, String> {
    if picture.media_type == "image/jpeg" { jpeg(&picture.bytes) } else { png(&picture.bytes) }
}

fn png(bytes: &[u8]) -> Result<Stream, String> {
    let options = DecoderOptions::default()
        .png_set_strip_to_8bit(true)
        .png_set_decode_animated(false)
        .set_max_width(MOST_PIXELS)
        .set_max_height(MOST_PIXELS);
    let mut decoder = PngDecoder::new_with_options(ZCursor::new(bytes), options);
    let samples = decoder.decode_raw().map_err(|cause| cause.to_string())?;
    let (width, height) = decoder.dimensions().ok_or("it has no size")?;
    let (space, samples) = match samples.len() / (width * height).max(1) {
        1 => ("DeviceGray", samples),
        2 => ("DeviceGray", on_white::<1, 2>(&samples)),
        3 => ("DeviceRGB", samples),
        4 => ("DeviceRGB", on_white::<3, 4>(&samples)),
        count => return Err(format!("it has {count} colour components")),
    };
    Ok(Stream::new(image(width as u32, height as u32, space), samples))
}

/// Lays pixels of `N` samples and an opacity (`M` = `N` + 1) on white.
fn on_white<const N: usize, const M: usize>(samples: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(samples.len() / M * N);
    for pixel in samples.chunks_exact(M) {
        let opacity = u32::from(pixel[N]);
        out.extend(
            pixel[..N].iter().map(|sample| ((u32::from(*sample) * opacity + 255 * (255 - opacity) + 127) / 255) as u8),
        );
    }
    out
}

fn jpeg(bytes: &[u8]) -> Result<Stream, String> {
    let (width, height, components) = frame(bytes).ok_or("it is no JPEG that can be read")?;
    let space = match components {
        1 => "DeviceGray",
        3 => "DeviceRGB",
        _ => return Err(format!("it has {components} colour components")),
    };
    let mut dictionary = image(width, height, space);
    dictionary.set("Filter", "DCTDecode");
    Ok(Stream::new(dictionary, bytes.to_vec()).with_compression(false))
}

/// Width, height and components from the frame header of a baseline or progressive JPEG.
fn frame(bytes: &[u8]) -> Option<(u32, u32, u8)> {
    let mut at = 2;
    if bytes.get(..2)? != [0xFF, 0xD8] {
        return None;
    }
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        if matches!(marker, 0xFF | 0x01 | 0xD0..=0xD7) {
            at += if marker == 0xFF { 1 } else { 2 };
            continue;
        }
        let number = |offset: usize| Some(u32::from(*bytes.get(offset)?) << 8 | u32::from(*bytes.get(offset + 1)?));
        if matches!(marker, 0xC0..=0xC2) {
            return (*bytes.get(at + 4)? == 8).then_some((number(at + 7)?, number(at + 5)?, *bytes.get(at + 9)?));
        }
        at += 2 + number(at + 2)? as usize;
    }
}

fn image(width: u32, height: u32, space: &str) -> lopdf::Dictionary {
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(width),
        "Height" => i64::from(height),
        "ColorSpace" => space,
        "BitsPerComponent" => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_becomes_white() {
        assert_eq!(
            on_white::<3, 4>(&[0, 0, 0, 0, 10, 20, 30, 255, 0, 0, 0, 128]),
            [255, 255, 255, 10, 20, 30, 127, 127, 127]
        );
        assert_eq!(on_white::<1, 2>(&[0, 255, 0, 0]), [0, 255]);
    }

    #[test]
    fn a_jpegs_frame_is_found_behind_other_segments() {
        let bytes = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 3, 0, 5, 3, 0, 0, 0];
        assert_eq!(frame(&bytes), Some((5, 3, 3)));
        assert_eq!(frame(&bytes[..12]), None);
        assert_eq!(frame(b"GIF89a"), None);
    }
}
