//! Delivery by a command: what it is given, and what its end means.

#![cfg(unix)]

use std::time::Duration;

use overstay::mail::{Sendmail, Transport, Trouble};

const MAIL: &[u8] = b"From: a\r\nSubject: s\r\n\r\n.\r\nFrom here\r\n";

fn send(script: &str, deadline: u64) -> Result<String, Trouble> {
    let command = ["/bin/sh", "-c", script, "sendmail", "-i"].map(str::to_owned).to_vec();
    let sendmail = Sendmail { command, deadline: Duration::from_secs(deadline) };
    sendmail.send("overstay@acme.example", "-grc@acme.example", MAIL)
}

#[test]
fn it_is_given_addresses_and_the_mail() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("got");
    let script = format!("echo \"$@\" > {0}; cat >> {0}; echo noise; echo noise >&2", path.display());
    assert_eq!(send(&script, 20), Ok("taken by /bin/sh".to_owned()));
    let got = std::fs::read_to_string(path).expect("what it got");
    assert_eq!(
        got, "-i -f overstay@acme.example -- -grc@acme.example\nFrom: a\nSubject: s\n\n.\nFrom here\n",
        "a dot alone ends nothing, and an address is no option"
    );
}

#[test]
fn how_it_ends_says_what_became_of_the_mail() {
    let failed = |script: &str| send(script, 20).expect_err("a failure");
    let later = failed("echo 'queue\n\u{1b}[2Jfull' >&2; exit 75");
    assert!(later.again && !later.server, "{later:?}");
    assert_eq!(later.message, "/bin/sh: it failed (exit status: 75): queue [U+001B][2Jfull");
    let never = failed("exec 0<&-; exit 67");
    assert!(!never.again && !never.server && never.message.contains("67"), "{never:?}");
    let signal = failed("kill -9 $$");
    assert!(!signal.again, "{signal:?}");
}

#[test]
fn a_command_that_does_not_end_or_is_none_is_not_asked_again() {
    let late = send("exec sleep 5", 1).expect_err("a failure");
    assert!(!late.again && late.server, "{late:?}");
    assert!(late.message.contains("not done within 1 s; the mail may have arrived"), "{late:?}");
    let sendmail = Sendmail { command: vec!["/no/such/program".to_owned()], deadline: Duration::from_secs(5) };
    let none = sendmail.send("a@b.example", "c@d.example", MAIL).expect_err("a failure");
    assert!(!none.again && none.server && none.message.starts_with("/no/such/program: "), "{none:?}");
}
