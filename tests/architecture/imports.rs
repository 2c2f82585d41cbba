//! Who imports whom: every `use` and every path of every source file, resolved to the module that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// What a file of the source tree names.
pub(super) struct File {
    /// Its path under `src`.
    pub(super) path: PathBuf,
    /// Its module: `["render", "pdf"]` for `render/pdf/mod.rs` and for `render/pdf.rs`.
    pub(super) module: Vec<String>,
    /// The paths that it names, from the crate's root on.
    pub(super) names: BTreeSet<Vec<String>>,
}

/// Every file outside of tests.
pub(super) fn files(sources: &[(PathBuf, String)]) -> Vec<File> {
    let file = |(path, text): &(PathBuf, String)| {
        let tree = syn::parse_file(text).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
        let module = module_of(path);
        let mut reader = Reader { inner: vec![module.clone()], names: BTreeSet::new() };
        reader.visit_file(&tree);
        File { path: path.clone(), module, names: reader.names }
    };
    sources.iter().filter(|(path, _)| !path.ends_with("tests.rs")).map(file).collect()
}

fn module_of(path: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib" || last == "main") {
        module.pop();
    }
    module
}

struct Reader {
    /// The modules that the reader is in, the innermost last.
    inner: Vec<Vec<String>>,
    names: BTreeSet<Vec<String>>,
}

impl Reader {
    /// Takes a path as it is written; one that begins with neither `crate`, `self` nor `super` may be of another crate.
    fn take(&mut self, written: &[String]) {
        let here = self.inner.last().cloned().unwrap_or_default();
        let mut path = match written.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => here,
            _ => return,
        };
        for word in written {
            match word.as_str() {
                "crate" | "self" => {}
                "super" => {
                    path.pop();
                }
                name => path.push(name.to_owned()),
            }
        }
        self.names.insert(path);
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) => self.take(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.take(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.take(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, before)),
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
        });
        if is_test {
            return;
        }
        let here = self.inner.last().cloned().unwrap_or_default();
        self.inner.push([here, vec![module.ident.to_string()]].concat());
        visit::visit_item_mod(self, module);
        self.inner.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.take(&words);
        visit::visit_path(self, path);
    }
}

/// Files that lead to each other in a circle: groups of more than one, each file by its path.
///
/// That a folder's `mod.rs` names its children is how modules are declared; a child that names what its parent only hands on
/// from another child leads to that child.
pub(super) fn circles(files: &[File]) -> Vec<Vec<String>> {
    let by_module: BTreeMap<&[String], usize> =
        files.iter().enumerate().map(|(at, file)| (file.module.as_slice(), at)).collect();
    let owner = |path: &[String]| (0..=path.len()).rev().find_map(|end| by_module.get(&path[..end]).copied());
    let edges: Vec<BTreeSet<usize>> = files
        .iter()
        .enumerate()
        .map(|(at, file)| {
            let found = file.names.iter().filter_map(|path| owner(path));
            // A parent declares its children and hands on their names: that is no dependence on them.
            found.filter(|other| *other != at && !files[*other].module.starts_with(&file.module)).collect()
        })
        .collect();
    let reach = |from: usize| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for next in &edges[at] {
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        seen
    };
    let reached: Vec<BTreeSet<usize>> = (0..files.len()).map(reach).collect();
    let mut groups: BTreeSet<Vec<usize>> = BTreeSet::new();
    for at in 0..files.len() {
        let group: Vec<usize> =
            (0..files.len()).filter(|other| reached[at].contains(other) && reached[*other].contains(&at)).collect();
        if group.len() > 1 {
            groups.insert(group);
        }
    }
    let name = |at: &usize| files[*at].path.display().to_string();
    groups.iter().map(|group| group.iter().map(name).collect()).collect()
}
