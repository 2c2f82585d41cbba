//! The mail file: everything in it, and every mistake at once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use overstay::mail::{Attachment, Auth, Config, Login, Password, Security, Server, SmtpServer, Way};

fn mistakes(text: &str) -> String {
    match Config::load("mail.toml", text, Path::new("")) {
        Ok(_) => "none".to_owned(),
        Err(said) => said.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

/// The server of a mail file, and how it is reached.
fn smtp(config: &Config) -> (&Server, &SmtpServer) {
    let server = config.server.as_ref().expect("a server");
    match &server.way {
        Way::Smtp(smtp) => (server, smtp),
        Way::Command(words) => panic!("{words:?}"),
    }
}

#[test]
fn everything_that_can_be_said() {
    let text = r#"
from = "overstay <overstay@acme.example>"
reply_to = "grc@acme.example"
names = true
always = true
attach = ["pdf"]
max_attachment = "4 MB"
findings = 3

[server]
host = "smtp.acme.example"
port = 2465
security = "tls"
user = "overstay"
auth = "xoauth2"
password_command = ["pass", "show", "smtp"]
ca_file = "ca.pem"
timeout = "10s"
deadline = "120s"
attempts = 2
back_off = "1s"
hello = "grc.acme.example"

[[recipient]]
name = "owners"
to = ["Emre <emre@acme.example>", "b@acme.example"]
min_severity = "high"
systems = ["okta", "entra-*"]
owners = "emre@acme.example"
metrics = ["leaver-lag"]
names = false
always = false
attach = []
"#;
    let config = Config::load("mail.toml", text, Path::new("/etc/overstay")).expect("a mail file");
    let (server, smtp) = smtp(&config);
    assert_eq!((smtp.port, smtp.security), (2465, Security::Tls));
    let password = Password::Command(vec!["pass".into(), "show".into(), "smtp".into()]);
    assert_eq!(smtp.login, Some(Login { user: "overstay".to_owned(), auth: Auth::Xoauth2, password }));
    assert_eq!(smtp.ca_file, Some(PathBuf::from("/etc/overstay/ca.pem")));
    assert_eq!((smtp.timeout, server.back_off), (Duration::from_secs(10), Duration::from_secs(1)));
    assert_eq!(server.deadline, Duration::from_mins(2));
    assert_eq!((server.attempts, smtp.hello.as_str()), (2, "grc.acme.example"));
    assert_eq!((config.max_attachment, config.findings), (4_000_000, 3));
    let rule = &config.rules[0];
    assert_eq!((rule.names, rule.always, rule.attach.clone()), (false, false, Vec::<Attachment>::new()));
    assert_eq!(
        (rule.to.len(), rule.min_severity, rule.label()),
        (2, Some(overstay::report::Severity::High), "owners".to_owned())
    );
    assert!(rule.systems[1].fits("entra-eu") && !rule.systems[1].fits("entra"));
}

#[test]
fn what_is_left_out_has_safe_values() {
    let text = "from = \"overstay@acme.example\"\n[server]\nhost = \"smtp.acme.example\"\n\
                [[recipient]]\nto = \"grc@acme.example\"\n";
    let config = Config::load("mail.toml", text, Path::new("")).expect("a mail file");
    let (server, smtp) = smtp(&config);
    assert_eq!((smtp.port, smtp.security, smtp.hello.as_str()), (587, Security::StartTls, "acme.example"));
    assert!(server.attempts > 1 && smtp.timeout > Duration::ZERO && smtp.login.is_none());
    assert_eq!(server.deadline, Duration::from_mins(11), "RFC 5321 gives the answer to the end of a mail ten");
    let rule = &config.rules[0];
    assert!(!rule.names && !rule.always && rule.attach.is_empty() && rule.is_whole());
}

#[test]
fn all_mistakes_at_once() {
    let text = r#"
from = "overstay at acme"
reply_too = "grc@acme.example"
findings = "five"
max_attachment = "10"

[server]
host = "smtp.acme.example:587"
port = 70000
security = "startls"
user = "overstay"
timeout = "0s"
attempts = 0
password = "hunter2"

[[recipient]]
min_severity = "hihg"
attach = ["pfd"]

[[recipient]]
to = ["a@acme.example", "A@acme.example", "zoë@acme.example"]
systems = ["[okta"]
"#;
    insta::assert_snapshot!(mistakes(text));
}

#[test]
fn nothing_unprotected_leaves_the_machine() {
    let text = |host: &str| {
        format!(
            "from = \"a@acme.example\"\n[server]\nhost = \"{host}\"\nsecurity = \"none\"\n\
             [[recipient]]\nto = \"b@acme.example\"\n"
        )
    };
    assert_eq!(mistakes(&text("localhost")), "none");
    assert_eq!(mistakes(&text("::1")), "none");
    insta::assert_snapshot!(mistakes(&text("smtp.acme.example")), @r#"
    error: mail.toml:4:12: without protection, mail goes only to the same machine
    hint: use "starttls" (port 587) or "tls" (port 465); "none" is for a relay at localhost
    "#);
}

#[test]
fn passwords_have_one_place_outside_the_file() {
    let text = |lines: &str| {
        format!(
            "from = \"a@acme.example\"\n[[recipient]]\nto = \"b@acme.example\"\n[server]\nhost = \"h.example\"\n{lines}"
        )
    };
    insta::assert_snapshot!(mistakes(&text("user = \"u\"\npassword_file = \"p\"\npassword_env = \"P\"\n")), @"error: mail.toml:8:16: only one of password_file, password_env, password_command");
    insta::assert_snapshot!(mistakes(&text("password_env = \"P\"\n")), @"error: mail.toml:6:16: a password needs a `user`");
    let secret = mistakes(&text("user = \"u\"\npassword = \"hunter2\"\n"));
    assert!(secret.contains("a password does not belong in this file"), "{secret}");
    assert!(!secret.contains("hunter2"), "{secret}");
}

#[test]
fn the_example_is_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/mail.toml");
    let text = std::fs::read_to_string(path).expect("the example");
    let config = Config::load("deploy/mail.toml", &text, Path::new("deploy")).expect("no mistakes");
    assert_eq!(config.rules.len(), 4);
}

#[test]
fn nobody_to_send_to() {
    insta::assert_snapshot!(mistakes("from = \"a@acme.example\"\n"), @"error: mail.toml:1:1: no [[recipient]] says who gets a mail");
}

#[test]
fn an_attempt_has_time_for_ten_slow_answers() {
    let text = "from = \"a@b.example\"\n[server]\nhost = \"h\"\ntimeout = \"120s\"\n\
                [[recipient]]\nto = [\"b@b.example\"]\n";
    let config = Config::load("mail.toml", text, Path::new("")).expect("a mail file");
    assert_eq!(config.server.expect("a server").deadline, Duration::from_mins(20));
}

#[test]
fn an_attempt_takes_no_less_than_an_answer() {
    let text = "from = \"a@b.example\"\n[server]\nhost = \"h\"\ntimeout = \"20s\"\ndeadline = \"10s\"\n\
                [[recipient]]\nto = [\"b@b.example\"]\n";
    insta::assert_snapshot!(mistakes(text), @"error: mail.toml:5:12: `deadline` must be from 20s to 21600s");
}

#[test]
fn ways_to_sign_in() {
    let auth = |lines: &str| {
        format!("from = \"a@b.example\"\n[server]\nhost = \"h\"\n{lines}[[recipient]]\nto = [\"b@b.example\"]\n")
    };
    let config = Config::load("mail.toml", &auth("user = \"u\"\npassword_env = \"P\"\n"), Path::new(""));
    let config = config.expect("a mail file");
    assert_eq!(smtp(&config).1.login.as_ref().expect("a login").auth, Auth::Password);
    insta::assert_snapshot!(mistakes(&auth("user = \"u\"\npassword_env = \"P\"\nauth = \"oauth\"\n")), @r"
    error: mail.toml:6:8: `auth` is none of the known words
    hint: expected one of: password, xoauth2
    ");
    insta::assert_snapshot!(mistakes(&auth("auth = \"xoauth2\"\n")), @r"error: mail.toml:4:8: `auth` needs a `user`");
}

#[test]
fn a_command_in_the_place_of_a_server() {
    let text =
        |lines: &str| format!("from = \"a@b.example\"\n[server]\n{lines}[[recipient]]\nto = [\"b@b.example\"]\n");
    let given = text("command = [\"/usr/sbin/sendmail\", \"-i\"]\nattempts = 1\ndeadline = \"20s\"\n");
    let server = Config::load("mail.toml", &given, Path::new("")).expect("a mail file").server.expect("a server");
    assert_eq!(server.way, Way::Command(vec!["/usr/sbin/sendmail".to_owned(), "-i".to_owned()]));
    assert_eq!((server.attempts, server.deadline), (1, Duration::from_secs(20)));
    insta::assert_snapshot!(mistakes(&text("command = \"sendmail\"\nhost = \"h\"\nport = 25\n")), @r"
    error: mail.toml:4:8: either `host` or `command`, not both
    error: mail.toml:5:1: unknown field `port`
    hint: known here: command, host, deadline, attempts, back_off
    ");
    insta::assert_snapshot!(mistakes(&text("")), @"error: mail.toml:2:1: `host` is missing");
}
