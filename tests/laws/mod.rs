//! Laws: no conclusion is better than its evidence. Companies are changed in one place at a time and assessed again.
//!
//! A part that a seed chooses is tried with every `cargo test`; `OVERSTAY_LAWS=600` tries about so many changes, the first
//! of the same choice, and `OVERSTAY_LAWS=all` every place of the samples and more of the invented companies, for hours.
//! What is not as a law says is printed, place by place.

#![allow(
    clippy::print_stdout,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::single_match_else,
    reason = "how many changes were tried is printed; the names of files are the tests' own"
)]

mod chance;
mod change;
mod company;
mod evidence;
mod facts;
mod folder;
mod more;
mod people;
mod records;
mod resolved;
mod run;
mod same;
mod settings;

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// What every run of the tests can bear.
    Few,
    /// About so many changes.
    Many(usize),
    /// Everything.
    All,
}

impl Effort {
    #[expect(clippy::disallowed_methods, reason = "how much is tried is asked for from outside")]
    fn asked() -> Self {
        match std::env::var("OVERSTAY_LAWS") {
            Err(_) => Self::Few,
            Ok(text) if text == "all" => Self::All,
            Ok(text) => Self::Many(text.parse().expect("OVERSTAY_LAWS is a number, or all")),
        }
    }

    /// How many of a kind: a fixed few, a share of the number asked for, or as many as it takes.
    fn of(self, few: usize, share: usize, all: usize) -> usize {
        match self {
            Self::Few => few,
            Self::Many(number) => (number / share).max(few),
            Self::All => all,
        }
    }
}

/// Fails where something is not as a law says.
#[track_caller]
fn holds(said: &str) {
    assert!(said.is_empty(), "not as the law says:\n{said}");
}
