//! The one order of a device's work: ops gathered into batches, batches submitted and retired, blocks reused in between.
#![forbid(unsafe_code)]

use super::batch::{Batch, Room, Touched};
use super::gpu::Gpu;
use super::kernel::Kernels;
use super::memory::{Block, Heap, Purpose};
use super::plan::Plan;
use super::pool::{Pool, class};
use super::queue::{Commands, Queue, Timeline};
use super::tiles::Traits;
use super::trace::Traced;
use ash::vk;
use ffi_backend::{Code, Error, MemoryStats, Result};
use std::collections::VecDeque;

/// A batch is submitted by itself after this many ops at first, so that a device starts early; then after twice as many.
const FIRST_BATCH: u32 = 8;
/// The most ops of a batch.
const LAST_BATCH: u32 = 128;
/// Bytes for the tables of a batch; one op that needs more gets more.
const TABLES_BYTES: u64 = 96 << 10;
/// A host that runs ahead of the device waits at so many batches.
const MOST_IN_FLIGHT: usize = 64;

/// Everything behind a device's lock.
pub struct Recorder {
    queue: Queue,
    timeline: Timeline,
    kernels: Kernels,
    heap: Heap,
    pools: [Pool; 3],
    batch: Option<Batch>,
    in_flight: VecDeque<(u64, Commands, Block)>,
    touched: Touched,
    /// Kept for their memory: what the op at hand comes down to.
    pub(super) plan: Plan,
    pub(super) pipelines: Vec<vk::Pipeline>,
    /// See [`Plan::most`].
    pub(super) binding_bytes: u64,
    pub(super) products: Traits,
    submitted: u64,
    threshold: u32,
    pub stats: MemoryStats,
    /// What is recorded, while somebody asks.
    pub trace: Option<Vec<Traced>>,
    /// What tests force.
    #[cfg(test)]
    pub forced: Forced,
}

/// Rare situations, for tests.
#[cfg(test)]
#[derive(Default)]
pub struct Forced {
    /// So many new blocks are refused at first, as by a driver without memory.
    pub refusals: u32,
    /// Bytes for the tables of a batch.
    pub tables_bytes: Option<u64>,
    /// Bytes of matrices that wait at a time.
    pub waiting: Option<i64>,
}

impl Recorder {
    pub fn new(gpu: &'static Gpu) -> Result<Recorder> {
        let kernels = Kernels::new(gpu)?;
        let queue = Queue::new(gpu, kernels.layout)?;
        Ok(Recorder {
            timeline: queue.timeline(),
            queue,
            kernels,
            heap: Heap::new(gpu)?,
            pools: Default::default(),
            batch: None,
            in_flight: VecDeque::new(),
            touched: Touched::default(),
            plan: Plan::default(),
            pipelines: Vec::new(),
            binding_bytes: gpu.binding_bytes,
            products: gpu.products,
            submitted: 0,
            threshold: FIRST_BATCH,
            stats: MemoryStats::default(),
            trace: None,
            #[cfg(test)]
            forced: Forced::default(),
        })
    }

    pub fn timeline(&self) -> Timeline {
        self.timeline
    }

    /// How many batches went to the driver.
    pub fn submitted(&self) -> u64 {
        self.submitted
    }

    /// How many command buffers and pipelines were made.
    pub fn made(&self) -> [u64; 2] {
        [self.queue.made, self.kernels.made()]
    }

    #[cfg(test)]
    pub fn hang(&mut self) -> Result<()> {
        self.flush()?;
        self.queue.hang()
    }

    #[cfg(test)]
    pub fn barriers(&self) -> u64 {
        self.touched.barriers
    }

    /// A block for a tensor, and until when the host must leave it alone. One trim and retry when memory is short.
    pub fn take(&mut self, len_bytes: u64) -> Result<(Block, u64)> {
        let class = class(len_bytes);
        let completed = self.timeline.completed()?;
        if let Some(found) = self.pools[Purpose::Device as usize].take(class, completed) {
            return Ok(found);
        }
        Ok((self.create(class, Purpose::Device)?, 0))
    }

    /// A new block. Where memory is short it trims, which submits; so it is called between ops, never inside one.
    fn create(&mut self, class: u64, purpose: Purpose) -> Result<Block> {
        self.stats.driver_calls += 1;
        match self.ask(class, purpose) {
            Err(error) if error.code() == Code::OutOfMemory => {
                self.trim()?;
                self.ask(class, purpose)
            }
            made => made,
        }
    }

    fn ask(&mut self, class: u64, purpose: Purpose) -> Result<Block> {
        #[cfg(test)]
        if self.forced.refusals > 0 {
            self.forced.refusals -= 1;
            ffi_backend::fail!(OutOfMemory, "a test says so");
        }
        self.heap.create(class, purpose)
    }

    /// A block that the host uses at once.
    pub fn take_host(&mut self, len_bytes: u64, purpose: Purpose) -> Result<Block> {
        let class = class(len_bytes);
        let completed = self.timeline.completed()?;
        match self.pools[purpose as usize].take_idle(class, completed) {
            Some(block) => Ok(block),
            None => self.create(class, purpose),
        }
    }

    pub fn give(&mut self, block: Block, purpose: Purpose, stamp: u64) {
        self.pools[purpose as usize].give(block, stamp);
    }

    pub fn pooled_bytes(&self) -> u64 {
        self.pools.iter().map(|pool| pool.bytes).sum()
    }

    /// Submits, waits for everything, and gives pooled blocks back to the driver.
    pub fn trim(&mut self) -> Result<u64> {
        let last = self.flush()?;
        self.timeline.wait(last, None)?;
        self.retire()?;
        let mut bytes = 0;
        for pool in &mut self.pools {
            for block in pool.drain() {
                bytes += block.len_bytes;
                self.heap.destroy(block)?;
            }
        }
        Ok(bytes)
    }

    /// Writes compiled pipelines to disk: `now`, or where it has been quiet for a while.
    pub fn keep_pipelines(&mut self, now: bool) {
        self.kernels.keep(now);
    }

    /// Gives all pooled blocks of a lost device back to the driver, which may refuse or not. What was recorded is forgotten. An error
    /// where it may still work on them, so that they must stay.
    pub fn abandon(&mut self) -> Result<()> {
        self.touched.clear();
        // A lost device answers at once, and none of its work runs any more. One that was lost to us by a failed submit may hang.
        match self.timeline.wait(self.submitted, None) {
            Err(error) if error.code() != Code::DeviceLost => return Err(error),
            _ => {}
        }
        let open = self.batch.take().map(|batch| (self.submitted, batch.commands, batch.tables));
        for (ticket, _, tables) in std::mem::take(&mut self.in_flight).into_iter().chain(open) {
            self.give(tables, Purpose::Upload, ticket);
        }
        for pool in &mut self.pools {
            for block in pool.drain() {
                let _ = self.heap.destroy(block);
            }
        }
        Ok(())
    }

    /// The open batch, with room for tables of so many bytes. What it gives cannot submit; whoever has more to take (scratch,
    /// staging) does so before.
    pub fn room(&mut self, tables_bytes: u64) -> Result<Room<'_>> {
        if self.batch.as_ref().is_some_and(|batch| batch.tables_left() < tables_bytes) {
            self.submit()?;
        }
        let batch = match self.batch.take() {
            Some(batch) => batch,
            None => self.open(tables_bytes)?,
        };
        Ok(Room {
            queue: &mut self.queue,
            kernels: &mut self.kernels,
            batch: self.batch.insert(batch),
            touched: &mut self.touched,
            trace: &mut self.trace,
            ticket: self.submitted + 1,
        })
    }

    /// A new batch.
    fn open(&mut self, tables_bytes: u64) -> Result<Batch> {
        self.retire()?;
        if self.in_flight.len() >= MOST_IN_FLIGHT
            && let Some((oldest, ..)) = self.in_flight.front()
        {
            self.timeline.wait(*oldest, None)?;
            self.retire()?;
        }
        let usual = TABLES_BYTES;
        #[cfg(test)]
        let usual = self.forced.tables_bytes.unwrap_or(usual);
        let tables = self.take_host(usual.max(tables_bytes), Purpose::Upload)?;
        match self.queue.begin() {
            Ok(commands) => Ok(Batch { commands, tables, tables_used: 0, ops: 0 }),
            Err(error) => {
                self.give(tables, Purpose::Upload, 0);
                Err(error)
            }
        }
    }

    /// Takes back what finished batches held.
    fn retire(&mut self) -> Result<()> {
        if self.in_flight.is_empty() {
            return Ok(());
        }
        let completed = self.timeline.completed()?;
        while self.in_flight.front().is_some_and(|(ticket, ..)| *ticket <= completed) {
            if let Some((ticket, commands, tables)) = self.in_flight.pop_front() {
                self.queue.recycle(commands);
                self.give(tables, Purpose::Upload, ticket);
            }
        }
        Ok(())
    }

    /// Submits what is recorded; the ticket of all work so far. The next batch starts small again.
    pub fn flush(&mut self) -> Result<u64> {
        self.threshold = FIRST_BATCH;
        self.submit()
    }

    fn submit(&mut self) -> Result<u64> {
        let Some(batch) = self.batch.take() else { return Ok(self.submitted) };
        self.touched.clear();
        // What was recorded is gone, so results that others wait for will never be: that is a lost device.
        self.queue
            .submit(&batch.commands, self.submitted + 1)
            .map_err(|error| Error::new(Code::DeviceLost, error.text()).with_native(error.native()))?;
        self.submitted += 1;
        self.in_flight.push_back((self.submitted, batch.commands, batch.tables));
        Ok(self.submitted)
    }

    /// Counts an op; a batch that is long enough goes off by itself.
    pub(super) fn recorded(&mut self) -> Result<()> {
        let Some(batch) = &mut self.batch else { return Ok(()) };
        batch.ops += 1;
        if batch.ops >= self.threshold {
            self.threshold = (self.threshold * 2).min(LAST_BATCH);
            self.submit()?;
        }
        Ok(())
    }
}
