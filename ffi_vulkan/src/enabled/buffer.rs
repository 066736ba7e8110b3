//! A block lent to a tensor. Dropping it returns the block to the pool at once; nothing waits.
#![forbid(unsafe_code)]

use super::device::VulkanDevice;
use super::memory::Block;
use ffi_backend::{Buffer, Device, Header, Result, View, error};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Memory of a Vulkan device.
pub struct VulkanBuffer {
    device: &'static VulkanDevice,
    /// Present until the drop.
    block: Option<Block>,
    header: Header,
    /// The batch that uses it last.
    last_use: AtomicU64,
    /// Held while the host copies straight into or out of the block, and while an op on it is recorded.
    host: RwLock<()>,
}

impl VulkanBuffer {
    pub(super) fn new(device: &'static VulkanDevice, block: Block, len_bytes: u64, last_use: u64) -> VulkanBuffer {
        VulkanBuffer {
            device,
            block: Some(block),
            header: Header::new(device.info().id, len_bytes),
            last_use: AtomicU64::new(last_use),
            host: RwLock::new(()),
        }
    }

    pub(super) fn block(&self) -> Result<&Block> {
        self.block.as_ref().ok_or_else(|| error!(Internal, "a buffer without its block"))
    }

    pub(super) fn last_use(&self) -> u64 {
        self.last_use.load(Ordering::Acquire)
    }

    /// Called under the recorder's lock, so stamps only grow.
    pub(super) fn stamp(&self, ticket: u64) {
        self.last_use.store(ticket, Ordering::Release);
    }

    pub(super) fn host_reads(&self) -> RwLockReadGuard<'_, ()> {
        self.host.read()
    }

    pub(super) fn host_writes(&self) -> RwLockWriteGuard<'_, ()> {
        self.host.write()
    }

    /// The buffer of this device behind the trait object.
    pub(super) fn of<'a>(device: &VulkanDevice, buffer: &'a dyn Buffer) -> Result<&'a VulkanBuffer> {
        let own: Option<&VulkanBuffer> = (buffer as &dyn Any).downcast_ref();
        let own = own.filter(|own| own.device() == device.info().id);
        own.ok_or_else(|| error!(DeviceMismatch, "a buffer of another device on {}", device.info().name))
    }
}

/// What keeps the host away from an op's buffers while it is recorded.
#[allow(dead_code, reason = "guards are held, not read")]
pub(super) enum HostGuard<'a> {
    Reads(RwLockReadGuard<'a, ()>),
    Writes(RwLockWriteGuard<'a, ()>),
}

/// Locks each buffer of an op once, in address order: the destination against all access, the sources against writes.
pub(super) fn keep_host_away<'a>(
    device: &VulkanDevice,
    sources: &[View<'a>],
    destination: &View<'a>,
) -> Result<Vec<HostGuard<'a>>> {
    let destination = VulkanBuffer::of(device, destination.buffer.as_ref())?;
    let mut all = vec![destination];
    for view in sources {
        all.push(VulkanBuffer::of(device, view.buffer.as_ref())?);
    }
    let address = |buffer: &&VulkanBuffer| std::ptr::from_ref::<VulkanBuffer>(buffer).addr();
    all.sort_unstable_by_key(address);
    all.dedup_by_key(|buffer| address(buffer));
    let lock = |buffer: &'a VulkanBuffer| {
        if std::ptr::eq(buffer, destination) {
            HostGuard::Writes(buffer.host.write())
        } else {
            HostGuard::Reads(buffer.host.read())
        }
    };
    Ok(all.into_iter().map(lock).collect())
}

impl Buffer for VulkanBuffer {
    // It never says faulted: what kernels find wrong in data is told by the op that found it, and a lost device answers by itself.
    fn header(&self) -> &Header {
        &self.header
    }
}

impl Drop for VulkanBuffer {
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            self.device.give(block, self.header.len_bytes, *self.last_use.get_mut());
        }
    }
}

impl fmt::Debug for VulkanBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VulkanBuffer({} bytes on {})", self.header.len_bytes, self.device.info().name)
    }
}
