//! A piece of device memory as a program holds it.
#![forbid(unsafe_code)]

use super::buffer::Buffer;
use super::device::Device;
use super::lock;
use super::raw::memory::Block;
use super::resource::{Held, Resource, Uses};
use ffi_base::{Address, Error, OutSlice, Result, error, fail};
use gpu_allocator::MemoryLocation;
use std::sync::{Arc, Mutex};

/// Memory that a buffer lies in.
pub struct Memory {
    block: Block,
    /// Whether the host has its address; locked while bytes are copied.
    mapped: Mutex<bool>,
    uses: Uses,
}

impl Resource for Memory {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        &self.block.device
    }
    fn what(&self) -> &'static str {
        "memory"
    }
}

/// Where memory lies, by the number that a row takes.
fn location(place: i64) -> Result<MemoryLocation> {
    Ok(match place {
        0 => MemoryLocation::GpuOnly,
        1 => MemoryLocation::CpuToGpu,
        2 => MemoryLocation::GpuToCpu,
        _ => fail!(InvalidArgument, "place {place} is none of 0 device, 1 host writes, 2 host reads"),
    })
}

impl Memory {
    /// Memory for a buffer, bound to it.
    pub fn allocate(buffer: &Arc<Buffer>, place: i64) -> Result<Arc<Memory>> {
        let device = buffer.device();
        device.check()?;
        let location = location(place)?;
        buffer.bind(|raw| {
            let block = Block::allocate(device, raw.requirements(), location, true)?;
            raw.bind(&block)?;
            Ok(Arc::new(Memory { block, mapped: Mutex::new(false), uses: Uses::default() }))
        })
    }

    /// The host's address of it.
    pub fn map(self: &Arc<Self>) -> Result<usize> {
        self.device().check()?;
        self.check_idle("mapped")?;
        let mut mapped = lock(&self.mapped);
        if *mapped {
            fail!(Busy, "the memory is mapped already; unmap it first");
        }
        let address = self.block.address();
        if address == 0 {
            fail!(InvalidArgument, "the host does not see this memory; allocate it with place 1 or 2");
        }
        *mapped = true;
        Ok(address)
    }

    pub fn unmap(self: &Arc<Self>) -> Result<()> {
        let mut mapped = lock(&self.mapped);
        if !*mapped {
            fail!(InvalidArgument, "the memory is not mapped");
        }
        *mapped = false;
        Ok(())
    }

    pub fn len_bytes(self: &Arc<Self>) -> Result<i64> {
        Ok(self.block.len() as i64)
    }

    /// Bytes, for tests.
    #[cfg(test)]
    pub fn peek(&self, at: u64, out: &mut [u8]) {
        self.block.read(at, out).expect("the host sees it");
    }

    pub fn write(&self, at: u64, src: &[u8]) -> Result<()> {
        self.device().check()?;
        self.check_idle("written by the host")?;
        let _held = lock(&self.mapped);
        self.block.write(at, src)
    }

    pub fn read(&self, at: u64, mut dst: OutSlice<'_, u8>) -> Result<()> {
        self.device().check()?;
        self.check_idle("read by the host")?;
        let _held = lock(&self.mapped);
        self.block.read(at, dst.as_bytes_mut())
    }
}

/// What `rt_vk_memory_free` asks.
pub fn may_go(memory: &Arc<Memory>) -> Result<()> {
    let still = || -> Error { error!(Busy, "the memory is mapped; unmap it first") };
    memory.may_go()?;
    if *lock(&memory.mapped) { Err(still()) } else { Ok(()) }
}

/// Frees the handle of memory that is neither mapped nor in use.
pub fn free(handle: i64) -> Result<()> {
    if handle != 0 {
        may_go(&*ffi_base::object::borrow::<crate::rows::VkMemoryKind>(handle)?)?;
    }
    ffi_base::object::free(handle)
}

/// What `rt_vk_memory_map` asks.
pub fn map(memory: &Arc<Memory>) -> Result<Address> {
    memory.map().map(Address)
}
