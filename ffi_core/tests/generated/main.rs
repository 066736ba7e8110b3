//! Writes every file that is generated from the rows, and fails when a checked-in one is stale.
#![allow(clippy::unwrap_used, missing_docs)]

mod about;
mod constants;
mod families;
mod header;
mod package;
mod python;
mod reference;
mod spl;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every generated file by its path below the workspace, with what it should hold.
fn files() -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    files.insert("ffi_core/include/ffi.h".into(), header::text());
    files.insert("bindings/python/ffi_suite/_rows.py".into(), python::text());
    files.insert("docs/reference.md".into(), reference::functions());
    files.insert("docs/errors.md".into(), reference::errors());
    files.insert("ffi_core/cmake/ffi_coreConfigVersion.cmake".into(), package::cmake_version());
    for (name, text) in spl::files() {
        files.insert(Path::new("bindings/simple").join(name), text);
    }
    files
}

/// Files that once were generated and no longer are: a family of functions was renamed.
fn left_over(root: &Path, files: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(root.join("bindings/simple")) else { return Vec::new() };
    let found = folder.map(|entry| Path::new("bindings/simple").join(entry.unwrap().file_name()));
    found.filter(|path| path.extension().is_some_and(|e| e == "spl") && !files.contains_key(path)).collect()
}

/// Docs are for readers of C.
#[test]
fn no_row_is_documented_in_the_notation_of_rust() {
    for (group, family) in
        families::groups().into_iter().flat_map(|(group, all)| all.into_iter().map(move |f| (group, f)))
    {
        let text = family[0].doc.replace("...", "");
        assert!(!text.contains("..") && !text.contains("::"), "{group}, {}: {text}", family[0].name);
    }
}

#[test]
fn generated_files_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = files();
    let stale: Vec<&PathBuf> = files
        .iter()
        .filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    let extra = left_over(root, &files);
    if std::env::var_os("BLESS").is_some() {
        for path in stale {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), &files[path]).unwrap();
        }
        extra.iter().for_each(|path| fs::remove_file(root.join(path)).unwrap());
        return;
    }
    assert!(
        stale.is_empty() && extra.is_empty(),
        "the rows changed and these files did not: {stale:?}, or nothing writes them any more: {extra:?}; \
         run `BLESS=1 cargo test -p ffi_core --test generated` and commit what it writes"
    );
}
