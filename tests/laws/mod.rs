//! Laws: no conclusion is better than its evidence. Companies are changed in one place at a time and assessed again.
//!
//! A part that a seed chooses is tried with every `cargo test`; `OVERSTAY_LAWS=all` tries every place of the samples, and
//! more of the invented companies. What is not as the law says stands in `snapshots/`, and must come to nothing.

mod chance;
mod change;
mod company;
mod evidence;
mod facts;
mod folder;
mod more;
mod records;
mod resolved;
mod run;
mod same;
mod settings;

/// Whether everything is tried.
fn all() -> bool {
    std::env::var_os("OVERSTAY_LAWS").is_some_and(|value| value == "all")
}

/// Compares what is not as a law says with the list of what is known not to be: a new line fails, and so does one that is
/// mended and still listed.
#[track_caller]
fn recorded(name: &str, said: &str) {
    insta::assert_snapshot!(name, if said.is_empty() { "none" } else { said });
}
