//! The caching allocator: blocks by size class, given back to the system only beyond a bound. One for the process.
//!
//! Every block was zeroed when the system gave it, so memory read before it is written holds old numbers, never nothing.
//! Counters that each allocation touches belong to one thread each; only blocks above [`SMALL`] touch shared ones.

use ffi_backend::{MemoryStats, Result, fail};
use ffi_base::process::ForkMutex;
use std::alloc::Layout;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// Buffers up to this many bytes live inside their own object and are no block.
pub const SMALL: usize = 128;
/// Every buffer starts on a cache line, which is also the widest vector.
pub const ALIGN: usize = 64;
/// What may always be pooled; beyond it, as much as was ever alive.
const POOL_FLOOR: u64 = 64 << 20;
/// A thread tells the shared counter of live bytes when its own is off by this much.
const QUANTUM: i64 = 64 << 10;
const CLASSES: usize = 160;
const FIRST_POWER: u32 = 9;

/// A block of a size class.
#[derive(Debug)]
pub struct Block {
    /// Aligned to `ALIGN` but where it is foreign; the eight bytes before it hold the address the system gave.
    data: NonNull<u8>,
    class: u8,
}

// SAFETY: a block owns its memory, which belongs to no thread.
unsafe impl Send for Block {}
// SAFETY: a shared block gives out nothing but its address.
unsafe impl Sync for Block {}

static FREE: [ForkMutex<Vec<Block>>; CLASSES] = [const { ForkMutex::new(Vec::new()) }; CLASSES];
/// Bytes of blocks in `FREE`.
static POOLED: AtomicU64 = AtomicU64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);
static SYSTEM_CALLS: AtomicU64 = AtomicU64::new(0);

/// One thread's share of the statistics; it alone writes, so no operation needs to be a read-modify-write.
struct Share {
    /// Bytes not yet in `LIVE`.
    live: AtomicI64,
    allocations: AtomicU64,
}

static SHARES: ForkMutex<Vec<&'static Share>> = ForkMutex::new(Vec::new());
/// Those whose thread has ended; the next thread goes on counting in one of them.
static IDLE: ForkMutex<Vec<&'static Share>> = ForkMutex::new(Vec::new());
/// For threads that tear down their locals.
static ORPHANS: AtomicU64 = AtomicU64::new(0);

struct Mine(&'static Share);
impl Drop for Mine {
    fn drop(&mut self) {
        IDLE.lock().push(self.0);
    }
}

thread_local! {
    static MINE: Mine = Mine(Share::of_thread());
}

impl Share {
    fn of_thread() -> &'static Share {
        // A statement of its own: one of these locks at a time.
        let idle = IDLE.lock().pop();
        idle.unwrap_or_else(|| {
            let share: &'static Share =
                Box::leak(Box::new(Share { live: AtomicI64::new(0), allocations: AtomicU64::new(0) }));
            SHARES.lock().push(share);
            share
        })
    }
}

/// Counts a buffer that came.
#[inline(always)]
pub fn count_new(len_bytes: u64, small: bool) {
    count(len_bytes as i64, 1, small);
}

/// Counts one that went.
#[inline(always)]
pub fn count_gone(len_bytes: u64, small: bool) {
    count(-(len_bytes as i64), 0, small);
}

#[inline(always)]
fn count(len_bytes: i64, allocations: u64, small: bool) {
    let counted = MINE.try_with(|mine| {
        mine.0.allocations.store(mine.0.allocations.load(Relaxed) + allocations, Relaxed);
        let live = mine.0.live.load(Relaxed) + len_bytes;
        if !small || live.abs() > QUANTUM {
            mine.0.live.store(0, Relaxed);
            settle(live);
        } else {
            mine.0.live.store(live, Relaxed);
        }
    });
    if counted.is_err() {
        settle(len_bytes);
        ORPHANS.fetch_add(allocations, Relaxed);
    }
}

fn settle(live: i64) {
    let live = LIVE.fetch_add(live, Relaxed) + live;
    if live > 0 && live as u64 > PEAK.load(Relaxed) {
        PEAK.fetch_max(live as u64, Relaxed);
    }
}

/// What was done so far. `live` is exact while no other thread allocates; `peak` may miss 64 KiB a thread of small buffers.
pub fn stats() -> MemoryStats {
    let shares = SHARES.lock();
    let unsettled: i64 = shares.iter().map(|share| share.live.load(Relaxed)).sum();
    let allocations: u64 = shares.iter().map(|share| share.allocations.load(Relaxed)).sum();
    let live = (LIVE.load(Relaxed) + unsettled).max(0) as u64;
    MemoryStats {
        live_bytes: live,
        pooled_bytes: POOLED.load(Relaxed),
        peak_bytes: PEAK.fetch_max(live, Relaxed).max(live),
        allocations: allocations + ORPHANS.load(Relaxed),
        driver_calls: SYSTEM_CALLS.load(Relaxed),
    }
}

/// The class whose blocks hold this many bytes: powers of two in quarter steps, from 512 bytes on.
fn class_of(len_bytes: usize) -> usize {
    let last = len_bytes.max(513) - 1;
    let power = last.ilog2();
    let quarter = (last >> (power - 2)) & 3;
    // `last` lies in [2^power, 2^(power + 1)), in its quarter number `quarter`; the block reaches to that quarter's end.
    ((power - FIRST_POWER) * 4) as usize + quarter
}

fn class_bytes(class: usize) -> usize {
    let power = FIRST_POWER as usize + class / 4;
    (1 << power) + (class % 4 + 1) * (1 << (power - 2))
}

impl Block {
    /// A block of at least this many bytes, from the pool or the system.
    pub fn new(len_bytes: u64) -> Result<Block> {
        let limit = crate::host::memory_bytes();
        if len_bytes > limit {
            fail!(OutOfMemory, "alloc: {len_bytes} bytes asked, the machine has {limit}");
        }
        let class = class_of(len_bytes as usize);
        if let Some(block) = FREE[class].lock().pop() {
            POOLED.fetch_sub(class_bytes(class) as u64, Relaxed);
            return Ok(block);
        }
        let block = Block::from_system(class).or_else(|| {
            trim();
            Block::from_system(class)
        });
        match block {
            Some(block) => Ok(block),
            None => fail!(OutOfMemory, "alloc: the system has no {len_bytes} bytes"),
        }
    }

    /// Memory that is not the allocator's. It is never freed: who made it forgets it.
    pub fn foreign(data: NonNull<u8>) -> Block {
        Block { data, class: CLASSES as u8 }
    }

    /// Where it starts.
    #[inline(always)]
    pub fn data(&self) -> NonNull<u8> {
        self.data
    }

    /// Back to the pool, or to the system where the pool is full.
    pub fn free(self) {
        let size = class_bytes(self.class as usize) as u64;
        let limit = POOL_FLOOR.max(PEAK.load(Relaxed));
        if POOLED.fetch_add(size, Relaxed) + size > limit {
            make_room(self.class as usize, limit);
        }
        if POOLED.load(Relaxed) > limit {
            POOLED.fetch_sub(size, Relaxed);
            self.return_to_system();
        } else {
            FREE[self.class as usize].lock().push(self);
        }
    }

    fn layout(class: usize) -> Option<Layout> {
        Layout::from_size_align(class_bytes(class) + ALIGN, 16).ok()
    }

    fn from_system(class: usize) -> Option<Block> {
        SYSTEM_CALLS.fetch_add(1, Relaxed);
        // Asked for with the allocator's own alignment, so that zeroing large blocks costs nothing, and aligned here.
        // SAFETY: the size is not zero.
        let base = NonNull::new(unsafe { std::alloc::alloc_zeroed(Block::layout(class)?) })?;
        let skip = ALIGN - base.addr().get() % ALIGN;
        // SAFETY: `base` is aligned to 16, so `skip` is 16, 32, 48 or 64: at least 16 bytes lie before `data` and at least
        // `class_bytes` after it, all inside the allocation of `class_bytes + ALIGN`.
        let data = unsafe { base.add(skip) };
        // SAFETY: the eight bytes before `data` are inside the allocation and aligned, see above.
        unsafe { data.cast::<NonNull<u8>>().sub(1).write(base) };
        Some(Block { data, class: class as u8 })
    }

    fn return_to_system(self) {
        let Some(layout) = Block::layout(self.class as usize) else { return };
        // SAFETY: `from_system` wrote the base there, and nobody writes before `data`; base and layout are those of the
        // allocation, which `self` owned.
        unsafe { std::alloc::dealloc(self.data.cast::<NonNull<u8>>().sub(1).read().as_ptr(), layout) };
    }
}

/// Gives blocks of other classes back until the pool keeps to its limit, the largest first. What was freed last is most likely
/// wanted next: without this a pool full of one size would send every block of another to the system and back.
fn make_room(wanted: usize, limit: u64) {
    for class in (0..CLASSES).rev().filter(|class| *class != wanted) {
        while POOLED.load(Relaxed) > limit {
            let Some(block) = FREE[class].lock().pop() else { break };
            POOLED.fetch_sub(class_bytes(class) as u64, Relaxed);
            block.return_to_system();
        }
    }
}

/// Gives all pooled blocks back; how many bytes that were.
pub fn trim() -> u64 {
    let mut given = 0;
    for (class, free) in FREE.iter().enumerate() {
        let blocks = std::mem::take(&mut *free.lock());
        let bytes = class_bytes(class) as u64 * blocks.len() as u64;
        blocks.into_iter().for_each(Block::return_to_system);
        POOLED.fetch_sub(bytes, Relaxed);
        given += bytes;
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_what_they_should_and_waste_at_most_a_quarter() {
        for len in (1..70_000).chain([(1 << 30) - 1, 1 << 30, (1 << 30) + 1]) {
            let class = class_of(len);
            assert!(class_bytes(class) >= len && (class == 0 || class_bytes(class - 1) < len), "{len}");
            assert!(len < 512 || class_bytes(class) <= len + len / 4 + 1, "{len}");
        }
    }
}
