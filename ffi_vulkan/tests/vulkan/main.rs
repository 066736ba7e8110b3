//! The Vulkan device, driven through the door alone. One binary, so that tests can run others again in another environment.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests fail this way, and say aloud what they skip"
)]

mod cache;
mod common;
mod drivers;
mod fused;
mod index;
mod linalg;
mod linalg_exact;
mod log;
mod long;
mod matrices;
mod ops;
mod order;
mod products;
mod random;
mod rows;
mod sort;
mod staged;
mod windows;
