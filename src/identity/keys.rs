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
}
