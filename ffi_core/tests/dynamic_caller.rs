//! Compiles and runs the C program that calls the library as the Simple runtime does.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

#[path = "common/library.rs"]
mod library;

use std::path::Path;
use std::process::Command;

#[test]
#[cfg(unix)]
fn words_alone_reach_the_library() {
    let Some(cc) = library::c_compiler() else { return };
    let program = library::scratch("dynamic_caller").join("dynamic_caller");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/dynamic_caller.c");
    let mut command = Command::new(cc);
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]).arg(source);
    library::run(command.arg("-o").arg(&program).arg("-ldl"));
    let output = library::run(Command::new(&program).arg(library::shared()));
    println!("{}", String::from_utf8_lossy(&output.stdout).trim());
}
