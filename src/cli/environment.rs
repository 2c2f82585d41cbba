//! The only window to the world around the process: arguments, streams, terminal, environment variables, the clock.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::time::Micros;

/// What the process was started with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Environment {
    /// Whether standard error is a terminal: then long work shows bars.
    pub bars: bool,
    /// Whether standard output may carry colours.
    pub colour: bool,
    /// Width of the terminal, or 100 without one.
    pub width: usize,
}

impl Environment {
    /// Reads it once, at the start.
    pub(super) fn detect() -> Self {
        let plain = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let width = variable("COLUMNS").and_then(|value| value.parse().ok());
        Self {
            bars: stderr().is_terminal() && variable("TERM").as_deref() != Some("dumb"),
            colour: stdout().is_terminal() && !plain,
            width: width.unwrap_or(100).clamp(40, 200),
        }
    }

    /// Writes data to standard output. A reader that went away is not an error; a full disk is.
    pub(super) fn print(bytes: &[u8]) -> Outcome<()> {
        let mut out = stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::run(format!("cannot write to standard output: {cause}")))
            }
            _ => Ok(()),
        }
    }

    /// Writes messages to standard error.
    pub(super) fn message(text: &str) {
        let mut out = stderr().lock();
        let _ = writeln!(out, "{text}");
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The value of an environment variable that holds a secret.
pub(super) fn secret(name: &str) -> Option<String> {
    variable(name)
}

/// Waits.
pub(super) fn sleep(pause: std::time::Duration) {
    std::thread::sleep(pause);
}

/// The folder for temporary files: `TMPDIR`, or the system's.
pub(super) fn scratch() -> PathBuf {
    std::env::temp_dir()
}

/// The wall clock; used only for `--as-of now`, for the date of an acceptance, and for that of a mail that is sent.
#[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
pub(super) fn now() -> Micros {
    chrono::Utc::now().timestamp_micros()
}
