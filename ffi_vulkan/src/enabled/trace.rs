//! What was recorded, told again: so that a bench can do the same work in Vulkan alone.
#![forbid(unsafe_code)]

use super::device::VulkanDevice;
use super::kernel::Key;
use ash::vk;
use ffi_backend::Result;

/// A command as it went into a batch.
#[derive(Clone, Debug)]
pub enum Traced {
    /// One dispatch.
    Dispatch {
        /// Its module.
        module: &'static shaders::Module,
        /// Its specialization constants, from number 0 on.
        constants: Vec<u32>,
        /// Its push constants.
        push: Vec<u32>,
        /// Its work-groups in x and y.
        groups: [u32; 2],
    },
    /// A barrier between all before and all after.
    Barrier,
}

impl Traced {
    pub(super) fn dispatch(key: Key, push: &[u32], groups: [u32; 2]) -> Traced {
        Traced::Dispatch { module: key.module.module(), constants: key.constants.to_vec(), push: push.to_vec(), groups }
    }
}

impl VulkanDevice {
    /// What `work` records here. Addresses in it are of this device's memory and hold while that is not trimmed.
    #[doc(hidden)]
    pub fn traced(&self, work: impl FnOnce() -> Result<()>) -> Result<Vec<Traced>> {
        self.set_trace(Some(Vec::new()));
        let worked = work();
        let traced = self.set_trace(None);
        worked.map(|()| traced.unwrap_or_default())
    }

    /// The driver's own handles, with the queue's family. The queue is the device's: nobody may submit while it works.
    #[doc(hidden)]
    pub fn driver(&self) -> (ash::Device, vk::Queue, u32) {
        let gpu = self.gpu();
        (gpu.device.clone(), gpu.queue, gpu.family)
    }
}
