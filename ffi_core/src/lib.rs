//! The C ABI of the ffi suite: every `rt_*` symbol, assembled into one library.
//!
//! A C program calls a symbol; its row (in [`rows`], or in the crate of its domain) says what it is; a safe function does
//! it; a device runs it. [`device`] is the one place that knows which devices exist, `opened` keeps those that are open.
//! `dlpack` and `progress` are the files with `unsafe`. [`tables`] lists every row, from which
//! the header, the bindings, the reference page and the tests derive; [`registry`] finds them by name at run time.
//!
//! Rust programs may use this crate as a library too, for its symbols alone: tensors in Rust are `ffi_torch`'s.
// All but `dlpack`, whose structs are shared with other libraries, and `progress`, which calls a function of the host.
#![deny(unsafe_code)]

pub mod device;
#[allow(unsafe_code)]
mod dlpack;
mod opened;
#[allow(unsafe_code)]
mod progress;
pub mod rows;
pub mod tables;

pub use progress::ProgressFn;
pub use tables::registry;
