//! A logical device: what every other object is made of, and whether it is lost.
#![forbid(unsafe_code)]

use super::instance::Instance;
use super::physical::Physical;
use super::queue::Queue;
use super::{at, lock, raw};
use crate::driver::fault;
use ash::vk;
use ffi_base::{Error, Result, error, fail};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

/// A logical device.
pub struct Device {
    pub raw: raw::device::Raw,
    physical: usize,
    dynamic: bool,
    lost: AtomicBool,
    /// Those alive; a queue counts its device, never the other way round.
    queues: Mutex<Vec<Weak<Queue>>>,
    /// Held alone while the cache takes in another, and by many while they compile with it.
    cache_lock: RwLock<()>,
    /// Held while a submission decides from which layouts its images change.
    pub layouts: Mutex<()>,
    /// Held by many while they record a command, and alone while a descriptor set is bound anew: the driver forgets what was
    /// recorded with the set, which nobody may be adding to.
    sets_lock: RwLock<()>,
    /// How many samplers there are, of which drivers have few.
    pub samplers: AtomicU32,
}

impl Device {
    pub fn create(instance: &Arc<Instance>, physical: i64) -> Result<Arc<Device>> {
        let index = at("physical device", physical, instance.physical.len())?;
        let raw = raw::device::Raw::create(instance, &instance.physical[index])?;
        let dynamic = instance.physical[index].v13.dynamic_rendering == vk::TRUE
            && std::env::var_os("FFI_VULKAN_RENDER_PASSES").is_none();
        Ok(Arc::new(Device {
            raw,
            physical: index,
            dynamic,
            lost: AtomicBool::new(false),
            queues: Mutex::default(),
            cache_lock: RwLock::default(),
            layouts: Mutex::default(),
            sets_lock: RwLock::default(),
            samplers: AtomicU32::new(0),
        }))
    }

    /// What is known of its hardware.
    pub fn physical(&self) -> &Physical {
        &self.raw.instance.physical[self.physical]
    }

    pub fn limits(&self) -> &vk::PhysicalDeviceLimits {
        &self.physical().properties.limits
    }

    /// Nobody merges caches while the answer lives.
    pub fn compiles(&self) -> RwLockReadGuard<'_, ()> {
        self.cache_lock.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody compiles while the answer lives.
    pub fn merges(&self) -> RwLockWriteGuard<'_, ()> {
        self.cache_lock.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody binds a descriptor set anew while the answer lives.
    pub fn records(&self) -> RwLockReadGuard<'_, ()> {
        self.sets_lock.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody records while the answer lives.
    pub fn binds(&self) -> RwLockWriteGuard<'_, ()> {
        self.sets_lock.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it draws by dynamic rendering; by render passes otherwise, or where the environment wants these.
    pub fn renders_without_passes(&self) -> bool {
        self.dynamic
    }

    /// Refuses when the device is lost, or not this process's.
    pub fn check(&self) -> Result<()> {
        self.raw.instance.check()?;
        if self.lost.load(Ordering::Relaxed) {
            fail!(DeviceLost, "{} is lost; destroy its objects and create the device anew", self.physical().name());
        }
        Ok(())
    }

    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// As if the driver had said so.
    #[cfg(test)]
    pub fn pretend_lost(&self) {
        self.fault("vkQueueSubmit", vk::Result::ERROR_DEVICE_LOST);
    }

    /// The error for a failed call; remembers that the device is lost.
    #[cold]
    pub fn fault(&self, call: &str, result: vk::Result) -> Error {
        if result == vk::Result::ERROR_DEVICE_LOST {
            self.lost.store(true, Ordering::Relaxed);
        }
        fault::driver(call, result)
    }

    /// Refuses what belongs to another device.
    pub fn same(&self, other: &Device, what: &str) -> Result<()> {
        if !std::ptr::eq(self, other) {
            fail!(DeviceMismatch, "the {what} belongs to another device");
        }
        Ok(())
    }

    /// The queue of a family, the same object for whoever asks while it is alive.
    pub fn queue(self: &Arc<Self>, family: i64, index: i64) -> Result<Arc<Queue>> {
        self.check()?;
        let row = self.physical().family(family)?;
        at(&format!("queue of family {family}"), index, self.physical().queues_of(row) as usize)?;
        let (family, index) = (family as u32, index as u32);
        // Should others let go of them meanwhile they end here: after the lock, since a queue that ends waits for its work.
        let alive: Vec<Arc<Queue>>;
        let mut queues = lock(&self.queues);
        queues.retain(|queue| queue.strong_count() > 0);
        alive = queues.iter().filter_map(Weak::upgrade).collect();
        if let Some(queue) = alive.iter().find(|queue| (queue.family, queue.index) == (family, index)) {
            return Ok(queue.clone());
        }
        let queue = Arc::new(Queue::new(self, family, index)?);
        queues.push(Arc::downgrade(&queue));
        Ok(queue)
    }

    fn live_queues(&self) -> Vec<Arc<Queue>> {
        lock(&self.queues).iter().filter_map(Weak::upgrade).collect()
    }

    /// Lets go of what submissions used that are done.
    pub fn reap(&self) {
        for queue in self.live_queues() {
            queue.reap();
        }
    }

    /// Waits until every queue is idle; false when the time passed first.
    pub fn wait(&self, timeout_ns: i64) -> Result<bool> {
        self.check()?;
        let clock = std::time::Instant::now();
        for queue in self.live_queues() {
            let passed = i64::try_from(clock.elapsed().as_nanos()).unwrap_or(i64::MAX);
            let left = if timeout_ns < 0 { -1 } else { timeout_ns.saturating_sub(passed).max(0) };
            if !queue.wait(left)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

// The rows of a device.

pub fn wait(device: &Arc<Device>, timeout_ns: i64) -> Result<i64> {
    device.wait(timeout_ns).map(i64::from)
}

/// Why a size cannot be had.
pub fn too_long(device: &Device, len_bytes: u64) -> Error {
    let physical = device.physical();
    error!(OutOfMemory, "{len_bytes} bytes; {} gives at most {} at once", physical.name(), physical.longest_memory)
}
