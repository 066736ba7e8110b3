//! Runs the Python package's smoke test against the built library, where there is a Python.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

#[path = "common/library.rs"]
mod library;

use std::path::Path;
use std::process::Command;

#[test]
#[cfg(unix)]
fn the_python_package_loads_and_raises() {
    if !Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no python3");
        return;
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("bindings/python");
    let mut command = Command::new("python3");
    command.arg("-B").arg(package.join("smoke.py")).env("FFI_CORE_LIBRARY", library::shared());
    // A number of workers that is none: the smoke test wants to hear of it.
    command.env("FFI_NUM_THREADS", "many");
    println!("{}", String::from_utf8_lossy(&library::run(&mut command).stdout).trim());
}
