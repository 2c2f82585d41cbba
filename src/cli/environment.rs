//! The only window to the world around the process: arguments, streams, terminal, environment variables, the clock.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::time::Micros;
use crate::visible::visible;

/// What the process was started with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Environment {
    /// Whether standard error is a terminal: then long work shows bars.
    pub bars: bool,
    /// Whether standard output may carry colours.
    pub colour: bool,
    /// Width of the lines: `COLUMNS`, else the terminal's, else 100.
    pub width: usize,
    /// Whether only warnings and errors are said, and what was asked for.
    quiet: bool,
}

impl Environment {
    /// Reads it once, at the start.
    pub(super) fn detect() -> Self {
        let plain = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let columns = || terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0));
        let width = variable("COLUMNS").and_then(|value| value.parse().ok()).or_else(columns);
        Self {
            bars: stderr().is_terminal() && variable("TERM").as_deref() != Some("dumb"),
            colour: stdout().is_terminal() && !plain,
            width: width.unwrap_or(100).clamp(40, 200),
            quiet: false,
        }
    }

    /// The same without progress and summaries, where that is asked for.
    pub(super) fn quiet(self, quiet: bool) -> Self {
        Self { quiet, bars: self.bars && !quiet, ..self }
    }

    /// Writes what a command says of its own accord when it is done.
    pub(super) fn summary(self, text: impl FnOnce() -> String) -> Outcome<()> {
        if self.quiet { Ok(()) } else { Self::text(&text()) }
    }

    /// Writes text for people to standard output: nothing in it acts on a terminal but our own colours.
    pub(super) fn text(text: &str) -> Outcome<()> {
        Self::write(harmless(text).as_bytes())
    }

    /// Writes data for programs to standard output: as it is into a pipe or a file, as text on a terminal.
    pub(super) fn data(bytes: &[u8]) -> Outcome<()> {
        if stdout().is_terminal() { Self::text(&String::from_utf8_lossy(bytes)) } else { Self::write(bytes) }
    }

    /// A reader that went away is not an error; a full disk is.
    fn write(bytes: &[u8]) -> Outcome<()> {
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
        let _ = writeln!(out, "{}", harmless(text));
    }
}

/// The colours that we write ourselves, and their end.
const OURS: [&str; 6] = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[1;31m", "\u{1b}[1;32m", "\u{1b}[1;33m", "\u{1b}[1;35m"];

/// The text with every character made visible that a terminal would obey, except line ends, tabs and our own colours.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\u{1b}');
    out.push_str(&visible(parts.next().unwrap_or_default(), true));
    for part in parts {
        let ours = OURS.iter().find_map(|code| Some(((*code).into(), part.strip_prefix(&code[1..])?)));
        let (code, rest) = ours.unwrap_or_else(|| (visible("\u{1b}", false), part));
        out.push_str(&code);
        out.push_str(&visible(rest, true));
    }
    out
}

/// Refuses a setting of the environment at which a library panics.
///
/// # Errors
/// The number of threads is none.
pub(super) fn usable() -> Outcome<()> {
    const THREADS: &str = "POLARS_MAX_THREADS";
    if variable(THREADS).and_then(|value| value.parse::<u64>().ok()) != Some(0) {
        return Ok(());
    }
    let message = format!("the environment variable {THREADS} is 0: without a thread nothing can be computed");
    let hint = "set it to 1 or more, or unset it: then all cores are used";
    Err(Failure::usage_one(Diagnostic::error("environment", message).hint(hint)))
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

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_terminal_gets_our_own_colours_and_nothing_else() {
        assert_eq!(harmless("a\u{1b}[1;31mred\u{1b}[0m\n\tb"), "a\u{1b}[1;31mred\u{1b}[0m\n\tb");
        assert_eq!(harmless("\u{1b}]0;t\u{7}\u{9b}8m\r\u{202E}x"), "[U+001B]]0;t[U+0007][U+009B]8m[U+000D][U+202E]x");
        assert_eq!(harmless("\u{1b}\u{1b}[0m\u{1b}[8m"), "[U+001B]\u{1b}[0m[U+001B][8m");
    }
}
