//! Where the password of a mail server comes from: a file, the environment, or a command.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::diag::{Diagnostic, Place};
use crate::disk;
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
    disk::read_text(path, SIZE).map_err(|cause| {
        let message = format!("the password cannot be read: {cause}");
        let place = Place::file(path.display().to_string());
        Failure::usage_one(Diagnostic::error("mail-password", message).at(place))
    })
}

/// What a command prints, up to the end of its first line. It is started without a shell, sees nothing on its input, and
/// has a minute. It may leave something behind that runs on, such as an agent, and holds its output open.
fn command(words: &[String]) -> Outcome<String> {
    run(words, LONGEST)
}

fn run(words: &[String], longest: Duration) -> Outcome<String> {
    let [program, rest @ ..] = words else {
        return Err(wrong("the password command is empty".to_owned()));
    };
    let failed = |what: &str| wrong(format!("the password command `{program}` {what}"));
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(Stdio::piped());
    // A group of its own: what it started ends with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|cause| failed(&format!("cannot be started: {cause}")))?;
    let Some(output) = child.stdout.take() else {
        return Err(failed("has no output"));
    };
    let (hand_over, line) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output.take(SIZE));
        let mut bytes = Vec::new();
        let read = output.read_until(b'\n', &mut bytes).ok().and_then(|_| String::from_utf8(bytes).ok());
        let _ = hand_over.send(read);
        // Who prints more is not stopped by a pipe that nobody reads.
        let _ = std::io::copy(&mut output.into_inner().into_inner(), &mut std::io::sink());
    });
    let late = || failed(&format!("did not end within {} s", longest.as_secs()));
    let Some(left) = wait(&mut child, longest) else {
        kill(&mut child);
        return Err(late());
    };
    let status = child.wait().map_err(|cause| failed(&format!("cannot be waited for: {cause}")))?;
    if !status.success() {
        return Err(failed(&format!("failed ({status})")));
    }
    match line.recv_timeout(left.max(STEP)) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(failed("printed something that is not UTF-8")),
        Err(_) => {
            kill(&mut child);
            Err(failed(&format!(
                "did not end its line within {} s, and left something that runs on",
                longest.as_secs()
            )))
        }
    }
}

/// Ends a command, with what it started.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", child.id())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let _ = child.kill();
    let _ = child.wait();
}

/// How much time is left when it has ended; nothing when it did not in time.
fn wait(child: &mut Child, longest: Duration) -> Option<Duration> {
    let mut left = longest;
    loop {
        match child.try_wait() {
            Ok(None) if left > Duration::ZERO => {
                environment::sleep(STEP);
                left = left.saturating_sub(STEP);
            }
            Ok(None) => return None,
            _ => return Some(left),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, seconds: u64) -> Result<String, String> {
        let words = ["/bin/sh", "-c", script].map(str::to_owned);
        run(&words, Duration::from_secs(seconds)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_first_line_counts_whatever_comes_after_it() {
        assert_eq!(shell("echo secret; yes | head -n 200000", 20).as_deref(), Ok("secret\n"));
        assert_eq!(shell("printf secret", 20).as_deref(), Ok("secret"));
    }

    #[test]
    fn what_runs_on_behind_a_command_is_not_waited_for() {
        let began = std::time::Instant::now();
        assert_eq!(shell("sleep 60 & echo secret", 20).as_deref(), Ok("secret\n"));
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_command_that_does_not_end_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let mark = folder.path().join("mark");
        let script = format!("(sleep 3; touch {}) & wait", mark.display());
        let said = shell(&script, 1).expect_err("a failure");
        assert!(said.contains("did not end within 1 s"), "{said}");
        let said = shell(&format!("(sleep 3; touch {}) & printf secret", mark.display()), 1).expect_err("a failure");
        assert!(said.contains("did not end its line within 1 s"), "{said}");
        std::thread::sleep(Duration::from_secs(4));
        assert!(!mark.exists(), "nothing runs on");
    }

    #[test]
    fn what_fails_is_said_without_what_it_printed() {
        let said = shell("echo secret; exit 3", 20).expect_err("a failure");
        assert!(said.contains("failed (exit status: 3)") && !said.contains("secret"), "{said}");
    }
}
