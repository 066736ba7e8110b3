//! The CUDA device and the `rt_cuda_*` objects.
//!
//! What stands: the rows, and an honest answer. Without feature `cuda` they answer NOT_CONFIGURED; with it, the driver library
//! is looked for ([`driver`]) and they answer UNAVAILABLE with the names tried, or UNSUPPORTED where a driver is there, since
//! the device itself is planned. Nothing is loaded before the first call.

#[cfg_attr(not(feature = "cuda"), path = "disabled.rs")]
pub mod driver;
mod rows;

pub use rows::{KINDS, ROWS};

use ffi_backend::{Backend, DeviceId, DeviceRef, Result};

struct Cuda;

/// The family of CUDA devices.
pub fn backend() -> &'static dyn Backend {
    &Cuda
}

impl Backend for Cuda {
    fn kind(&self) -> &'static str {
        "cuda"
    }
    fn count(&self) -> Result<u32> {
        Err(driver::refusal())
    }
    fn open(&self, _: u32, _: DeviceId) -> Result<DeviceRef> {
        Err(driver::refusal())
    }
}
