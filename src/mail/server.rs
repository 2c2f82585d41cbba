//! The `[server]` table of the mail file.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;

use crate::rules::{Fields, Sheet, one_of};

use super::config::{Auth, Login, Password, Security, Server, SmtpServer, Way};

const TIMEOUT: Duration = Duration::from_secs(30);
const BACK_OFF: Duration = Duration::from_secs(5);
const ATTEMPTS: u64 = 4;
/// An attempt may take this many times the wait for one answer.
const ANSWERS: u32 = 10;
/// And at least this long: a server may take ten minutes for the answer to the end of a mail (RFC 5321, 4.5.3.2.6).
const SHORTEST_ATTEMPT: Duration = Duration::from_mins(11);
/// Nobody waits longer than this for one answer.
const LONGEST: u64 = 600;
/// Nor longer than this for one mail.
const LONGEST_ATTEMPT: u64 = 6 * 3600;

/// Reads the table. `domain` is that of the sender; the client greets with it unless `hello` says otherwise.
pub(super) fn read(sheet: &mut Sheet<'_>, mut fields: Fields<'_, '_>, folder: &Path, domain: &str) -> Server {
    let (way, timeout) = if let Some(words) = fields.texts(sheet, "command").filter(|words| !words.is_empty()) {
        if let Some(host) = fields.node("host") {
            sheet.say("rule-duplicate", host.span(), "either `host` or `command`, not both");
        }
        (Way::Command(words.into_iter().map(Spanned::into_inner).collect()), Duration::from_secs(1))
    } else {
        let server = smtp(sheet, &mut fields, folder, domain);
        let timeout = server.timeout;
        (Way::Smtp(server), timeout)
    };
    let deadline = wait(sheet, &mut fields, "deadline", timeout.as_secs()..=LONGEST_ATTEMPT);
    let server = Server {
        way,
        deadline: deadline.unwrap_or((timeout * ANSWERS).max(SHORTEST_ATTEMPT)),
        attempts: fields.number(sheet, "attempts", 1..=20).unwrap_or(ATTEMPTS) as u32,
        back_off: wait(sheet, &mut fields, "back_off", 0..=LONGEST).unwrap_or(BACK_OFF),
    };
    fields.done(sheet);
    server
}

fn smtp(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, folder: &Path, domain: &str) -> SmtpServer {
    let words = BTreeMap::from([("starttls", Security::StartTls), ("tls", Security::Tls), ("none", Security::None)]);
    let host = fields.need_text(sheet, "host");
    let security_text = fields.text(sheet, "security");
    let security = security_text.as_ref().and_then(|text| one_of(sheet, "security", text, &words));
    let security = security.unwrap_or(Security::StartTls);
    if !host.get_ref().is_empty() && !is_host(host.get_ref()) {
        sheet.say("rule-value", host.span(), "`host` is neither a host name nor an address");
    }
    if let (Security::None, Some(text)) = (security, &security_text)
        && !is_loopback(host.get_ref())
    {
        let hint = "use \"starttls\" (port 587) or \"tls\" (port 465); \"none\" is for a relay at localhost";
        let message = "without protection, mail goes only to the same machine";
        sheet.say_hint("mail-unprotected", text.span(), message, Some(hint.to_owned()));
    }
    let usual = match security {
        Security::Tls => 465,
        Security::None => 25,
        Security::StartTls => 587,
    };
    SmtpServer {
        port: fields.number(sheet, "port", 1..=65_535).unwrap_or(usual) as u16,
        security,
        login: login(sheet, fields, folder),
        ca_file: fields.text(sheet, "ca_file").map(|text| folder.join(text.get_ref())),
        timeout: wait(sheet, fields, "timeout", 1..=LONGEST).unwrap_or(TIMEOUT),
        hello: hello(sheet, fields).unwrap_or_else(|| domain.to_owned()),
        host: host.into_inner(),
    }
}

fn login(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, folder: &Path) -> Option<Login> {
    let user = fields.text(sheet, "user");
    let words = BTreeMap::from([("password", Auth::Password), ("xoauth2", Auth::Xoauth2)]);
    let auth_text = fields.text(sheet, "auth");
    let auth = auth_text.as_ref().and_then(|text| one_of(sheet, "auth", text, &words)).unwrap_or(Auth::Password);
    if let (Some(text), None) = (&auth_text, &user) {
        sheet.say("rule-missing", text.span(), "`auth` needs a `user`");
    }
    match (user, password(sheet, fields, folder)) {
        (Some(user), Some(password)) => Some(Login { user: user.into_inner(), auth, password: password.into_inner() }),
        (Some(user), None) => {
            let hint = "add password_file, password_env or password_command".to_owned();
            sheet.say_hint("rule-missing", user.span(), "`user` has no password", Some(hint));
            None
        }
        (None, Some(password)) => {
            sheet.say("rule-missing", password.span(), "a password needs a `user`");
            None
        }
        (None, None) => None,
    }
}

fn hello(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Option<String> {
    let text = fields.text(sheet, "hello")?;
    if !is_host(text.get_ref()) {
        sheet.say("rule-value", text.span(), "`hello` is not a host name");
        return None;
    }
    Some(text.into_inner())
}

/// At most one place for the password; a password in the file itself is refused with what to do instead.
fn password(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>, folder: &Path) -> Option<Spanned<Password>> {
    let mut found: Vec<Spanned<Password>> = Vec::new();
    if let Some(text) = fields.text(sheet, "password_file") {
        found.push(Spanned::new(text.span(), Password::File(folder.join(text.get_ref()))));
    }
    if let Some(text) = fields.text(sheet, "password_env") {
        found.push(Spanned::new(text.span(), Password::Env(text.into_inner())));
    }
    let span = fields.node("password_command").map(Spanned::span);
    if let (Some(span), Some(words)) = (span, fields.texts(sheet, "password_command")) {
        let words: Vec<String> = words.into_iter().map(Spanned::into_inner).collect();
        if !words.is_empty() {
            found.push(Spanned::new(span, Password::Command(words)));
        }
    }
    if let Some(node) = fields.node("password") {
        let hint = "use password_file, password_env or password_command".to_owned();
        sheet.say_hint("mail-password", node.span(), "a password does not belong in this file", Some(hint));
    }
    if let [_, second, ..] = found.as_slice() {
        sheet.say("rule-duplicate", second.span(), "only one of password_file, password_env, password_command");
    }
    found.into_iter().next()
}

fn wait(
    sheet: &mut Sheet<'_>,
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    range: RangeInclusive<u64>,
) -> Option<Duration> {
    let span = fields.node(name)?.span();
    let seconds = fields.length(sheet, name)?.seconds() as u64;
    if !range.contains(&seconds) {
        sheet.say("rule-value", span, format!("`{name}` must be from {}s to {}s", range.start(), range.end()));
        return None;
    }
    Some(Duration::from_secs(seconds))
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && text.trim_end_matches('.').split('.').all(label))
}

/// Whether a host is this machine, without asking anybody.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for host in ["localhost", "smtp.acme.example", "127.0.0.1", "::1", "mail_1.acme.example."] {
            assert!(is_host(host), "{host}");
        }
        for host in ["", "smtp.acme.example:587", "a b", "smtp://x", "a..b", "zoë.example"] {
            assert!(!is_host(host), "{host}");
        }
        assert!(is_loopback("127.0.0.9") && is_loopback("LOCALHOST") && !is_loopback("localhost.acme.example"));
    }
}
