//! Normal forms under which names, addresses and ids are compared.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// An id: trimmed and NFKC, case kept.
pub(super) fn id(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() { Cow::Borrowed(trimmed) } else { Cow::Owned(trimmed.nfkc().collect()) }
}

/// An address or user name: trimmed, NFKC, lower case, the domain in its ASCII form (IDNA).
pub(super) fn address(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        if trimmed.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(trimmed.to_ascii_lowercase())
        } else {
            Cow::Borrowed(trimmed)
        }
    } else {
        let folded = trimmed.nfkc().collect::<String>().to_lowercase();
        let ascii = folded.rsplit_once('@').filter(|(_, domain)| !domain.is_ascii());
        let ascii = ascii.and_then(|(local, domain)| Some(format!("{local}@{}", idna::domain_to_ascii(domain).ok()?)));
        Cow::Owned(ascii.unwrap_or(folded))
    }
}

/// A user name without the account's own id before it: directories rename an account so when it is deleted, to free
/// the name for another.
pub(super) fn without_own_id<'a>(name: &'a str, id: Option<&str>) -> &'a str {
    let Some(id) = id.filter(|id| id.len() >= 32) else {
        return name;
    };
    let mut rest = name.chars();
    for sign in id.chars().filter(|sign| *sign != '-') {
        if !rest.next().is_some_and(|other| other.eq_ignore_ascii_case(&sign)) {
            return name;
        }
    }
    if rest.as_str().is_empty() { name } else { rest.as_str() }
}

/// The part of an address before the `@`, if it has one.
pub(super) fn local_part(address: &str) -> Option<&str> {
    address.split_once('@').map(|(local, _)| local).filter(|local| !local.is_empty())
}

/// The elements of a list in one cell.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_width_and_composition() {
        assert_eq!(address(" Ann.Lee@Corp.Example "), "ann.lee@corp.example");
        assert_eq!(address("ａｎｎ@corp.example"), "ann@corp.example");
        assert_eq!(address("jose\u{301}@x"), "josé@x");
        assert_eq!(address("Jörg@BÜCHER.example"), "jörg@xn--bcher-kva.example");
        assert_eq!(address("jo@xn--BCHER-kva.example"), address("jo@bücher.example"));
        assert_eq!(id(" 00A1 "), "00A1");
        assert_eq!(local_part("ann@x"), Some("ann"));
        assert_eq!(local_part("@x"), None);
    }

    #[test]
    fn a_deleted_user_is_called_as_before() {
        let id = Some("0A1B2C3D-0000-4000-8000-00000000000f");
        assert_eq!(without_own_id("0a1b2c3d00004000800000000000000fkim@x.example", id), "kim@x.example");
        // Another's id, no id, or nothing but the id.
        assert_eq!(
            without_own_id("0a1b2c3d00004000800000000000000ekim@x", id),
            "0a1b2c3d00004000800000000000000ekim@x"
        );
        assert_eq!(without_own_id("kim@x", None), "kim@x");
        assert_eq!(without_own_id("0a1b2c3d00004000800000000000000f", id), "0a1b2c3d00004000800000000000000f");
    }
}
