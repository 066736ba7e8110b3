//! Placeholder until the device lands.
mod rows;
use ffi_backend::{Backend, DeviceId, DeviceRef, Result};
pub use rows::{KINDS, ROWS};
struct Vulkan;
/// The family of Vulkan devices.
pub fn backend() -> &'static dyn Backend {
    &Vulkan
}
impl Backend for Vulkan {
    fn kind(&self) -> &'static str {
        "vulkan"
    }
    fn count(&self) -> Result<u32> {
        Err(ffi_base::row::not_configured("vulkan"))
    }
    fn open(&self, _: u32, _: DeviceId) -> Result<DeviceRef> {
        Err(ffi_base::row::not_configured("vulkan"))
    }
}
