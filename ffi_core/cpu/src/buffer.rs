//! A buffer of host memory with its lock, and the locks one op holds.

use crate::memory::{self, ALIGN, Block, SMALL};
use ffi_backend::program::MAX_INPUTS;
use ffi_backend::{Buffer, DeviceId, Result, fail};
use parking_lot::RawRwLock;
use parking_lot::lock_api::RawRwLock as _;
use std::any::Any;
use std::cell::UnsafeCell;
use std::fmt;
use std::sync::Arc;

/// Room for `SMALL` bytes that start on a cache line, wherever the object itself lies.
type Inline = [u64; (SMALL + ALIGN - 8) / 8];

/// Host memory. Whoever touches it holds its lock.
pub struct CpuBuffer {
    lock: RawRwLock,
    device: DeviceId,
    len_bytes: u64,
    /// `None` when the bytes are `inline`.
    block: Option<Block>,
    inline: UnsafeCell<Inline>,
}

// SAFETY: the memory is read under the read lock and written under the write lock; the rest never changes.
unsafe impl Sync for CpuBuffer {}

impl fmt::Debug for CpuBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CpuBuffer of {} bytes", self.len_bytes)
    }
}

impl Drop for CpuBuffer {
    #[inline]
    fn drop(&mut self) {
        memory::count(-(self.len_bytes as i64), self.block.is_none());
        if let Some(block) = self.block.take() {
            block.free();
        }
    }
}

impl Buffer for CpuBuffer {
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn device(&self) -> DeviceId {
        self.device
    }
    fn len_bytes(&self) -> u64 {
        self.len_bytes
    }
}

impl CpuBuffer {
    /// New memory.
    #[inline]
    pub fn new(device: DeviceId, len_bytes: u64) -> Result<Arc<CpuBuffer>> {
        let block = if len_bytes <= SMALL as u64 { None } else { Some(Block::new(len_bytes)?) };
        memory::count(len_bytes as i64, block.is_none());
        let inline = UnsafeCell::new([0; (SMALL + ALIGN - 8) / 8]);
        Ok(Arc::new(CpuBuffer { lock: RawRwLock::INIT, device, len_bytes, block, inline }))
    }

    /// The device's own type behind a view.
    #[inline(always)]
    pub fn of(buffer: &Arc<dyn Buffer>) -> Result<&CpuBuffer> {
        match buffer.as_any().downcast_ref() {
            Some(buffer) => Ok(buffer),
            None => fail!(DeviceMismatch, "an operand is not memory of the CPU device"),
        }
    }

    /// How long, as the host counts.
    #[inline(always)]
    pub fn len_bytes_usize(&self) -> usize {
        self.len_bytes as usize
    }

    /// Where the bytes start, on a cache line.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        match &self.block {
            Some(block) => block.data().as_ptr(),
            None => {
                let start = self.inline.get().cast::<u8>();
                // At most ALIGN - 8 bytes on, for the object is aligned to 8: SMALL bytes remain.
                start.wrapping_add(start.addr().wrapping_neg() % ALIGN)
            }
        }
    }
}

/// Most buffers that one op touches.
const MOST: usize = MAX_INPUTS + 1;

/// The locks of one op, released when it is dropped.
pub struct Locks<'a> {
    held: [Option<&'a CpuBuffer>; MOST],
    count: usize,
    /// The one that is write-locked.
    written: *const CpuBuffer,
}

impl<'a> Locks<'a> {
    fn one(buffer: &'a CpuBuffer, write: bool) -> Locks<'a> {
        if write {
            buffer.lock.lock_exclusive();
        } else {
            buffer.lock.lock_shared();
        }
        let mut held = [None; MOST];
        held[0] = Some(buffer);
        Locks { held, count: 1, written: if write { buffer } else { std::ptr::null() } }
    }

    /// A write lock on the first buffer and read locks on the others, each buffer once, in address order.
    #[inline(always)]
    pub fn take(buffers: &[&'a CpuBuffer]) -> Locks<'a> {
        let mut held = [None; MOST];
        let mut count = 0;
        for &buffer in buffers.iter().take(MOST) {
            let mut at = count;
            // Insertion from the end; an equal one is already there and keeps its place.
            while at > 0 && held[at - 1].is_some_and(|other| std::ptr::from_ref(other) > std::ptr::from_ref(buffer)) {
                at -= 1;
            }
            if at > 0 && held[at - 1].is_some_and(|other| std::ptr::eq(other, buffer)) {
                continue;
            }
            let mut from = count;
            while from > at {
                held[from] = held[from - 1];
                from -= 1;
            }
            held[at] = Some(buffer);
            count += 1;
        }
        let written = buffers.first().map_or(std::ptr::null(), |buffer| std::ptr::from_ref(*buffer));
        for &buffer in held[..count].iter().flatten() {
            if std::ptr::eq(buffer, written) {
                buffer.lock.lock_exclusive();
            } else {
                buffer.lock.lock_shared();
            }
        }
        Locks { held, count, written }
    }
}

impl Drop for Locks<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        for &buffer in self.held[..self.count].iter().flatten() {
            // SAFETY: `one` or `take` locked each listed buffer, `written` exclusively and the others shared, and this is the
            // one release.
            unsafe {
                if std::ptr::eq(buffer, self.written) {
                    buffer.lock.unlock_exclusive();
                } else {
                    buffer.lock.unlock_shared();
                }
            }
        }
    }
}

/// Runs with the whole memory of one buffer, under its read lock.
pub fn read<R>(buffer: &CpuBuffer, body: impl FnOnce(&[u8]) -> R) -> R {
    let locks = Locks::one(buffer, false);
    // SAFETY: `data` has `len_bytes` bytes, initialised since they were allocated; nobody writes them under the read lock.
    let result = body(unsafe { std::slice::from_raw_parts(buffer.data(), buffer.len_bytes as usize) });
    drop(locks);
    result
}

/// As [`read`], to write, under its write lock.
pub fn write<R>(buffer: &CpuBuffer, body: impl FnOnce(&mut [u8]) -> R) -> R {
    let locks = Locks::one(buffer, true);
    // SAFETY: as in `read`, and the write lock keeps everyone else out.
    let result = body(unsafe { std::slice::from_raw_parts_mut(buffer.data(), buffer.len_bytes as usize) });
    drop(locks);
    result
}
