//! What `overstay --version` says: the version, and in an optimised build out of a git checkout the commit. Reports and
//! their ids name the version alone, so that the same inputs give the same bytes.
//!
//! Builds for development say no commit: each commit would compile the whole tool again.
//!
//! It also lists the rule files in `mappings/`, so that a file ships by lying there.

use std::path::Path;
use std::process::Command;

#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts by the environment")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "build scripts speak to cargo by standard output; tests compile this file too"
)]
fn main() {
    let root = variable("CARGO_MANIFEST_DIR");
    let commit = if variable("PROFILE") == "release" { commit(Path::new(&root)) } else { None };
    println!("cargo:rustc-env=OVERSTAY_VERSION={}", version(&variable("CARGO_PKG_VERSION"), commit.as_ref()));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=mappings");
    let list = Path::new(&variable("OUT_DIR")).join("shipped.rs");
    std::fs::write(&list, shipped(Path::new(&root))).expect("the folder for what is made in a build can be written");
    for file in commit.iter().flat_map(|commit| &commit.watched) {
        println!("cargo:rerun-if-changed={file}");
    }
}

/// The files in `mappings/` as a list in Rust: path in the source tree, and text.
fn shipped(root: &Path) -> String {
    let mut files = Vec::new();
    collect(&root.join("mappings"), &mut files);
    files.sort();
    let line = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/");
        format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string())
    };
    format!("static FILES: &[(&str, &str)] = &[\n{}];\n", files.iter().map(line).collect::<String>())
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
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
