//! The one order of a device's work: ops gathered into batches, batches submitted and retired, blocks reused in between.
#![forbid(unsafe_code)]

use super::gpu::Gpu;
use super::kernel::Kernels;
use super::memory::{Block, Heap, Purpose};
use super::plan::{Dispatch, Operand, Words};
use super::pool::{Pool, class};
use super::queue::{Commands, Queue, Timeline};
use super::{elementwise, matmul, reduce};
use ffi_backend::{Code, Error, MemoryStats, Op, Result, fail, program};
use std::collections::VecDeque;

/// A batch is submitted by itself after this many ops at first, so that a device starts early; then after twice as many.
const FIRST_BATCH: u32 = 8;
/// The most ops of a batch.
const LAST_BATCH: u32 = 128;
/// Bytes for the tables of a batch.
const TABLES_BYTES: u64 = 64 << 10;
/// Tables start at multiples of this; the widest alignment that drivers ask for.
const TABLE_STEP: u64 = 256;
/// A host that runs ahead of the device waits at so many batches.
const MOST_IN_FLIGHT: usize = 64;

/// The batch being recorded.
struct Batch {
    commands: Commands,
    tables: Block,
    tables_used: u64,
    ops: u32,
}

/// Blocks touched since the last barrier.
#[derive(Default)]
struct Touched {
    read: Vec<u64>,
    written: Vec<u64>,
}

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
    submitted: u64,
    threshold: u32,
    pub stats: MemoryStats,
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
            submitted: 0,
            threshold: FIRST_BATCH,
            stats: MemoryStats::default(),
        })
    }

    pub fn timeline(&self) -> Timeline {
        self.timeline
    }

    /// How many batches went to the driver.
    pub fn submitted(&self) -> u64 {
        self.submitted
    }

    /// What an op recorded now is stamped with.
    pub fn ticket(&self) -> u64 {
        self.submitted + 1
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

    fn create(&mut self, class: u64, purpose: Purpose) -> Result<Block> {
        self.stats.driver_calls += 1;
        match self.heap.create(class, purpose) {
            Err(error) if error.code() == Code::OutOfMemory => {
                self.trim()?;
                self.heap.create(class, purpose)
            }
            made => made,
        }
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

    /// The open batch's command buffer; opens one.
    pub fn open(&mut self) -> Result<()> {
        if self.batch.is_some() {
            return Ok(());
        }
        self.retire()?;
        if self.in_flight.len() >= MOST_IN_FLIGHT
            && let Some((oldest, ..)) = self.in_flight.front()
        {
            self.timeline.wait(*oldest, None)?;
            self.retire()?;
        }
        let tables = self.take_host(TABLES_BYTES, Purpose::Upload)?;
        match self.queue.begin() {
            Ok(commands) => self.batch = Some(Batch { commands, tables, tables_used: 0, ops: 0 }),
            Err(error) => {
                self.give(tables, Purpose::Upload, 0);
                return Err(error);
            }
        }
        Ok(())
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
        self.touched = Touched::default();
        // What was recorded is gone, so results that others wait for will never be: that is a lost device.
        self.queue
            .submit(&batch.commands, self.submitted + 1)
            .map_err(|error| Error::new(Code::DeviceLost, error.text()).with_native(error.native()))?;
        self.submitted += 1;
        self.in_flight.push_back((self.submitted, batch.commands, batch.tables));
        Ok(self.submitted)
    }

    /// A barrier, if the blocks now touched depend on earlier work of the batch.
    pub fn order(&mut self, reads: &[u64], writes: &[u64]) {
        let touched = &mut self.touched;
        let depends = reads.iter().any(|id| touched.written.contains(id))
            || writes.iter().any(|id| touched.written.contains(id) || touched.read.contains(id));
        if depends {
            if let Some(batch) = &self.batch {
                self.queue.barrier(&batch.commands);
            }
            *touched = Touched::default();
        }
        touched.read.extend_from_slice(reads);
        touched.written.extend_from_slice(writes);
    }

    /// Counts an op; a batch that is long enough goes off by itself.
    fn recorded(&mut self) -> Result<()> {
        let Some(batch) = &mut self.batch else { return Ok(()) };
        batch.ops += 1;
        if batch.ops >= self.threshold {
            self.threshold = (self.threshold * 2).min(LAST_BATCH);
            self.submit()?;
        }
        Ok(())
    }

    /// Appends a dispatch to the open batch.
    pub fn dispatch(&mut self, dispatch: Dispatch) -> Result<()> {
        let pipeline = self.kernels.pipeline(dispatch.key)?;
        if let (Some((table, at)), Some(batch)) = (dispatch.table, &mut self.batch) {
            if batch.tables_used + TABLE_STEP > batch.tables.len_bytes {
                // Only an op of very many parts fills its batch; its parts are independent of each other.
                self.submit()?;
                self.open()?;
                return self.dispatch(dispatch);
            }
            let bytes: Vec<u8> = table.as_slice().iter().flat_map(|word| word.to_ne_bytes()).collect();
            batch.tables.write(batch.tables_used, &bytes)?;
            dispatch.push.set_u64(at, batch.tables.address + batch.tables_used);
            batch.tables_used += TABLE_STEP;
        }
        if let Some(batch) = &self.batch {
            self.queue.dispatch(&batch.commands, pipeline, dispatch.push.as_slice(), dispatch.groups);
        }
        Ok(())
    }

    /// Records an op whose operands are checked.
    pub fn record(&mut self, op: &Op, sources: &[Operand], destination: &Operand) -> Result<()> {
        self.open()?;
        let mut reads = [0; program::MAX_INPUTS];
        reads.iter_mut().zip(sources).for_each(|(id, source)| *id = source.block.id);
        self.order(&reads[..sources.len().min(reads.len())], &[destination.block.id]);
        match op {
            Op::Map { program, scalars } => {
                elementwise::plan(program, scalars, sources, destination, &mut |d| self.dispatch(d))?;
            }
            Op::Reduce { op, axes } => reduce::record(self, *op, *axes, sources, destination)?,
            Op::Matmul { alpha } => matmul::plan(*alpha, sources, destination, &mut |d| self.dispatch(d))?,
            Op::Rows(_) | Op::Random { .. } | Op::Scan { .. } | Op::Index { .. } | Op::Order { .. } => {
                fail!(Unsupported, "{}: no kernel on a vulkan device", op.name())
            }
        }
        self.recorded()
    }

    /// Records a copy between blocks; it counts as an op.
    pub fn copy(&mut self, src: (&Block, u64), dst: (&Block, u64), len_bytes: u64) -> Result<()> {
        self.open()?;
        self.order(&[src.0.id], &[dst.0.id]);
        if let Some(batch) = &self.batch {
            self.queue.copy(&batch.commands, src, dst, len_bytes);
        }
        self.recorded()
    }
}

impl<const N: usize> Words<N> {
    /// Replaces two words.
    fn set_u64(&mut self, at: usize, value: u64) {
        self.set(at, value as u32);
        self.set(at + 1, (value >> 32) as u32);
    }
}
