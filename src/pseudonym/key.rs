//! The key, and the token that it gives for a value: HMAC-SHA-256 (RFC 2104), cut to twelve signs.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use hashbrown::HashMap;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::dataset::Personal;
use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};

/// The shortest key, in bytes.
const SHORTEST: usize = 32;
/// The largest file that can be meant as a key.
const LARGEST: u64 = 1 << 16;
/// A key has at least so many different bytes: sixteen digits give a random hexadecimal text nearly all of them.
const DIFFERENT: usize = 8;
/// Signs of a token: 60 bits, so that a run with millions of values has none twice.
const SIGNS: usize = 12;
/// Digits and letters without those that are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What stands for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// A letter for the kind of the value, a hyphen, and twelve signs.
    pub text: String,
    /// The bits that are written.
    written: u64,
    /// Bits of the same hash that are not.
    unwritten: u64,
}

/// The tokens of many values: whether two values have one.
#[derive(Debug, Default)]
pub struct Distinct(HashMap<u64, u64>);

impl Distinct {
    /// Adds a token; whether every value with this token is the same one.
    pub fn add(&mut self, token: &Token) -> bool {
        *self.0.entry(token.written).or_insert(token.unwritten) == token.unwritten
    }
}

/// A secret that turns values into tokens. It is never written, and never printed.
#[derive(Clone)]
pub struct Key {
    keyed: Hmac<Sha256>,
    fingerprint: String,
    file: Option<PathBuf>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.fingerprint)
    }
}

impl Key {
    /// Reads the file of a key. Line ends at the end of a text are not part of it.
    ///
    /// # Errors
    /// The file cannot be read, or is no key.
    pub fn read(path: &Path) -> Outcome<Self> {
        let bytes = disk::read(path, LARGEST).map_err(|cause| bad(path, &format!("cannot be read: {cause}")))?;
        let text = std::str::from_utf8(&bytes).ok().map(|text| text.trim_end_matches(['\r', '\n']).as_bytes());
        let key = Self::new(text.unwrap_or(&bytes)).map_err(|what| bad(path, &what))?;
        Ok(Self { file: Some(path.to_owned()), ..key })
    }

    /// A key of bytes.
    ///
    /// # Errors
    /// They are too few, or nearly all the same: what is wrong with them.
    pub fn new(secret: &[u8]) -> Result<Self, String> {
        if secret.len() < SHORTEST {
            return Err(format!("has {} bytes, and a key has {SHORTEST} at least", secret.len()));
        }
        let different: std::collections::BTreeSet<&u8> = secret.iter().collect();
        if different.len() < DIFFERENT {
            return Err(format!("has only {} different bytes: it is no random key", different.len()));
        }
        let keyed = Hmac::new_from_slice(secret).map_err(|cause| format!("is no key: {cause}"))?;
        let mut face = Sha256::new();
        face.update(b"overstay key of pseudonyms\0");
        face.update(secret);
        let fingerprint = face.finalize().iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        Ok(Self { keyed, fingerprint, file: None })
    }

    /// What tells this key from others, and nothing of it: sixteen digits of a SHA-256.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// That the key does not lie in a folder, where it would be read as an export, or travel with a pack.
    ///
    /// # Errors
    /// It does.
    pub fn outside(&self, folder: &Path) -> Outcome<()> {
        let full = |path: &Path| std::fs::canonicalize(path).ok();
        let inside = |file: &PathBuf| full(file).zip(full(folder)).is_some_and(|(file, at)| file.starts_with(at));
        match self.file.as_ref().filter(|file| inside(file)) {
            Some(file) => Err(bad(file, &format!("lies in {}, which others are given", folder.display()))),
            None => Ok(()),
        }
    }

    /// What stands for a value; blank values stay as they are.
    pub fn make(&self, personal: Personal, value: &str) -> Token {
        if value.trim().is_empty() {
            return Token { text: value.to_owned(), written: 0, unwritten: 0 };
        }
        let digest = self.hmac(canonical(personal, value).as_bytes());
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let written = number(&digest[..8]) >> (64 - 5 * SIGNS);
        let mut text = String::with_capacity(SIGNS + 2);
        text.push(personal.letter(value));
        text.push('-');
        for sign in (0..SIGNS).rev() {
            text.push(char::from(ALPHABET[((written >> (5 * sign)) & 31) as usize]));
        }
        Token { text, written, unwritten: number(&digest[8..16]) }
    }

    /// The text of [`Key::make`].
    pub fn token(&self, personal: Personal, value: &str) -> String {
        self.make(personal, value).text
    }

    fn hmac(&self, message: &[u8]) -> [u8; 32] {
        self.keyed.clone().chain_update(message).finalize().into_bytes().into()
    }
}

/// The form of a value that decides its token: spellings that mean the same have one. Ids of accounts and credentials
/// are told apart by every sign.
fn canonical(personal: Personal, value: &str) -> Cow<'_, str> {
    let folds = personal.ignores_case(value);
    if personal.is_exact() && !folds {
        return Cow::Borrowed(value);
    }
    match (value.is_ascii(), folds) {
        (true, true) => Cow::Owned(value.trim().to_ascii_lowercase()),
        (true, false) => Cow::Borrowed(value.trim()),
        (false, true) => Cow::Owned(value.trim().nfkc().collect::<String>().to_lowercase()),
        (false, false) => Cow::Owned(value.trim().nfkc().collect()),
    }
}

fn bad(path: &Path, what: &str) -> Failure {
    let place = Place::file(path.display().to_string());
    let hint = "make one with `openssl rand -hex 32 > KEYFILE`, and keep it where the packs do not go";
    Failure::usage_one(Diagnostic::error("bad-key", format!("the key file {what}")).at(place).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn key() -> Key {
        Key::new(SECRET).expect("a key")
    }

    #[test]
    fn the_hash_is_hmac_sha_256() {
        // RFC 4231, test cases 6 and 2; the second key is too short for a key of ours.
        let long: Vec<u8> = vec![0xaa; 131];
        let of = |secret: &[u8]| Key {
            keyed: Hmac::new_from_slice(secret).expect("any length"),
            fingerprint: String::new(),
            file: None,
        };
        let key = of(&long);
        let digest = key.hmac(b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(digest[..6], [0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0]);
        let key = of(b"Jefe");
        assert_eq!(key.hmac(b"what do ya want for nothing?")[..6], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60]);
    }

    #[test]
    fn a_value_has_one_token_and_a_letter_for_its_kind() {
        let key = key();
        let person = key.token(Personal::Person, "00117");
        assert_eq!(person.len(), 14);
        assert_eq!(person, key.token(Personal::Person, "00117"));
        assert_eq!(person[1..], key.token(Personal::Anyone, "00117")[1..], "the kind is the letter alone");
        assert_ne!(person, key.token(Personal::Person, "00118"));
        assert!(person.starts_with("p-"), "{person}");
        assert_eq!(key.token(Personal::Login, "Anna@ACME.example"), key.token(Personal::Address, " anna@acme.example"));
        assert_ne!(
            key.token(Personal::Account, "AB"),
            key.token(Personal::Account, "ab"),
            "ids are told apart by case"
        );
        assert_eq!(key.token(Personal::Name, " "), " ", "nothing stays nothing");
        let other = Key::new(b"another key of thirty-two bytes, or more").expect("a key");
        assert_ne!(person, other.token(Personal::Person, "00117"));
        assert_ne!(key.fingerprint(), other.fingerprint());
    }

    #[test]
    fn two_values_with_one_token_are_noticed() {
        let mut seen = Distinct::default();
        let token = key().make(Personal::Person, "00117");
        assert!(seen.add(&token) && seen.add(&token), "the same value again");
        assert!(seen.add(&key().make(Personal::Person, "00118")));
        assert!(!seen.add(&Token { unwritten: token.unwritten ^ 1, ..token }));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(Key::new(&SECRET[..31]).expect_err("short").contains("31 bytes"));
        assert!(Key::new(&[b'a'; 64]).expect_err("all the same").contains("different bytes"));
        assert_eq!(format!("{:?}", key()), format!("Key({})", key().fingerprint()), "it is never printed");
    }
}
