//! What `overstay --version` says: the version, and in an optimised build out of a git checkout the commit. Reports and
//! their ids name the version alone, so that the same inputs give the same bytes.
//!
//! Builds for development say no commit: each commit would compile the whole tool again.

use std::path::Path;
use std::process::Command;

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts by the environment")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[allow(clippy::print_stdout, reason = "build scripts speak to cargo by standard output; tests compile this file too")]
fn main() {
    let root = variable("CARGO_MANIFEST_DIR");
    let commit = if variable("PROFILE") == "release" { commit(Path::new(&root)) } else { None };
    println!("cargo:rustc-env=OVERSTAY_VERSION={}", version(&variable("CARGO_PKG_VERSION"), commit.as_ref()));
    println!("cargo:rerun-if-changed=build.rs");
    for file in commit.iter().flat_map(|commit| &commit.watched) {
        println!("cargo:rerun-if-changed={file}");
    }
}

/// A commit of the checkout.
pub(crate) struct Commit {
    id: String,
    /// Whether a file that git knows is not as the commit has it.
    changed: bool,
    /// What changes when another commit is checked out, or a file is edited.
    pub(crate) watched: Vec<String>,
}

pub(crate) fn version(release: &str, commit: Option<&Commit>) -> String {
    match commit {
        None => release.to_owned(),
        Some(Commit { id, changed: false, .. }) => format!("{release} ({id})"),
        Some(Commit { id, changed: true, .. }) => format!("{release} ({id}, changed)"),
    }
}

/// The commit that is checked out at a folder; `None` without git, and where the folder is not the checkout itself.
pub(crate) fn commit(root: &Path) -> Option<Commit> {
    let git = |words: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(words).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let top = std::fs::canonicalize(git(&["rev-parse", "--show-toplevel"])?).ok()?;
    if top != std::fs::canonicalize(root).ok()? {
        return None;
    }
    let id = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    // A branch moves without a change of HEAD; its log has every move. A file that is not there would build each time.
    let mut watched: Vec<String> = ["HEAD", "logs/HEAD", "index", "packed-refs"]
        .iter()
        .filter_map(|name| git(&["rev-parse", "--git-path", name]))
        .map(|path| root.join(path))
        .filter(|path| path.is_file())
        .map(|path| path.display().to_string())
        .collect();
    watched.extend(["Cargo.toml", "Cargo.lock", "src", "mappings", "templates", "assets"].map(str::to_owned));
    Some(Commit { id, changed, watched })
}
