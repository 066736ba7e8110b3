//! Windows on an X server of the test's own. A process makes windows on one thread alone, so each part runs this binary again.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests fail this way, and say aloud what they skip"
)]

#[path = "../objects/common.rs"]
mod common;
mod events;
mod gone;
#[path = "../objects/log.rs"]
mod log;
mod server;

use server::Server;
use std::process::{Command, Output};

/// Runs an ignored test of this binary in a process of its own; what it printed.
pub fn part(name: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY").envs(variables.iter().copied());
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{name}: {}\n{out}\n{err}", output.status);
    output
}

/// The same on a server.
pub fn part_on_server(name: &str) {
    let Some(server) = Server::start() else { return };
    part(name, &[("DISPLAY", &server.display)]);
}
