//! A command pool: the memory of command buffers of one queue family, and the lock that records them one at a time.
#![forbid(unsafe_code)]

use super::device::Device;
use super::lock;
use super::physical::able;
use super::raw::record::RawPool;
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::{Arc, Mutex, MutexGuard};

/// A command pool.
pub struct CommandPool {
    pub raw: RawPool,
    pub family: u32,
    alone: Mutex<()>,
}

impl CommandPool {
    pub fn create(device: &Arc<Device>, family: i64) -> Result<Arc<CommandPool>> {
        device.check()?;
        let row = device.physical().family(family)?;
        if !able(row).contains(vk::QueueFlags::TRANSFER) {
            let own = row.queue_flags;
            fail!(Unsupported, "queues of family {family} do {own:?}, of which no row records anything");
        }
        let family = family as u32;
        Ok(Arc::new(CommandPool { raw: RawPool::create(device, family)?, family, alone: Mutex::new(()) }))
    }

    pub fn device(&self) -> &Arc<Device> {
        &self.raw.device
    }

    /// A pool takes one thread at a time, whichever of its buffers is recorded.
    pub fn alone(&self) -> MutexGuard<'_, ()> {
        lock(&self.alone)
    }
}
