//! The names that stand beside a place while it is written: `.NAME.lock`, `.NAME.<16 digits>.partial` and, where the
//! system cannot exchange two names at once, `.NAME.<16 digits>.previous`.

use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::{Path, PathBuf};

/// What is not whole yet, or was replaced already.
pub(super) const PARTIAL: &str = "partial";
/// What stood at the place until the new one is there.
pub(super) const PREVIOUS: &str = "previous";
const LOCK: &str = "lock";
const DIGITS: usize = 16;

/// The file of the lock of a place.
pub(super) fn lock(place: &Path) -> PathBuf {
    beside(place, LOCK)
}

/// A name that nobody can foresee: what is planted under it is not met.
pub(super) fn random(place: &Path, ending: &str) -> PathBuf {
    beside(place, &format!("{:016x}.{ending}", number()))
}

/// A random number of the system.
pub(super) fn number() -> u64 {
    RandomState::new().build_hasher().finish()
}

fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(place.file_name().unwrap_or_default());
    name.push(".");
    name.push(ending);
    place.with_file_name(name)
}

/// What kind of remains of a place a name is. Earlier versions wrote it without a number.
pub(super) fn remains(name: &OsStr, place: &OsStr) -> Option<&'static str> {
    let bytes = name.as_encoded_bytes().strip_prefix(b".")?;
    let ending = bytes.strip_prefix(place.as_encoded_bytes())?.strip_prefix(b".")?;
    [PARTIAL, PREVIOUS].into_iter().find(|kind| match ending.strip_suffix(kind.as_bytes()) {
        Some([]) => true,
        Some([number @ .., b'.']) => is_number(number),
        _ => false,
    })
}

/// Whether a name is one of those that stand beside a place while it is written.
pub fn is_working_name(name: &str) -> bool {
    let Some((name, ending)) = name.strip_prefix('.').and_then(|name| name.rsplit_once('.')) else {
        return false;
    };
    let numbered = || name.rsplit_once('.').is_some_and(|(_, number)| is_number(number.as_bytes()));
    ending == LOCK || [PARTIAL, PREVIOUS].contains(&ending) && numbered()
}

fn is_number(bytes: &[u8]) -> bool {
    bytes.len() == DIGITS && bytes.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_again_and_others_are_not() {
        let place = Path::new("packs/2026.Q3");
        let name = |path: PathBuf| path.file_name().expect("a name").to_owned();
        for ending in [PARTIAL, PREVIOUS] {
            let made = name(random(place, ending));
            assert_eq!(remains(&made, OsStr::new("2026.Q3")), Some(ending));
            assert!(is_working_name(made.to_str().expect("UTF-8")));
            assert_eq!(remains(&made, OsStr::new("2026")), None, "of another place");
            assert_ne!(made, name(random(place, ending)));
        }
        assert!(is_working_name(name(lock(place)).to_str().expect("UTF-8")));
        assert_eq!(remains(OsStr::new(".pack.partial"), OsStr::new("pack")), Some(PARTIAL));
        for other in ["pack", ".pack", ".pack.partial", ".a.0123456789abcdeg.partial", "a.0123456789abcdef.partial"] {
            assert!(!is_working_name(other), "{other}");
        }
    }
}
