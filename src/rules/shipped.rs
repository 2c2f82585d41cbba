//! The rule files that are compiled in: whatever lies in `mappings/` when the tool is built.

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// A rule file that ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Its path in the source tree, as messages and manifests name it: `mappings/sources/okta-users.toml`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Shipped {
    /// The file's name without its ending.
    pub fn stem(&self) -> &'static str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// The files of a folder under `mappings/`, sorted by path.
pub fn shipped(folder: &str) -> impl Iterator<Item = Shipped> {
    let prefix = format!("mappings/{folder}/");
    FILES.iter().filter(move |(path, _)| path.starts_with(&prefix)).map(|(path, text)| Shipped { path, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folders_is_compiled_in() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut expected: Vec<String> = walkdir::WalkDir::new(root.join("mappings"))
            .into_iter()
            .map(|entry| entry.expect("readable").into_path())
            .filter(|path| path.is_file())
            .map(|path| path.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/"))
            .collect();
        expected.sort();
        assert_eq!(FILES.iter().map(|(path, _)| *path).collect::<Vec<_>>(), expected);
        assert!(shipped("sources").any(|file| file.stem() == "okta-users"));
    }
}
