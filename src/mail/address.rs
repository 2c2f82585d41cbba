//! Mail addresses as a person writes them: `Name <user@domain>` or `user@domain`.

use lettre::message::Mailbox;
use toml::Spanned;

use crate::render::text::hides;
use crate::rules::Sheet;

/// Parses an address.
///
/// # Errors
/// Why it cannot be used.
pub(super) fn parse(text: &str) -> Result<Mailbox, &'static str> {
    let mut before = None;
    for character in text.chars() {
        if hides(character, before) {
            return Err("it has a control character or a hidden one in it");
        }
        before = Some(character);
    }
    let mailbox: Mailbox = text.parse().map_err(|_| "expected user@domain, or Name <user@domain>")?;
    // Addresses beyond ASCII need an extension that the next server on the way may lack.
    if !bare(&mailbox).is_ascii() {
        return Err("an address must be ASCII; write a domain with other letters in its xn-- form");
    }
    Ok(mailbox)
}

/// Parses an address of a rule file and records the mistake.
pub(super) fn checked(sheet: &mut Sheet<'_>, name: &str, text: &Spanned<String>) -> Option<Mailbox> {
    let said = |cause| format!("`{name}` is not a mail address: {cause}");
    parse(text.get_ref()).map_err(|cause| sheet.say("rule-value", text.span(), said(cause))).ok()
}

/// The bare address as it is written: what stands before the `@` is the server's business.
pub(super) fn bare(mailbox: &Mailbox) -> String {
    AsRef::<str>::as_ref(&mailbox.email).to_owned()
}

/// Whether two bare addresses are one.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_and_without_names() {
        assert_eq!(bare(&parse("Lena <Lena@Acme.example>").expect("an address")), "Lena@Acme.example");
        assert_eq!(parse("lena@acme.example").expect("an address").name, None);
        assert_eq!(parse("Zoë <z@acme.example>").expect("an address").name.as_deref(), Some("Zoë"));
    }

    #[test]
    fn what_is_none() {
        for text in ["", "lena", "lena@", "@acme", "a@b@c", "a@acme.example\r\nBcc: b@c.example", "zoë@acme.example"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
