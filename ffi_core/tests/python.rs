//! Runs the Python package's smoke test against the built library, where there is a Python.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

#[path = "common/library.rs"]
mod library;

use std::path::Path;
use std::process::Command;

/// Runs a script of the package; `None`, said loudly, where there is no Python. `FFI_PYTHON` names another than `python3`.
#[cfg(unix)]
fn run(script: &str) -> Option<String> {
    let python = std::env::var("FFI_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !Command::new(&python).arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no {python}");
        return None;
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("bindings/python");
    let mut command = Command::new(python);
    command.arg("-B").arg(package.join(script)).env("FFI_CORE_LIBRARY", library::shared());
    // A number of workers that is none: the smoke test wants to hear of it.
    command.env("FFI_NUM_THREADS", "many");
    let said = String::from_utf8_lossy(&library::run(&mut command).stdout).trim().to_owned();
    println!("{said}");
    Some(said)
}

#[test]
#[cfg(unix)]
fn the_python_package_loads_and_raises() {
    run("smoke.py");
}

/// `FFI_REQUIRE_NUMPY=1` makes a missing NumPy a failure instead of a skip.
#[test]
#[cfg(unix)]
fn numpy_and_tensors_share_one_memory() {
    let Some(said) = run("dlpack.py") else { return };
    if said.starts_with("SKIPPED") {
        eprintln!("{said}");
        assert!(std::env::var_os("FFI_REQUIRE_NUMPY").is_none(), "FFI_REQUIRE_NUMPY wants it");
    }
}
