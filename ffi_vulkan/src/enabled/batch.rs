//! The batch being recorded, and the way into it: room that is there for the whole op before any of it is recorded.
//!
//! Nothing here can submit, trim or take memory. So the ticket that an op's buffers are stamped with is the ticket of the
//! batch that the whole op is in, and no barrier is lost in between: both by what [`Room`] borrows, not by care.
#![forbid(unsafe_code)]

use super::kernel::{Kernels, Key};
use super::memory::Block;
use super::plan::{Binding, Dispatch, MOST_VIEWS, Plan, Step, UNIFORM_WORDS, Uniform, Words};
use super::queue::{Commands, Queue};
use super::trace::Traced;
use ash::vk;
use ffi_backend::{Result, fail};

/// Tables start at multiples of this; the widest alignment that drivers ask for.
pub const TABLE_STEP: u64 = 256;

/// What a program's uniform buffer takes of the tables.
const UNIFORM_STEP: u64 = (4 * UNIFORM_WORDS as u64).next_multiple_of(TABLE_STEP);

/// What was appended since the last submission.
pub struct Batch {
    pub commands: Commands,
    pub tables: Block,
    pub tables_used: u64,
    pub ops: u32,
}

impl Batch {
    /// Bytes left for tables.
    pub fn tables_left(&self) -> u64 {
        self.tables.len_bytes.saturating_sub(self.tables_used)
    }
}

/// Blocks touched since the last barrier.
#[derive(Default)]
pub struct Touched {
    read: Vec<u64>,
    written: Vec<u64>,
    /// How many barriers were recorded; for tests.
    #[cfg(test)]
    pub barriers: u64,
}

impl Touched {
    /// Everything before is ordered: by a barrier, or by a submission.
    pub fn clear(&mut self) {
        self.read.clear();
        self.written.clear();
    }

    fn conflicts(&self, reads: &[u64], writes: &[u64]) -> bool {
        reads.iter().any(|id| self.written.contains(id))
            || writes.iter().any(|id| self.written.contains(id) || self.read.contains(id))
    }
}

/// The open batch, with room for what was asked. Made by `Recorder::room` alone.
pub struct Room<'a> {
    pub queue: &'a mut Queue,
    pub kernels: &'a mut Kernels,
    pub batch: &'a mut Batch,
    pub touched: &'a mut Touched,
    pub trace: &'a mut Option<Vec<Traced>>,
    /// The batch's number, once submitted.
    pub ticket: u64,
}

impl Room<'_> {
    /// A barrier, if the blocks now touched depend on earlier work of the batch.
    pub fn order(&mut self, reads: &[u64], writes: &[u64]) {
        if self.touched.conflicts(reads, writes) {
            self.queue.barrier(&self.batch.commands);
            self.touched.clear();
            if let Some(trace) = self.trace {
                trace.push(Traced::Barrier);
            }
            #[cfg(test)]
            (self.touched.barriers += 1);
        }
        self.touched.read.extend_from_slice(reads);
        self.touched.written.extend_from_slice(writes);
    }

    /// The pipelines of a plan. The driver may refuse to make one, so this comes before anything is recorded.
    pub fn pipelines(&mut self, plan: &Plan, into: &mut Vec<vk::Pipeline>) -> Result<()> {
        into.clear();
        for step in &plan.steps {
            into.push(self.kernels.pipeline(step.key, &plan.programs)?);
        }
        Ok(())
    }

    /// Appends a dispatch of a plan.
    pub fn dispatch(&mut self, plan: &mut Plan, at: usize, pipeline: vk::Pipeline) -> Result<()> {
        let Plan { steps, uniforms, programs, .. } = plan;
        let Some(step) = steps.get_mut(at) else { fail!(Internal, "a plan without step {at}") };
        if let Some((table, at)) = &step.table {
            if self.batch.tables_left() < TABLE_STEP {
                fail!(Internal, "a batch without room for a table");
            }
            let mut bytes = [0u8; TABLE_STEP as usize];
            for (to, word) in bytes.chunks_exact_mut(4).zip(table.as_slice()) {
                to.copy_from_slice(&word.to_ne_bytes());
            }
            let len = (table.as_slice().len() * 4).min(bytes.len());
            self.batch.tables.write(self.batch.tables_used, &bytes[..len])?;
            step.push.set_u64(*at, self.batch.tables.address + self.batch.tables_used);
            self.batch.tables_used += TABLE_STEP;
        }
        let mut parts = [None; MOST_VIEWS];
        let mut uniform = None;
        if let Some(own) = step.uniform.and_then(|at| uniforms.get(at)) {
            parts = own.bindings;
            uniform = Some(self.uniform(own)?);
        } else if let Some(bindings) = &step.bindings {
            parts.iter_mut().zip(bindings).for_each(|(part, binding)| *part = Some(*binding));
        }
        self.queue.dispatch(&self.batch.commands, pipeline, step.push.as_slice(), (&parts, uniform), step.groups);
        if let Some(trace) = self.trace {
            trace.push(Traced::dispatch(step, programs, &parts, uniform));
        }
        Ok(())
    }

    /// Writes the words of a program into the tables.
    fn uniform(&mut self, uniform: &Uniform) -> Result<Binding> {
        let batch = &mut *self.batch;
        if batch.tables_left() < UNIFORM_STEP {
            fail!(Internal, "a batch without room for a program's table");
        }
        let mut bytes = [0u8; 4 * UNIFORM_WORDS];
        let words = uniform.words.as_slice();
        for (to, word) in bytes.chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_ne_bytes());
        }
        batch.tables.write(batch.tables_used, &bytes[..4 * words.len()])?;
        let binding =
            Binding { buffer: batch.tables.buffer, offset: batch.tables_used, len_bytes: 4 * UNIFORM_WORDS as u64 };
        batch.tables_used += UNIFORM_STEP;
        Ok(binding)
    }

    /// Appends a copy between blocks.
    pub fn copy(&mut self, src: (&Block, u64), dst: (&Block, u64), len_bytes: u64) {
        self.order(&[src.0.id], &[dst.0.id]);
        self.queue.copy(&self.batch.commands, src, dst, len_bytes);
    }
}

impl Plan {
    /// Bytes of tables that its dispatches read.
    pub fn tables_bytes(&self) -> u64 {
        let tables = self.steps.iter().filter(|step| step.table.is_some()).count() as u64;
        tables * TABLE_STEP + self.uniforms.len() as u64 * UNIFORM_STEP
    }

    /// Adds a dispatch.
    pub fn push(&mut self, dispatch: Dispatch) {
        let Dispatch { key, push, table, bindings, groups } = dispatch;
        let table = table.map(|(words, at)| (*words, at));
        self.steps.push(Step { key, push: *push, table, bindings, uniform: None, groups, after: false });
    }

    /// Adds a dispatch of a program, after those before it: parts of one op may share a binding's first bytes.
    pub fn push_program(&mut self, key: Key, push: Words<32>, uniform: Uniform, groups: [u32; 2]) {
        let (after, place) = (!self.steps.is_empty(), Some(self.uniforms.len()));
        self.uniforms.push(uniform);
        self.steps.push(Step { key, push, table: None, bindings: None, uniform: place, groups, after });
    }

    /// Forgets the last op's dispatches.
    pub fn clear(&mut self) {
        self.steps.clear();
        self.uniforms.clear();
    }

    /// Adds a dispatch that depends on those before it, if there are any.
    pub fn push_in_turn(&mut self, dispatch: Dispatch) {
        let after = !self.steps.is_empty();
        self.push(dispatch);
        if let Some(step) = self.steps.last_mut() {
            step.after = after;
        }
    }
}

impl<const N: usize> Words<N> {
    /// Replaces two words.
    fn set_u64(&mut self, at: usize, value: u64) {
        self.set(at, value as u32);
        self.set(at + 1, (value >> 32) as u32);
    }
}
