//! A buffer of host memory with its lock, and the locks one op holds.

use crate::memory::{self, ALIGN, Block, SMALL};
use crate::operand::Destination;
use ffi_backend::program::MAX_INPUTS;
use ffi_backend::{
    Buffer, BufferRef, DType, DeviceId, Header, Layout, Lent, Offer, Recycle, Result, fail, share, shared,
};
use parking_lot::RawRwLock;
use parking_lot::lock_api::RawRwLock as _;
use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::mem::ManuallyDrop;
use triomphe::{Arc, UniqueArc};

/// Room for `SMALL` bytes that start on a cache line, wherever the object itself lies.
type Inline = [u64; (SMALL + ALIGN - 8) / 8];

/// Host memory. Whoever touches it holds its lock.
pub struct CpuBuffer {
    lock: RawRwLock,
    header: Header,
    /// `None` when the bytes are `inline`.
    block: Option<Block>,
    inline: UnsafeCell<Inline>,
}

// SAFETY: the memory is read under the read lock and written under the write lock; the rest never changes.
unsafe impl Sync for CpuBuffer {}

impl fmt::Debug for CpuBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CpuBuffer of {} bytes", self.header.len_bytes)
    }
}

impl Drop for CpuBuffer {
    #[inline]
    fn drop(&mut self) {
        memory::count_gone(self.header.len_bytes, self.block.is_none());
        if let Some(block) = self.block.take() {
            block.free();
        }
    }
}

impl Buffer for CpuBuffer {
    fn header(&self) -> &Header {
        &self.header
    }
    #[inline]
    fn recycle(&self) -> Option<Recycle> {
        if self.block.is_none() { Some(Spares::keep) } else { None }
    }
}

/// Small buffers that a thread let go of, for its next ones: a loop over small results then asks no allocator.
struct Spares {
    buffers: [Cell<Option<UniqueArc<CpuBuffer>>>; 4],
    count: Cell<usize>,
}

thread_local! {
    static SPARES: Spares = const { Spares { buffers: [const { Cell::new(None) }; 4], count: Cell::new(0) } };
}

impl Spares {
    /// Keeps it, if there is room.
    ///
    /// # Safety
    /// It is a `CpuBuffer`.
    unsafe fn keep(last: UniqueArc<dyn Buffer>) {
        // SAFETY: as the caller promises; `CpuBuffer::recycle` alone hands this function out.
        let last = unsafe { Arc::from_raw(Arc::into_raw(last.shareable()).cast::<CpuBuffer>()) };
        let Ok(mut last) = Arc::try_unique(last) else { return };
        let _ = SPARES.try_with(|spares| {
            let count = spares.count.get();
            if let Some(place) = spares.buffers.get(count) {
                memory::count_gone(last.header.len_bytes, true);
                // Of no length: it is counted out.
                last.header.len_bytes = 0;
                place.set(Some(last));
                spares.count.set(count + 1);
            }
        });
    }

    #[inline(always)]
    fn take() -> Option<UniqueArc<CpuBuffer>> {
        let taken = SPARES.try_with(|spares| {
            let last = spares.count.get().checked_sub(1)?;
            spares.count.set(last);
            spares.buffers.get(last)?.take()
        });
        taken.ok()?
    }
}

impl CpuBuffer {
    /// New memory.
    #[inline]
    pub fn new(device: DeviceId, len_bytes: u64) -> Result<UniqueArc<CpuBuffer>> {
        let header = Header::new(device, len_bytes);
        let block = if len_bytes > SMALL as u64 {
            Some(Block::new(len_bytes)?)
        } else if let Some(mut spare) = Spares::take() {
            memory::count_new(len_bytes, true);
            spare.header = header;
            return Ok(spare);
        } else {
            None
        };
        memory::count_new(len_bytes, block.is_none());
        // Made where it will lie: the inline memory is too large to be built and then moved for every small result.
        let mut place = UniqueArc::<CpuBuffer>::new_uninit();
        place.write(CpuBuffer {
            lock: RawRwLock::INIT,
            header,
            block,
            inline: UnsafeCell::new([0; (SMALL + ALIGN - 8) / 8]),
        });
        // SAFETY: it was just written.
        Ok(unsafe { UniqueArc::assume_init(place) })
    }

    /// The device's own type behind a view.
    #[inline(always)]
    pub fn of(buffer: &BufferRef) -> Result<&CpuBuffer> {
        let buffer: &dyn Any = &**buffer;
        match buffer.downcast_ref() {
            Some(buffer) => Ok(buffer),
            None => CpuBuffer::of_lent(buffer),
        }
    }

    /// Apart from `of`, so that the common case stays short.
    #[cold]
    fn of_lent(buffer: &dyn Any) -> Result<&CpuBuffer> {
        match buffer.downcast_ref::<LentBuffer>() {
            Some(lent) => Ok(&lent.own),
            None => fail!(DeviceMismatch, "an operand is not memory of the CPU device"),
        }
    }

    /// Whether any byte is in both. Different buffers of ours never share one, but buffers of lent memory may.
    #[inline(always)]
    pub fn meets(&self, start: *const u8, len_bytes: usize) -> bool {
        let (a, b) = (self.data().addr(), start.addr());
        a.max(b) < (a + self.len_bytes_usize()).min(b + len_bytes)
    }

    /// How long, as the host counts.
    #[inline(always)]
    pub fn len_bytes_usize(&self) -> usize {
        self.header.len_bytes as usize
    }

    /// Where the bytes start: on a cache line, but for lent memory, which is aligned to the elements that were lent.
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

/// Memory of the host program, behind a `CpuBuffer` that looks at it and owns nothing.
#[derive(Debug)]
pub struct LentBuffer {
    /// Never dropped: its block is not the allocator's, and the statistics count our own memory alone.
    own: ManuallyDrop<CpuBuffer>,
    /// Releases the memory when the buffer goes. Nothing of ours is locked then: locks borrow the buffers they lock.
    _memory: Lent,
}

impl Buffer for LentBuffer {
    fn header(&self) -> &Header {
        &self.own.header
    }
}

impl LentBuffer {
    /// Takes the memory.
    pub fn adopt(device: DeviceId, memory: Offer) -> BufferRef {
        let memory = memory.accept();
        let own = CpuBuffer {
            lock: RawRwLock::INIT,
            header: Header::new(device, memory.len_bytes()),
            block: Some(Block::foreign(memory.address())),
            inline: UnsafeCell::new([0; (SMALL + ALIGN - 8) / 8]),
        };
        share(LentBuffer { own: ManuallyDrop::new(own), _memory: memory })
    }
}

/// A new buffer that nobody else knows yet, so that writing it needs no lock.
pub struct Fresh(UniqueArc<CpuBuffer>);

impl Fresh {
    /// New memory.
    #[inline]
    pub fn new(device: DeviceId, len_bytes: u64) -> Result<Fresh> {
        Ok(Fresh(CpuBuffer::new(device, len_bytes)?))
    }

    /// To write.
    #[inline]
    pub fn destination<'a>(&'a mut self, dtype: DType, layout: &'a Layout) -> Destination<'a> {
        // SAFETY: this exclusive borrow is the only way to the memory until `share` ends this value.
        unsafe { Destination::of_buffer(&self.0, dtype, layout) }
    }

    /// For everyone from now on.
    #[inline]
    pub fn share(self) -> BufferRef {
        shared(self.0.shareable())
    }

    /// To read.
    pub fn buffer(&self) -> &CpuBuffer {
        &self.0
    }
}

/// Most buffers that one op touches.
pub const MOST: usize = MAX_INPUTS + 1;

/// The locks of one op over `N` operands, released when it is dropped. In address order; an operand that is there twice
/// stands side by side with itself and is locked once.
pub struct Locks<'a, const N: usize> {
    sorted: [&'a CpuBuffer; N],
    /// The one that is write-locked, null when none is.
    written: *const CpuBuffer,
}

impl<'a, const N: usize> Locks<'a, N> {
    /// Read locks.
    #[inline(always)]
    pub fn read(buffers: [&'a CpuBuffer; N]) -> Locks<'a, N> {
        Locks::lock(buffers, std::ptr::null())
    }

    /// A write lock on the first buffer and read locks on the others.
    #[inline(always)]
    pub fn take(buffers: [&'a CpuBuffer; N]) -> Locks<'a, N> {
        let written = buffers.first().map_or(std::ptr::null(), |buffer| std::ptr::from_ref(*buffer));
        Locks::lock(buffers, written)
    }

    // The first places by their numbers, not in a loop: for one to three buffers all of this then stays in registers, where an
    // array that a loop indexes is stored and read back at a cost of several locks.
    #[inline(always)]
    fn lock(mut sorted: [&'a CpuBuffer; N], written: *const CpuBuffer) -> Locks<'a, N> {
        let mut order = |i: usize| {
            if std::ptr::from_ref(sorted[i - 1]) > std::ptr::from_ref(sorted[i]) {
                sorted.swap(i - 1, i);
            }
        };
        if N > 1 {
            order(1);
        }
        if N > 2 {
            order(2);
            order(1);
        }
        for last in 3..N {
            (1..=last).rev().for_each(&mut order);
        }
        let locks = Locks { sorted, written };
        locks.each_once(|buffer, write| if write { buffer.lock.lock_exclusive() } else { buffer.lock.lock_shared() });
        locks
    }

    #[inline(always)]
    fn each_once(&self, act: impl Fn(&CpuBuffer, bool)) {
        let place = |i: usize| {
            if i == 0 || !std::ptr::eq(self.sorted[i - 1], self.sorted[i]) {
                act(self.sorted[i], std::ptr::eq(self.sorted[i], self.written));
            }
        };
        place(0);
        if N > 1 {
            place(1);
        }
        if N > 2 {
            place(2);
        }
        (3..N).for_each(place);
    }
}

impl<const N: usize> Drop for Locks<'_, N> {
    #[inline(always)]
    fn drop(&mut self) {
        self.each_once(|buffer, write| {
            // SAFETY: `lock` locked each buffer once, `written` exclusively and the others shared, and this is the one release.
            unsafe { if write { buffer.lock.unlock_exclusive() } else { buffer.lock.unlock_shared() } }
        });
    }
}

/// Runs with the whole memory of one buffer, under its read lock.
pub fn read<R>(buffer: &CpuBuffer, body: impl FnOnce(&[u8]) -> R) -> R {
    let locks = Locks::read([buffer]);
    // SAFETY: `data` has `len_bytes` bytes, initialised since they were allocated (lent ones by their owner's promise); nobody
    // writes them under the read lock.
    let result = body(unsafe { std::slice::from_raw_parts(buffer.data(), buffer.len_bytes_usize()) });
    drop(locks);
    result
}

/// As [`read`], to write, under its write lock.
pub fn write<R>(buffer: &CpuBuffer, body: impl FnOnce(&mut [u8]) -> R) -> R {
    let locks = Locks::take([buffer]);
    // SAFETY: as in `read`, and the write lock keeps everyone else out.
    let result = body(unsafe { std::slice::from_raw_parts_mut(buffer.data(), buffer.len_bytes_usize()) });
    drop(locks);
    result
}
