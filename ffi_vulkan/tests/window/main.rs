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
mod show;

use server::{Server, User};
use std::process::{Command, Output};

/// Runs an ignored test of this binary in a process of its own; what it printed.
pub fn part(name: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY").envs(variables.iter().copied());
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{name}: {}\n{out}\n{err}", output.status);
    assert!(!err.contains("Xlib") && !err.contains("XIO"), "{name} printed:\n{err}");
    output
}

/// The user of the server that this process is on.
pub fn user() -> User {
    User::new(&std::env::var("DISPLAY").unwrap())
}

/// The same on a server.
pub fn part_on_server(name: &str) {
    let Some(server) = Server::start() else { return };
    part(name, &[("DISPLAY", &server.display)]);
}

/// The same on a server, where a driver is; under the validation layer where that is installed, which then says nothing.
pub fn part_with_vulkan(name: &str) {
    let Some(bench) = common::Bench::new() else { return };
    drop(bench);
    part_on_server(name);
    // Another one: a server begins anew when its last client went, and refuses others meanwhile.
    let Some(server) = Server::start() else { return };
    let output = part(name, &[("DISPLAY", &server.display), ("VK_INSTANCE_LAYERS", "VK_LAYER_KHRONOS_validation")]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("UTTERED 0"), "{name} under validation:\n{err}");
}
