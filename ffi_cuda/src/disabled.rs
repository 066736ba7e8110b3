//! The driver of a build without feature `cuda`.
#![forbid(unsafe_code)]

use ffi_base::Error;

/// Why nothing works.
pub fn refusal() -> Error {
    ffi_base::row::not_configured("cuda")
}
