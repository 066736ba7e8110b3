//! The `rt_vk_*` rows, called as a program in C calls them. One binary, which runs itself again under the validation layers.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests fail this way, and say aloud what they skip"
)]

mod common;
mod compute;
mod copies;
mod drivers;
mod graphics;
mod log;
mod misfits;
mod order;
mod validation;
