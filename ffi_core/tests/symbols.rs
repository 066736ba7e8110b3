//! What the built libraries export is exactly the rows; every promised name is there.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

#[path = "common/library.rs"]
mod library;

use ffi_core::{registry, tables};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};
use std::collections::{BTreeMap, BTreeSet};

fn row_names() -> BTreeSet<String> {
    registry().rows().iter().map(|row| row.name.to_owned()).collect()
}

/// Both ways, so that a failure names what is too much and what is missing.
fn assert_same(what: &str, found: &BTreeSet<String>, wanted: &BTreeSet<String>) {
    let extra: Vec<_> = found.difference(wanted).collect();
    let missing: Vec<_> = wanted.difference(found).collect();
    assert!(extra.is_empty() && missing.is_empty(), "{what}: not a row {extra:?}, missing {missing:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_shared_library_exports_the_rows_and_nothing_else() {
    let bytes = std::fs::read(library::shared()).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let exported = file.dynamic_symbols().filter(|symbol| symbol.is_definition() && symbol.is_global());
    let names = exported.map(|symbol| symbol.name().unwrap().to_owned()).collect();
    assert_same("shared library", &names, &row_names());
}

#[test]
#[cfg(target_os = "linux")]
fn the_archive_defines_the_rows_and_no_other_rt_symbol() {
    let bytes = std::fs::read(library::archive()).unwrap();
    let archive = ArchiveFile::parse(&*bytes).unwrap();
    let mut names = BTreeSet::new();
    for member in archive.members() {
        // Some members are metadata and no objects.
        let Ok(file) = object::File::parse(member.unwrap().data(&*bytes).unwrap()) else { continue };
        let defined = file.symbols().filter(|symbol| symbol.is_definition() && symbol.is_global());
        for name in defined.filter_map(|symbol| symbol.name().ok()).filter(|name| name.starts_with("rt_")) {
            assert!(names.insert(name.to_owned()), "{name} is defined twice");
        }
    }
    assert_same("archive", &names, &row_names());
}

#[test]
fn row_names_are_unique_and_c_like() {
    let mut seen = BTreeSet::new();
    for row in registry().rows() {
        assert!(seen.insert(row.name), "{} is exported by two rows", row.name);
        assert!(row.name.starts_with("rt_"), "{}", row.name);
        assert!(row.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{}", row.name);
        assert!(!row.name.contains("__"), "{}: what ends in _ has its twins' words before that", row.name);
        assert!(!row.doc.trim().is_empty(), "{} has no docs", row.name);
        assert!(row.twin_of.is_empty() || registry().find(row.twin_of.as_bytes()).is_ok(), "{}", row.name);
    }
}

#[test]
fn a_call_takes_at_most_eight_words_with_names_of_their_own() {
    for row in registry().rows() {
        assert!(row.arity() <= 8, "{} takes {} words; arrays keep a call short", row.name, row.arity());
        let names: BTreeSet<&str> = row.words().map(|(name, _)| name).collect();
        assert_eq!(names.len(), row.arity(), "{} names two words alike", row.name);
    }
}

#[test]
fn kinds_have_numbers_names_and_typedefs_of_their_own() {
    let (mut numbers, mut names, mut types) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for kind in tables::KINDS.iter().copied().flatten() {
        assert!((1..=63).contains(&kind.number), "{kind:?}: a handle has 6 bits for its kind");
        assert_eq!(numbers.insert(kind.number, kind.name), None, "{kind:?} and another have one number");
        assert!(names.insert(kind.name) && types.insert(kind.c), "{kind:?} and another share a name");
        assert!(registry().find(kind.c.as_bytes()).is_err(), "typedef {} is also a function", kind.c);
    }
}

#[test]
fn every_promised_name_is_exported() {
    let rows = row_names();
    let names = include_str!("names.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let missing: Vec<&str> = names.filter(|name| !rows.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
