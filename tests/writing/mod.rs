//! Whatever happens while something is written: the old or the new stands whole, the exit code is true, and nothing is
//! left that anybody else could read.

#![expect(clippy::print_stdout, reason = "the figures of the trials")]

mod faults;
mod full;
mod private;
mod races;
mod remains;
mod signals;

use std::collections::BTreeMap;
use std::path::Path;

/// Everything under a folder, hidden files as well; of folders, that they are there.
fn state(folder: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).into_iter().map(|entry| entry.expect("an entry"));
    let read = |entry: walkdir::DirEntry| {
        let name = entry.path().strip_prefix(folder).expect("inside").display().to_string();
        let file = entry.file_type().is_file();
        (name, file.then(|| std::fs::read(entry.path()).expect("a file")))
    };
    entries.map(read).collect()
}
