//! A buffer of host memory with its lock, and the locks one op holds.

use crate::memory::{self, ALIGN, Block, SMALL};
use ffi_backend::op::View;
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

/// The locks of one op, released when it is dropped.
pub struct Locks<'a> {
    held: [Option<(&'a CpuBuffer, bool)>; MAX_INPUTS + 1],
    count: usize,
}

impl<'a> Locks<'a> {
    /// Read locks on the sources and a write lock on the destination, each buffer once, in address order.
    #[inline]
    pub fn take(sources: &[View<'a>], destination: Option<&View<'a>>) -> Result<Locks<'a>> {
        let mut locks = Locks { held: [None; MAX_INPUTS + 1], count: 0 };
        // While the list is built nothing is locked yet, so an early return must find it empty.
        let mut held = [None; MAX_INPUTS + 1];
        let mut count = 0;
        let writes = destination.into_iter().map(|view| (view, true));
        for (view, write) in writes.chain(sources.iter().map(|view| (view, false))) {
            let buffer = CpuBuffer::of(view.buffer)?;
            let address = std::ptr::from_ref(buffer).addr();
            let mut at = 0;
            let mut known = false;
            while let Some((other, _)) = held.get(at).copied().flatten() {
                let other = std::ptr::from_ref::<CpuBuffer>(other).addr();
                known = other == address;
                if other >= address {
                    break;
                }
                at += 1;
            }
            if known || count > MAX_INPUTS {
                continue;
            }
            held.copy_within(at..count, at + 1);
            held[at] = Some((buffer, write));
            count += 1;
        }
        for &(buffer, write) in held[..count].iter().flatten() {
            if write {
                buffer.lock.lock_exclusive();
            } else {
                buffer.lock.lock_shared();
            }
            locks.held[locks.count] = Some((buffer, write));
            locks.count += 1;
        }
        Ok(locks)
    }
}

impl Drop for Locks<'_> {
    #[inline]
    fn drop(&mut self) {
        for &(buffer, write) in self.held[..self.count].iter().flatten() {
            // SAFETY: `take` locked each listed buffer in the listed way, and this is the one release.
            unsafe { if write { buffer.lock.unlock_exclusive() } else { buffer.lock.unlock_shared() } }
        }
    }
}

/// Runs with the whole memory of one buffer, under its read lock.
pub fn read<R>(buffer: &CpuBuffer, body: impl FnOnce(&[u8]) -> R) -> R {
    buffer.lock.lock_shared();
    let locks = Locks { held: std::array::from_fn(|i| (i == 0).then_some((buffer, false))), count: 1 };
    // SAFETY: `data` has `len_bytes` bytes, initialised since they were allocated; nobody writes them under the read lock.
    let result = body(unsafe { std::slice::from_raw_parts(buffer.data(), buffer.len_bytes as usize) });
    drop(locks);
    result
}

/// As [`read`], to write, under its write lock.
pub fn write<R>(buffer: &CpuBuffer, body: impl FnOnce(&mut [u8]) -> R) -> R {
    buffer.lock.lock_exclusive();
    let locks = Locks { held: std::array::from_fn(|i| (i == 0).then_some((buffer, true))), count: 1 };
    // SAFETY: as in `read`, and the write lock keeps everyone else out.
    let result = body(unsafe { std::slice::from_raw_parts_mut(buffer.data(), buffer.len_bytes as usize) });
    drop(locks);
    result
}
