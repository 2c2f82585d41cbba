//! Digests of files and bytes.

use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::disk;

/// Size and SHA-256 of a file; `heard` is told how much was read.
pub fn size_and_sha256(path: &Path, heard: &dyn Fn(u64)) -> io::Result<(u64, String)> {
    let mut file = disk::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
        heard(read as u64);
    }
}

/// SHA-256 of some bytes in lower-case hexadecimal.
pub fn sha256_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
