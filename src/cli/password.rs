//! Where the password of a mail server comes from: a file, the environment, or a command.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::mail::Password;

use super::environment;

/// Longest time that a command may take.
const LONGEST: Duration = Duration::from_mins(1);
const STEP: Duration = Duration::from_millis(20);
/// No password is longer.
const SIZE: u64 = 65_536;

/// Reads the password: its first line. No message repeats any of it.
pub(super) fn read(from: &Password) -> Outcome<String> {
    let text = match from {
        Password::File(path) => file(path)?,
        Password::Env(name) => environment::secret(name)
            .ok_or_else(|| wrong(format!("the environment variable {name} is not set, or is not UTF-8")))?,
        Password::Command(words) => command(words)?,
    };
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(wrong("the password is empty".to_owned())),
    }
}

fn wrong(message: String) -> Failure {
    Failure::usage_one(Diagnostic::error("mail-password", message))
}

fn file(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|cause| {
        let message = format!("the password cannot be read: {cause}");
        let place = Place::file(path.display().to_string());
        Failure::usage_one(Diagnostic::error("mail-password", message).at(place))
    })
}

/// What a command prints. It is started without a shell, sees nothing on its input, and has a minute.
fn command(words: &[String]) -> Outcome<String> {
    let [program, rest @ ..] = words else {
        return Err(wrong("the password command is empty".to_owned()));
    };
    let failed = |what: &str| wrong(format!("the password command `{program}` {what}"));
    let started = Command::new(program).args(rest).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = started.map_err(|cause| failed(&format!("cannot be started: {cause}")))?;
    let Some(output) = child.stdout.take() else {
        return Err(failed("has no output"));
    };
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        output.take(SIZE).read_to_string(&mut text).map(|_| text)
    });
    if !wait(&mut child) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(failed(&format!("did not end within {} s", LONGEST.as_secs())));
    }
    let status = child.wait().map_err(|cause| failed(&format!("cannot be waited for: {cause}")))?;
    if !status.success() {
        return Err(failed(&format!("failed ({status})")));
    }
    match reader.join() {
        Ok(Ok(text)) => Ok(text),
        _ => Err(failed("printed something that is not UTF-8")),
    }
}

/// Whether it ended in time.
fn wait(child: &mut Child) -> bool {
    let mut left = LONGEST;
    loop {
        match child.try_wait() {
            Ok(None) if left > Duration::ZERO => {
                environment::sleep(STEP);
                left = left.saturating_sub(STEP);
            }
            Ok(None) => return false,
            _ => return true,
        }
    }
}
