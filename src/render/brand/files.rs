//! Logos and fonts: what kind of file it really is, and how large.

use std::path::{Component, Path};

use crate::disk;

/// Largest logo: it stands in the page itself, and on every page of the PDF.
const LOGO_BYTES: u64 = 2 << 20;
/// Largest side of a logo.
const LOGO_SIDE: u32 = 4_000;
/// Largest font: those of the East Asian scripts have up to 20 MB.
const FONT_BYTES: u64 = 40 << 20;

/// A file of the folder, or why it cannot be used.
pub(super) type Read<T> = Result<T, String>;

/// Media type, bytes, width and height of a logo.
pub(super) fn logo(folder: &Path, name: &str) -> Read<(&'static str, Vec<u8>, u32, u32)> {
    let bytes = read(folder, name, LOGO_BYTES, "2 MB")?;
    let found = png(&bytes).map(|size| ("image/png", size)).or_else(|| jpeg(&bytes).map(|size| ("image/jpeg", size)));
    let Some((media_type, (width, height))) = found else {
        return Err(format!("`{name}` is neither a PNG nor a JPEG picture, or it is damaged"));
    };
    if width == 0 || height == 0 || width > LOGO_SIDE || height > LOGO_SIDE {
        return Err(format!("`{name}` has {width} x {height} pixels; a side may have 1 to {LOGO_SIDE}"));
    }
    Ok((media_type, bytes, width, height))
}

/// The bytes of a font.
pub(super) fn font(folder: &Path, name: &str) -> Read<Vec<u8>> {
    let bytes = read(folder, name, FONT_BYTES, "40 MB")?;
    if bytes.starts_with(b"ttcf") {
        return Err(format!("`{name}` is a collection of fonts; give one font as .ttf or .otf"));
    }
    if rustybuzz::Face::from_slice(&bytes, 0).is_none() {
        return Err(format!("`{name}` is not a TrueType or OpenType font, or it is damaged"));
    }
    Ok(bytes)
}

fn read(folder: &Path, name: &str, most: u64, most_text: &str) -> Read<Vec<u8>> {
    let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err(format!("`{name}` must lie in the folder of brand.toml"));
    }
    let path = folder.join(name);
    if std::fs::metadata(&path).is_ok_and(|data| data.is_file() && data.len() > most) {
        return Err(format!("`{name}` is larger than {most_text}"));
    }
    disk::read(&path, most).map_err(|cause| format!("`{name}` cannot be read: {cause}"))
}

/// Width and height of a PNG with its beginning and its end.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    memchr::memmem::find(rest, b"IEND")?;
    Some((number(rest, 0, 4)?, number(rest, 4, 4)?))
}

/// Width and height of a JPEG: those of its frame header, which follows any number of other segments.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    bytes.strip_prefix(b"\xff\xd8\xff")?;
    memchr::memmem::rfind(bytes, b"\xff\xd9")?;
    let mut at = 2;
    loop {
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        let length = number(bytes, at + 1, 2)? as usize;
        match marker {
            // The picture itself begins and no frame header was seen.
            0xd9 | 0xda => return None,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((number(bytes, at + 6, 2)?, number(bytes, at + 4, 2)?));
            }
            _ => at += 1 + length.max(2),
        }
        if *bytes.get(at)? != 0xff {
            return None;
        }
    }
}

/// A number of `size` bytes, the highest first.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(size)?)?;
    Some(part.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_head() {
        let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\x50\x08\x06".to_vec();
        assert_eq!(png(&file), None, "cut off");
        file.extend_from_slice(b"\0\0\0\0IEND\xaeB`\x82");
        assert_eq!(png(&file), Some((320, 80)));
        let frame = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x0b\x08\0\x50\x01\x40\x01\x01\x11\0\xff\xd9";
        assert_eq!(jpeg(frame), Some((320, 80)));
        assert_eq!(jpeg(b"\xff\xd8\xff\xda\0\x02\xff\xd9"), None, "no frame");
        assert_eq!(jpeg(b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0\xff\xd9"), None, "segments without a length end somewhere");
        assert_eq!(png(b"GIF89a"), None);
    }
}
