//! A buffer: bytes that kernels, draws and copies work on.
#![forbid(unsafe_code)]

use super::device::{Device, too_long};
use super::memory::Memory;
use super::raw::memory::RawBuffer;
use super::resource::{Resource, Uses};
use super::{lock, size, small};
use ash::vk;
use ffi_base::{OutSlice, Result, error, fail};
use std::sync::{Arc, Mutex};

/// A buffer with its memory, once it has some.
pub struct Buffer {
    raw: RawBuffer,
    pub len_bytes: u64,
    pub usage: vk::BufferUsageFlags,
    memory: Mutex<Option<Arc<Memory>>>,
    uses: Uses,
}

impl Resource for Buffer {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        &self.raw.device
    }
    fn what(&self) -> &'static str {
        "buffer"
    }
}

/// What buffers are for, by Vulkan's own bits.
const USAGES: vk::BufferUsageFlags = vk::BufferUsageFlags::from_raw(0x1 | 0x2 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100);

impl Buffer {
    pub fn create(device: &Arc<Device>, len_bytes: i64, usage: i64) -> Result<Arc<Buffer>> {
        device.check()?;
        let len_bytes = size("len_bytes", len_bytes)?;
        let usage = vk::BufferUsageFlags::from_raw(small("usage", usage)?);
        if len_bytes == 0 {
            fail!(InvalidArgument, "a buffer of no bytes");
        }
        if usage.is_empty() || !USAGES.contains(usage) {
            let all = USAGES.as_raw();
            fail!(InvalidArgument, "usage {:#x} is no sum of Vulkan's usage bits in {all:#x}", usage.as_raw());
        }
        // Nothing larger can be bound, and drivers differ in what they make of it.
        if len_bytes > device.physical().longest_memory {
            return Err(too_long(device, len_bytes));
        }
        let raw = RawBuffer::create(device, len_bytes, usage)?;
        Ok(Arc::new(Buffer { raw, len_bytes, usage, memory: Mutex::default(), uses: Uses::default() }))
    }

    /// Gives it its memory, once.
    pub fn bind(&self, make: impl FnOnce(&RawBuffer) -> Result<Arc<Memory>>) -> Result<Arc<Memory>> {
        let mut memory = lock(&self.memory);
        if memory.is_some() {
            fail!(Busy, "the buffer has its memory already");
        }
        let made = make(&self.raw)?;
        *memory = Some(made.clone());
        Ok(made)
    }

    /// Its memory, which commands need.
    pub fn memory(&self) -> Result<Arc<Memory>> {
        let none = || error!(InvalidArgument, "the buffer has no memory; give it some with rt_vk_memory_allocate");
        lock(&self.memory).clone().ok_or_else(none)
    }

    pub fn handle(&self) -> vk::Buffer {
        self.raw.buffer
    }

    /// Checks a range for a use; bytes from `at` to the end when `len` is -1.
    pub fn range(&self, at: i64, len: i64, usage: vk::BufferUsageFlags) -> Result<(u64, u64)> {
        if !self.usage.contains(usage) {
            fail!(InvalidArgument, "the buffer was made for {:?}, which lacks {usage:?}", self.usage);
        }
        let at = size("offset", at)?;
        let len = if len == -1 { self.len_bytes.saturating_sub(at) } else { size("length", len)? };
        if len == 0 || at.checked_add(len).is_none_or(|end| end > self.len_bytes) {
            fail!(InvalidArgument, "bytes {at}..+{len} are none, or leave a buffer of {} bytes", self.len_bytes);
        }
        Ok((at, len))
    }
}

// The rows of a buffer.

pub fn len_bytes(buffer: &Arc<Buffer>) -> Result<i64> {
    Ok(buffer.len_bytes as i64)
}

fn check(buffer: &Buffer, at: i64, len: usize) -> Result<u64> {
    let at = size("offset", at)?;
    if at.checked_add(len as u64).is_none_or(|end| end > buffer.len_bytes) {
        fail!(InvalidArgument, "bytes {at}..+{len} leave a buffer of {} bytes", buffer.len_bytes);
    }
    Ok(at)
}

pub fn write(buffer: &Arc<Buffer>, offset: i64, data: &[u8]) -> Result<()> {
    let at = check(buffer, offset, data.len())?;
    buffer.memory()?.write(at, data)
}

pub fn read(buffer: &Arc<Buffer>, offset: i64, out: OutSlice<'_, u8>) -> Result<()> {
    let at = check(buffer, offset, out.capacity())?;
    buffer.memory()?.read(at, out)
}
