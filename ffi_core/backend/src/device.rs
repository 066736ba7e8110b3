//! The traits a device implements.

use crate::dtype::DType;
use crate::layout::Layout;
use crate::op::{Op, Support, View};
use crate::reference::{BufferRef, Recycle};
use ffi_base::process::ForkMutex;
use ffi_base::{Error, Offer, Result, fail};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

/// Tells devices apart within a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceId(pub u32);

/// What the opened devices are called, for messages about two of them.
static NAMES: ForkMutex<BTreeMap<u32, String>> = ForkMutex::new(BTreeMap::new());

impl DeviceId {
    /// Says what the device of this number is called, once it is open.
    pub fn remember(self, name: &str) {
        NAMES.lock().insert(self.0, name.to_owned());
    }

    /// What it is called; its number where nobody said.
    pub fn name(self) -> String {
        let names = NAMES.lock();
        names.get(&self.0).cloned().unwrap_or_else(|| format!("device {:#x}", self.0))
    }
}

/// An opened device lives until the process ends: handles, tensors and pools then need no count of it.
pub type DeviceRef = &'static dyn Device;

/// Untyped memory of one device, reached through the device alone, which finds its own type by way of [`Any`].
pub trait Buffer: Any + Send + Sync + fmt::Debug {
    /// What every op asks of it.
    fn header(&self) -> &Header;
    /// Set when a batch that wrote it failed; whoever reads it gets this. Asked only when the header says so.
    fn fault(&self) -> Option<Error> {
        None
    }
    /// What its last reference does with it, `None` where it just goes.
    fn recycle(&self) -> Option<Recycle> {
        None
    }
    /// Whose it is.
    fn device(&self) -> DeviceId {
        self.header().device
    }
    /// How long, as asked for.
    fn len_bytes(&self) -> u64 {
        self.header().len_bytes
    }
}

/// What every op asks of a buffer, in one place, so that the door looks into each operand once.
#[derive(Debug)]
pub struct Header {
    /// Whose it is.
    pub device: DeviceId,
    /// How long, as asked for.
    pub len_bytes: u64,
    /// Whether [`Buffer::fault`] has something to say.
    pub faulted: AtomicBool,
    /// How often an op wrote it since it was made, counted by the door: who keeps a buffer for later can tell whether it is
    /// still what it was.
    pub version: AtomicU64,
}

impl Header {
    /// Of a new buffer.
    pub const fn new(device: DeviceId, len_bytes: u64) -> Header {
        Header { device, len_bytes, faulted: AtomicBool::new(false), version: AtomicU64::new(0) }
    }
}

/// A point in a device's one queue: work stamped with it or earlier is done once `wait` says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What a device's allocator did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryStats {
    /// In buffers that are alive.
    pub live_bytes: u64,
    /// Kept for reuse.
    pub pooled_bytes: u64,
    /// The most that was ever alive.
    pub peak_bytes: u64,
    /// Buffers handed out so far.
    pub allocations: u64,
    /// How many of them needed the driver (the system allocator on the CPU).
    pub driver_calls: u64,
}

/// What a device is.
#[derive(Clone, Debug)]
pub struct Info {
    /// Unique within the process.
    pub id: DeviceId,
    /// As in `FFI_DEVICE`: `cpu`, `vulkan:0`.
    pub name: String,
    /// `cpu`, `cuda`, `vulkan`, `torch`.
    pub kind: &'static str,
    /// The hardware's own name, with the driver where there is one.
    pub description: String,
    /// All its memory.
    pub memory_bytes: u64,
}

/// In order and asynchronous: `record` may return before the work ran. Any thread may call; the recorder's lock orders two
/// threads. The CPU device runs at once on the caller's thread instead, under each buffer's read or write lock, so in-place
/// ops from two threads give one order or the other, never a torn value.
pub trait Device: Send + Sync {
    /// What it is.
    fn info(&self) -> &Info;

    /// `Ok` while it answers. DEVICE_LOST once its driver lost it: opening it again gives another device, while this one
    /// refuses everything but frees. UNAVAILABLE in a child forked after it was opened. Asks no driver and takes no lock.
    fn health(&self) -> Result<()> {
        Ok(())
    }

    /// What would happen to this op; tests ask before they run it, so they hold no list of exceptions.
    fn supports(&self, op: &Op, sources: &[DType], destination: DType) -> Support;

    /// New memory, not zeroed. OUT_OF_MEMORY after one trim and retry, never an abort.
    fn alloc(&self, len_bytes: u64) -> Result<BufferRef>;

    /// What the allocator did so far.
    fn memory(&self) -> MemoryStats;

    /// Free memory of the device as its driver sees it now.
    fn memory_free(&self) -> u64;

    /// Waits, gives pooled memory back, says how many bytes.
    fn trim(&self) -> Result<u64>;

    /// As `trim`, and writes to disk what the next process can use: the end, or a pause, is near.
    fn shut_down(&self) -> Result<()> {
        self.trim().map(|_| ())
    }

    /// Copies host bytes in, from byte `at` on. `src` is free again on return.
    fn upload(&self, src: &[u8], dst: &BufferRef, at: u64) -> Result<()>;

    /// Flushes, waits, reports faults of `src`, and fills all of `dst` from byte `at` on.
    fn download(&self, src: &BufferRef, at: u64, dst: &mut [u8]) -> Result<()>;

    /// Memory of the host program as a buffer, without a copy. It is accepted last, when nothing can fail any more, so that a
    /// refusal leaves it with its owner; it is released once, when the last share of the buffer goes. Two buffers over one
    /// memory know nothing of each other: ops on them from two threads are not ordered.
    fn adopt(&self, _: Offer) -> Result<BufferRef> {
        fail!(Unsupported, "{} takes no memory of the host; copy it there", self.info().name)
    }

    /// Where the bytes of a buffer lie for the host. The address is valid while the buffer lives. Work on the buffer is done
    /// when this returns; whoever writes there afterwards must not do so while an op runs on it.
    fn expose(&self, _: &BufferRef) -> Result<*mut u8> {
        fail!(Unsupported, "memory of {} has no address for the host; copy it to the cpu", self.info().name)
    }

    /// Work whose operands [`run`](crate::run) has checked. Nobody else calls this.
    fn record(&self, op: &Op, sources: &[View], destination: &View) -> Result<()>;

    /// The same into new memory, row-major; the destination's view was made here. A device that keeps threads apart by
    /// locks overrides it: nobody else knows the memory yet.
    fn record_new(&self, op: &Op, sources: &[View], dtype: DType, layout: &Layout) -> Result<BufferRef> {
        let buffer = self.alloc(layout.numel() as u64 * dtype.size() as u64)?;
        self.record(op, sources, &View { buffer: &buffer, dtype, layout })?;
        Ok(buffer)
    }

    /// Submits what is recorded. A device also does so by itself.
    fn flush(&self) -> Result<Ticket>;

    /// True when done, false at the timeout. A failure of the work itself surfaces here and in `download`, with the op's
    /// name; after DEVICE_LOST every call answers that, and opening the device again gives a new one.
    fn wait(&self, until: Ticket, timeout: Option<Duration>) -> Result<bool>;
}

impl fmt::Debug for dyn Device + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.info().name)
    }
}

/// A family of devices: one driver.
pub trait Backend: Send + Sync {
    /// `cpu`, `cuda`, `vulkan`, `torch`.
    fn kind(&self) -> &'static str;
    /// How many there are. UNAVAILABLE names what was tried; NOT_CONFIGURED the feature that is off.
    fn count(&self) -> Result<u32>;
    /// Opens one, also where one of this number was opened before and lost. The caller keeps it for good.
    fn open(&self, ordinal: u32, id: DeviceId) -> Result<DeviceRef>;
}
