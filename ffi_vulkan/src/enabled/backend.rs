//! The family of Vulkan devices, and those opened so far.
#![forbid(unsafe_code)]

use super::device::VulkanDevice;
use super::instance::instance;
use ffi_backend::{Backend, Device, DeviceId, DeviceRef, Result};
use ffi_base::process::ForkMutex;

struct Vulkan;

static OPENED: ForkMutex<Vec<&'static VulkanDevice>> = ForkMutex::new(Vec::new());

/// The family of Vulkan devices. Loads the driver at the first `count` or `open`.
pub fn backend() -> &'static dyn Backend {
    &Vulkan
}

/// The opened device with this id, for what the `Device` trait does not offer.
pub fn find(id: DeviceId) -> Option<&'static VulkanDevice> {
    OPENED.lock().iter().copied().find(|device| device.info().id == id)
}

impl Backend for Vulkan {
    fn kind(&self) -> &'static str {
        "vulkan"
    }

    fn count(&self) -> Result<u32> {
        Ok(instance()?.physical.len() as u32)
    }

    fn open(&self, ordinal: u32, id: DeviceId) -> Result<DeviceRef> {
        let device = VulkanDevice::open(ordinal, id)?;
        OPENED.lock().push(device);
        Ok(device)
    }
}
