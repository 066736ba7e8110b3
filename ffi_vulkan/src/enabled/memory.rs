//! Blocks of device memory: made, freed and, where the host sees them, read and written.
//!
//! Stream order: a block that a buffer gave up may serve later work at once, since the one queue runs in order. Host access
//! and the driver's free are outside the queue; they wait until the work stamped on the block is done. `pool.rs` and
//! `recorder.rs` keep to that.
#![allow(unsafe_code)]

use super::fault;
use super::gpu::Gpu;
use super::instance::instance;
use ash::vk;
use ffi_backend::{Result, fail};
use gpu_allocator::vulkan::{Allocation, AllocationCreateDesc, AllocationScheme, Allocator, AllocatorCreateDesc};
use gpu_allocator::{AllocationSizes, AllocatorDebugSettings, MemoryLocation};

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Tensors.
    Device,
    /// Host writes, device reads.
    Upload,
    /// Device writes, host reads.
    Download,
}

/// A buffer of the driver with its memory.
#[derive(Debug)]
pub struct Block {
    pub buffer: vk::Buffer,
    /// Where kernels find it.
    pub address: u64,
    pub len_bytes: u64,
    /// Tells blocks apart for hazards; never reused.
    pub id: u64,
    /// Whether the host reads and writes it at full speed.
    pub direct: bool,
    allocation: Allocation,
}

/// Makes and frees blocks.
pub struct Heap {
    gpu: &'static Gpu,
    allocator: Allocator,
    made: u64,
}

impl Heap {
    pub fn new(gpu: &'static Gpu) -> Result<Heap> {
        let desc = AllocatorCreateDesc {
            instance: instance()?.instance.clone(),
            device: gpu.device.clone(),
            physical_device: gpu.physical,
            debug_settings: AllocatorDebugSettings::default(),
            buffer_device_address: true,
            // Small slabs: blocks above a slab get memory of their own, and are pooled by us.
            allocation_sizes: AllocationSizes::new(32 << 20, 8 << 20),
        };
        Ok(Heap { gpu, allocator: Allocator::new(&desc).map_err(fault::allocator)?, made: 0 })
    }

    /// A new block; asks the driver.
    pub fn create(&mut self, len_bytes: u64, purpose: Purpose) -> Result<Block> {
        let most = self.gpu.largest_block_bytes.min(self.gpu.memory_bytes);
        if len_bytes > most {
            fail!(OutOfMemory, "{len_bytes} bytes in one block; the device gives at most {most}");
        }
        let usage = vk::BufferUsageFlags::STORAGE_BUFFER
            | vk::BufferUsageFlags::UNIFORM_BUFFER
            | vk::BufferUsageFlags::TRANSFER_SRC
            | vk::BufferUsageFlags::TRANSFER_DST
            | vk::BufferUsageFlags::SHADER_DEVICE_ADDRESS;
        let info = vk::BufferCreateInfo::default().size(len_bytes).usage(usage);
        let device = &self.gpu.device;
        // SAFETY: the device is never destroyed; the structures live through the calls, here and below.
        let buffer = unsafe { device.create_buffer(&info, None) }.map_err(|r| fault::driver("vkCreateBuffer", r))?;
        // SAFETY: the buffer was just made.
        let requirements = unsafe { device.get_buffer_memory_requirements(buffer) };
        let location = match purpose {
            Purpose::Device => MemoryLocation::GpuOnly,
            Purpose::Upload => MemoryLocation::CpuToGpu,
            Purpose::Download => MemoryLocation::GpuToCpu,
        };
        let desc = AllocationCreateDesc {
            name: "tensor",
            requirements,
            location,
            linear: true,
            allocation_scheme: AllocationScheme::GpuAllocatorManaged,
        };
        let allocation = match self.allocator.allocate(&desc) {
            Ok(allocation) => allocation,
            Err(error) => {
                // SAFETY: made above, bound to nothing, used by nothing.
                unsafe { device.destroy_buffer(buffer, None) };
                return Err(fault::allocator(error));
            }
        };
        // SAFETY: the allocation was made for this buffer's requirements and is bound to nothing else.
        let bound = unsafe { device.bind_buffer_memory(buffer, allocation.memory(), allocation.offset()) };
        if let Err(result) = bound {
            // SAFETY: as above: used by nothing.
            unsafe { device.destroy_buffer(buffer, None) };
            self.allocator.free(allocation).map_err(fault::allocator)?;
            return Err(fault::driver("vkBindBufferMemory", result));
        }
        // SAFETY: the buffer has the usage and, by the allocator's setting, memory made for device addresses.
        let address =
            unsafe { device.get_buffer_device_address(&vk::BufferDeviceAddressInfo::default().buffer(buffer)) };
        self.made += 1;
        let fast = vk::MemoryPropertyFlags::HOST_VISIBLE
            | vk::MemoryPropertyFlags::HOST_COHERENT
            | vk::MemoryPropertyFlags::HOST_CACHED;
        let direct = allocation.memory_properties().contains(fast) && allocation.mapped_ptr().is_some();
        Ok(Block { buffer, address, len_bytes, id: self.made, direct, allocation })
    }

    /// Gives a block back to the driver. The caller has waited for all work on it.
    pub fn destroy(&mut self, block: Block) -> Result<()> {
        // SAFETY: the block is owned, so nobody can record with it, and what was recorded is done.
        unsafe { self.gpu.device.destroy_buffer(block.buffer, None) };
        self.allocator.free(block.allocation).map_err(fault::allocator)
    }
}

impl Block {
    /// Copies bytes in. The caller orders it with other access, on the host and on the device.
    pub fn write(&self, at: u64, src: &[u8]) -> Result<()> {
        let to = self.mapped(at, src.len())?;
        // SAFETY: `mapped` gives `src.len()` bytes of this block's mapping, which lives as long as the block. `src` is memory
        // of the caller's, apart from the mapping, which is never lent out as a slice.
        unsafe { std::ptr::copy_nonoverlapping(src.as_ptr(), to, src.len()) };
        Ok(())
    }

    /// Copies bytes out, filling all of `dst`. The caller orders it as for `write`.
    pub fn read(&self, at: u64, dst: &mut [u8]) -> Result<()> {
        let from = self.mapped(at, dst.len())?;
        // SAFETY: as in `write`, the other way round.
        unsafe { std::ptr::copy_nonoverlapping(from, dst.as_mut_ptr(), dst.len()) };
        Ok(())
    }

    /// An address without memory, for tests of what is planned.
    #[cfg(test)]
    pub fn pretended(address: u64) -> Block {
        let (buffer, allocation) = (vk::Buffer::null(), Allocation::default());
        Block { buffer, address, len_bytes: u64::MAX, id: 0, direct: false, allocation }
    }

    fn mapped(&self, at: u64, len: usize) -> Result<*mut u8> {
        let inside = at.checked_add(len as u64).is_some_and(|end| end <= self.len_bytes);
        match self.allocation.mapped_ptr() {
            // SAFETY: `at` is within the block, whose mapping is at least as long.
            Some(start) if inside => Ok(unsafe { start.as_ptr().cast::<u8>().add(at as usize) }),
            Some(_) => fail!(InvalidArgument, "bytes {at}..+{len} leave a block of {} bytes", self.len_bytes),
            None => fail!(Internal, "a block that the host does not see"),
        }
    }
}
