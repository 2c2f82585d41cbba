//! Why a run ended early: kind, messages, and the one place where they become text and an exit code.

use std::fmt;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::diag::Diagnostic;

/// What an early end means for the caller. The exit codes are public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The run itself failed: a disk, a bug. Exit code 1.
    Run,
    /// The command line, a rule file or an input cannot be used. Exit code 2.
    Usage,
    /// A mail is kept that somebody should have by now. Exit code 6.
    NotDelivered,
}

impl Kind {
    /// The process exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Run => 1,
            Self::Usage => 2,
            Self::NotDelivered => 6,
        }
    }
}

/// An early end with everything that should be said about it, all at once.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What it means for the caller.
    pub kind: Kind,
    /// The messages, in the order in which they should be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Result of everything that can end a run.
pub type Outcome<T> = Result<T, Failure>;

/// Panics of libraries that are expected now, and not printed.
static EXPECTED: AtomicUsize = AtomicUsize::new(0);

/// Runs a library that panics where others give back an error. Nothing is printed about it.
///
/// # Errors
/// The words of the panic.
pub fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        // The panic may be one of another thread that works for this one.
        panic::set_hook(Box::new(move |about| {
            if EXPECTED.load(Ordering::Relaxed) == 0 {
                before(about);
            }
        }));
    });
    EXPECTED.fetch_add(1, Ordering::Relaxed);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    EXPECTED.fetch_sub(1, Ordering::Relaxed);
    result.map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        said.unwrap_or("no reason is given").to_owned()
    })
}

impl Failure {
    /// The user has to mend something.
    pub fn usage(diagnostics: Vec<Diagnostic>) -> Self {
        Self { kind: Kind::Usage, diagnostics }
    }

    /// One message about something the user has to mend.
    pub fn usage_one(diagnostic: Diagnostic) -> Self {
        Self::usage(vec![diagnostic])
    }

    /// Something broke that the user did not cause.
    pub fn run(message: impl Into<String>) -> Self {
        Self { kind: Kind::Run, diagnostics: vec![Diagnostic::error("run", message)] }
    }

    /// A file operation failed.
    pub fn io(action: &str, path: &Path, cause: &io::Error) -> Self {
        Self {
            kind: Kind::Run,
            diagnostics: vec![Diagnostic::error("io", format!("cannot {action} {}: {cause}", path.display()))],
        }
    }
}

/// The same for writing: a panic over the disk is the error of the disk.
///
/// # Errors
/// Those of the work, and its panics.
pub fn caught_writing<T>(action: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    caught(work).unwrap_or_else(|said| {
        let cause = system_error(&said).map_or(said, |cause| cause.to_string());
        Err(Failure::run(format!("cannot {action}: {cause}")))
    })
}

/// The system's error that a panic of `expect` on a result of the standard library ends with.
fn system_error(said: &str) -> Option<io::Error> {
    let (_, after) = said.rsplit_once("Os { code: ")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().map(io::Error::from_raw_os_error)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<polars::prelude::PolarsError> for Failure {
    fn from(cause: polars::prelude::PolarsError) -> Self {
        Self::run(format!("the dataframe engine reported: {cause}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_over_the_disk_is_the_error_of_the_disk() {
        let full = || -> io::Result<u8> { Err(io::Error::from_raw_os_error(28)) };
        let expect = caught_writing("write the book", || Ok(full().expect("Couldn't write to xml file")));
        let unwrap = caught_writing("write the book", || Ok(full().unwrap()));
        let other = caught_writing::<u8>("write the book", || panic!("no such sheet"));
        let expected = format!("cannot write the book: {}", io::Error::from_raw_os_error(28));
        assert_eq!(expect.expect_err("a failure").diagnostics[0].message, expected);
        assert_eq!(unwrap.expect_err("a failure").diagnostics[0].message, expected);
        assert_eq!(other.expect_err("a failure").diagnostics[0].message, "cannot write the book: no such sheet");
        assert_eq!(caught_writing("write the book", || Ok(3)).expect("no failure"), 3);
    }
}
