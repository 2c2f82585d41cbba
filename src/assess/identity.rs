//! Finding ids: the same stay has the same id in every run.

use sha2::{Digest, Sha256};

use crate::time::Micros;

/// What an id speaks of when the beginning is not known to the microsecond: a new export may move the bounds.
const UNSURE: &str = "~";

/// The first 64 bits of a SHA-256 over metric, system, key and beginning.
///
/// The key is the credential's, else the account's, else the person, else the subject. File names, rows and export
/// times are not part of it. Fields are separated by their lengths, so that no two lists of fields give the same bytes.
pub(super) fn finding_number(
    metric: &str,
    system: Option<&str>,
    key: &str,
    began: (Option<Micros>, Option<Micros>),
) -> u64 {
    let mut hash = Sha256::new();
    let mut field = |text: &[u8]| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    field(metric.as_bytes());
    field(system.unwrap_or_default().as_bytes());
    field(key.as_bytes());
    match began {
        (Some(lo), Some(hi)) if lo == hi => field(&lo.to_be_bytes()),
        _ => field(UNSURE.as_bytes()),
    }
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Appends `ovs-` and 16 hex digits; a second stay with the same number gets `-2`, and so on.
pub(super) fn push_finding_id(out: &mut String, number: u64, copy: u32) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push_str("ovs-");
    for shift in (0..16).rev() {
        out.push(char::from(HEX[((number >> (shift * 4)) & 15) as usize]));
    }
    if copy > 1 {
        out.push('-');
        out.push_str(&copy.to_string());
    }
}

/// The id of an item of the exception queue: of the same thing the same in every run.
pub fn item_id(kind: &str, system: Option<&str>, parts: &[&str]) -> String {
    let key = parts.join("\0");
    format!("q-{:016x}", finding_number(kind, system, &key, (None, None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_public_and_does_not_change() {
        let mut id = String::new();
        push_finding_id(&mut id, finding_number("leaver-lag", Some("okta"), "okta:00u1", (Some(5), Some(5))), 1);
        // SHA-256 over 8-byte big-endian lengths and fields, computed apart from this code.
        assert_eq!(id, "ovs-c02392edaeca0864");
    }

    #[test]
    fn what_is_part_of_it() {
        let base = finding_number("m", Some("s"), "k", (Some(5), Some(5)));
        assert_ne!(base, finding_number("n", Some("s"), "k", (Some(5), Some(5))));
        assert_ne!(base, finding_number("m", None, "k", (Some(5), Some(5))));
        assert_ne!(base, finding_number("m", Some("s"), "l", (Some(5), Some(5))));
        assert_ne!(base, finding_number("m", Some("s"), "k", (Some(6), Some(6))));
        assert_ne!(
            finding_number("ms", Some(""), "k", (None, None)),
            finding_number("m", Some("s"), "k", (None, None))
        );
        // The bounds of an uncertain beginning move with every export.
        assert_eq!(
            finding_number("m", Some("s"), "k", (None, Some(5))),
            finding_number("m", Some("s"), "k", (Some(1), Some(9)))
        );
    }

    #[test]
    fn copies_are_numbered() {
        let mut id = String::new();
        push_finding_id(&mut id, 0xab, 3);
        assert_eq!(id, "ovs-00000000000000ab-3");
    }
}
