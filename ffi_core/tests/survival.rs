//! What must not take a host down with it, each in a process of its own: want of memory, exit while work runs, the end of
//! threads, unloading, shutdown at work.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]
#![cfg(target_os = "linux")]

#[path = "common/library.rs"]
mod library;

use std::path::Path;
use std::process::Command;

#[test]
fn hosts_survive() {
    let Some(cc) = library::c_compiler() else { return };
    let program = library::scratch("survival").join("survival");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/survival.c");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let mut command = Command::new(cc);
    command.args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror"]).arg("-I").arg(include).arg(source);
    library::run(command.arg("-o").arg(&program).args(["-ldl", "-lpthread"]));
    for case in ["memory", "exit", "threads", "unload", "shutdown"] {
        // `timeout` ends with 124 what hangs.
        let mut timed = Command::new("timeout");
        // On a machine of many cores the stacks of as many workers and the arenas of as many threads, each of which takes 64 MiB
        // of addresses, would use up the room that the case of no memory counts on.
        timed.env("FFI_NUM_THREADS", "4").env("MALLOC_ARENA_MAX", "1");
        let output = library::run(timed.arg("120").arg(&program).arg(library::shared()).arg(case));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.trim().ends_with("survived"), "{case}: {said}");
        println!("{case}: {}", said.trim().replace('\n', ", "));
    }
}
