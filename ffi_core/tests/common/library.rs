//! Finds the shared and the static library of this build, and runs a C compiler.
#![allow(dead_code, reason = "each test uses some of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder that holds what this build made: cargo puts libraries beside the tests.
pub fn folder() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The newest `libffi_core*` with this ending: a folder may hold those of builds with other features.
fn newest(ending: &str) -> PathBuf {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libffi_core") && name.ends_with(ending)
    });
    named
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap())
        .unwrap_or_else(|| panic!("no libffi_core*{ending} beside the test in {}", folder().display()))
}

/// The shared library.
pub fn shared() -> PathBuf {
    newest(".so")
}

/// The static library.
pub fn archive() -> PathBuf {
    newest(".a")
}

/// What a program that links the archive needs besides.
pub const ARCHIVE_NEEDS: &[&str] = &["-lpthread", "-ldl", "-lm"];

/// A folder of this test's own, under cargo's.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The C compiler that `CC` names, else `cc`; `None`, said loudly, when there is none.
pub fn c_compiler() -> Option<String> {
    compiler("CC", "cc")
}

/// The C++ compiler that `CXX` names, else `c++`.
pub fn cpp_compiler() -> Option<String> {
    compiler("CXX", "c++")
}

fn compiler(variable: &str, default: &str) -> Option<String> {
    let name = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let found = Command::new(&name).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("SKIPPED: no compiler {name:?}; set {variable} to one");
    }
    found.then_some(name)
}

/// Runs a command and fails with all it said when it does not succeed.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
