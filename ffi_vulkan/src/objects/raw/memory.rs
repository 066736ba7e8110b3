//! Pieces of device memory, and the buffers that lie in them.
#![allow(unsafe_code)]

use super::super::device::{Device, too_long};
use super::super::lock;
use crate::driver::fault;
use ash::vk;
use ffi_base::{Result, error, fail};
use gpu_allocator::MemoryLocation;
use gpu_allocator::vulkan::{Allocation, AllocationCreateDesc, AllocationScheme};
use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::Arc;

/// A piece of memory, given back when dropped.
pub struct Block {
    pub device: Arc<Device>,
    /// Taken out by `drop` alone.
    allocation: Option<Allocation>,
    len: u64,
    /// Whether the host may have it. Where all memory is one, the device's own has an address too, but perhaps not the same bytes.
    seen: bool,
}

impl Block {
    pub fn allocate(
        device: &Arc<Device>,
        requirements: vk::MemoryRequirements,
        location: MemoryLocation,
        linear: bool,
    ) -> Result<Block> {
        let longest = device.physical().longest_memory;
        let heaps = device.physical().memory.memory_heaps_as_slice().iter().map(|heap| heap.size).max().unwrap_or(0);
        if requirements.size > longest.min(heaps) {
            return Err(too_long(device, requirements.size));
        }
        let seen = location != MemoryLocation::GpuOnly;
        let scheme = AllocationScheme::GpuAllocatorManaged;
        let desc = AllocationCreateDesc { name: "rt_vk", requirements, location, linear, allocation_scheme: scheme };
        let mut allocator = lock(&device.raw.allocator);
        let Some(allocator) = allocator.as_mut() else { fail!(Internal, "the device's allocator is gone") };
        let scarce = |error| fault::allocator(error).at(&format!("{} bytes", requirements.size));
        let allocation = allocator.allocate(&desc).map_err(scarce)?;
        Ok(Block { device: device.clone(), allocation: Some(allocation), len: requirements.size, seen })
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    /// Where the host sees it, 0 where it does not.
    pub fn address(&self) -> usize {
        self.start().map_or(0, |at| at.as_ptr().expose_provenance())
    }

    fn start(&self) -> Option<NonNull<c_void>> {
        self.allocation.as_ref().filter(|_| self.seen).and_then(Allocation::mapped_ptr)
    }

    fn mapped(&self, at: u64, len: usize) -> Result<*mut u8> {
        let inside = at.checked_add(len as u64).is_some_and(|end| end <= self.len);
        match self.start() {
            // SAFETY: `at` is within the block, whose mapping is at least as long.
            Some(start) if inside => Ok(unsafe { start.as_ptr().cast::<u8>().add(at as usize) }),
            Some(_) => fail!(InvalidArgument, "bytes {at}..+{len} leave memory of {} bytes", self.len),
            None => fail!(InvalidArgument, "the host does not see this memory; allocate it with place 1 or 2"),
        }
    }

    /// Copies bytes in. The caller orders it with other access.
    pub fn write(&self, at: u64, src: &[u8]) -> Result<()> {
        let to = self.mapped(at, src.len())?;
        // SAFETY: `mapped` gives `src.len()` bytes of this mapping, which lives as long as the block; the ranges may overlap
        // where the caller passes an address of this very mapping.
        unsafe { std::ptr::copy(src.as_ptr(), to, src.len()) };
        Ok(())
    }

    /// Copies bytes out, filling all of `dst`. The caller orders it with other access.
    pub fn read(&self, at: u64, dst: &mut [u8]) -> Result<()> {
        let from = self.mapped(at, dst.len())?;
        // SAFETY: as in `write`, the other way round.
        unsafe { std::ptr::copy(from, dst.as_mut_ptr(), dst.len()) };
        Ok(())
    }

    /// The driver's memory and the offset in it, to bind something there.
    pub fn place(&self) -> Result<(vk::DeviceMemory, u64)> {
        let allocation = self.allocation.as_ref().ok_or_else(|| error!(Internal, "the memory is gone"))?;
        // SAFETY: the handle is only bound while this block is alive, which whatever is bound there counts.
        Ok((unsafe { allocation.memory() }, allocation.offset()))
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let Some(allocation) = self.allocation.take() else { return };
        if !self.device.raw.instance.raw.own_process() {
            std::mem::forget(allocation);
            return;
        }
        if let Some(allocator) = lock(&self.device.raw.allocator).as_mut() {
            // What fails here is a fault of the bookkeeping alone; the memory goes with the device.
            let _ = allocator.free(allocation);
        }
    }
}

/// A buffer of the driver's.
pub struct RawBuffer {
    pub device: Arc<Device>,
    pub buffer: vk::Buffer,
}

impl RawBuffer {
    pub fn create(device: &Arc<Device>, len_bytes: u64, usage: vk::BufferUsageFlags) -> Result<RawBuffer> {
        let families: Vec<u32> = (0..device.physical().families.len() as u32).collect();
        let mut info = vk::BufferCreateInfo::default().size(len_bytes).usage(usage);
        if families.len() > 1 {
            info = info.sharing_mode(vk::SharingMode::CONCURRENT).queue_family_indices(&families);
        }
        // SAFETY: the device is alive, the structure lives through the call.
        let buffer = unsafe { device.raw.device.create_buffer(&info, None) }
            .map_err(|result| device.fault("vkCreateBuffer", result))?;
        Ok(RawBuffer { device: device.clone(), buffer })
    }

    pub fn requirements(&self) -> vk::MemoryRequirements {
        // SAFETY: device and buffer are alive.
        unsafe { self.device.raw.device.get_buffer_memory_requirements(self.buffer) }
    }

    /// Binds memory that was allocated for these requirements, once.
    pub fn bind(&self, block: &Block) -> Result<()> {
        let (memory, offset) = block.place()?;
        // SAFETY: device, buffer and memory are alive; the caller binds once and under its lock.
        unsafe { self.device.raw.device.bind_buffer_memory(self.buffer, memory, offset) }
            .map_err(|result| self.device.fault("vkBindBufferMemory", result))
    }
}

impl Drop for RawBuffer {
    fn drop(&mut self) {
        if self.device.raw.instance.raw.own_process() {
            // SAFETY: nothing else refers to it: submissions and command buffers count what they use.
            unsafe { self.device.raw.device.destroy_buffer(self.buffer, None) };
        }
    }
}
