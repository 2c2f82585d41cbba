//! What a server says, for people: on one line, of a length that people read, and without the password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::render::text;

/// What stands for a password in the words of a server.
const HIDDEN: &str = "[…]";

/// What a server says goes to terminals and files.
pub(super) fn shown(plain: &str) -> String {
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    text::visible(text::cut(&line, 300).0, false).into_owned()
}

/// A password, to be taken out of what a server says: some repeat what they did not understand.
#[derive(Clone, Default)]
pub(super) struct Secret {
    /// The longest first: one may be a part of another.
    forms: Vec<String>,
}

impl Secret {
    /// The password as it is, and in the forms in which it is sent.
    pub(super) fn of(user: &str, password: &str) -> Self {
        let sent = [
            password.to_owned(),
            format!("\0{user}\0{password}"),
            format!("user={user}\x01auth=Bearer {password}\x01\x01"),
        ];
        let mut forms: Vec<String> = sent.iter().map(|plain| STANDARD.encode(plain)).collect();
        // A server may leave the padding out.
        forms.extend(sent.iter().map(|plain| STANDARD.encode(plain).trim_end_matches('=').to_owned()));
        forms.push(password.to_owned());
        forms.push(password.split_whitespace().collect::<Vec<_>>().join(" "));
        forms.retain(|form| !form.is_empty());
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self { forms }
    }

    /// The words of a server without it, to be shown.
    pub(super) fn out_of(&self, plain: &str) -> String {
        let mut words = plain.to_owned();
        for form in &self.forms {
            words = words.replace(form.as_str(), HIDDEN);
        }
        shown(&words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_password_is_shown() {
        let secret = Secret::of("overstay", "correct  horse");
        let plain = STANDARD.encode("\0overstay\0correct  horse");
        let login = STANDARD.encode("correct  horse");
        let token = STANDARD.encode("user=overstay\x01auth=Bearer correct  horse\x01\x01");
        for form in ["correct  horse", "correct horse", &plain, &login, &token, login.trim_end_matches('=')] {
            let said = secret.out_of(&format!("535 what is {form}?"));
            assert_eq!(said, "535 what is […]?");
        }
        assert_eq!(Secret::default().out_of("250 ok\r\n"), "250 ok");
        // Cut after the password is taken out, not in the middle of it.
        assert!(!secret.out_of(&format!("{}correct  horse", "x".repeat(294))).contains("corr"));
    }
}
