//! The C ABI of the ffi suite: every `rt_*` symbol, assembled into one library.
//!
//! A C program calls a symbol; its row (in [`rows`], or in the crate of its domain) says what it is; a safe function does
//! it; a device runs it. [`device`] is the one place that knows which devices exist. [`tables`] lists every row, from which
//! the header, the bindings, the reference page and the tests derive; [`registry`] finds them by name at run time. `unsafe`
//! lives in `dlpack` alone.
//!
//! Rust programs may use this crate as a library too, for its symbols alone: tensors in Rust are `ffi_torch`'s.
// All but `dlpack`, whose structs are shared with other libraries.
#![deny(unsafe_code)]

pub mod device;
#[allow(unsafe_code)]
mod dlpack;
pub mod rows;
pub mod tables;

pub use tables::registry;
