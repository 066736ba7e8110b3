//! One op into the recorder: planned, its scratch taken, room made; then stamped, ordered and appended in one piece.
#![forbid(unsafe_code)]

use super::index::Look;
use super::matmul::{Form, MATRICES};
use super::memory::{Block, Purpose};
use super::panels::MOST_WAITING;
use super::plan::{Dispatch, Operand, Plan};
use super::recorder::Recorder;
use super::{elementwise, fused, index, linalg, matmul, order, random, reduce, rows, scan};
use ash::vk;
use ffi_backend::{DType, Layout, Op, Result, program};

impl Recorder {
    /// Records an op whose operands are checked. `stamp` gets the ticket of the batch that the whole op is in, before the first
    /// dispatch; what fails before that leaves nothing behind. Into `found` goes what an op of linear algebra finds.
    pub fn record(
        &mut self,
        op: &Op,
        sources: &[Operand],
        destination: &Operand,
        found: Option<&Block>,
        stamp: impl FnOnce(u64),
    ) -> Result<()> {
        let waiting = MOST_WAITING;
        #[cfg(test)]
        let waiting = self.forced.waiting.unwrap_or(waiting);
        // Scratch first, for taking it may trim, which submits.
        let scratch_bytes = match (op, sources) {
            (Op::Reduce { op, axes }, [source]) => reduce::scratch_bytes(*op, *axes, source),
            (Op::Rows(_), _) => rows::scratch_bytes(destination),
            (Op::Scan { axis, .. }, _) => scan::scratch_bytes(*axis, destination),
            (Op::Order { axis, .. }, [source]) => order::scratch_bytes(*axis, source),
            (Op::Index { op, .. }, _) => index::scratch_bytes(*op, destination),
            (Op::Linalg(op), _) => linalg::scratch_bytes(*op, sources, destination, waiting),
            _ => 0,
        };
        let scratch = if scratch_bytes == 0 { None } else { Some(self.take(scratch_bytes)?) };
        let mut plan = std::mem::take(&mut self.plan);
        let mut pipelines = std::mem::take(&mut self.pipelines);
        plan.clear();
        plan.most = self.binding_bytes;
        plan.products = self.products;
        plan.waiting = waiting;
        let block = scratch.as_ref().map(|(block, _)| block);
        let recorded = planned(&mut plan, op, sources, destination, block, found)
            .and_then(|()| self.append(&mut plan, &mut pipelines, sources, destination, block, stamp));
        (self.plan, self.pipelines) = (plan, pipelines);
        if let Some((block, before)) = scratch {
            // Given back at once: stream order keeps it until the op is done.
            self.give(block, Purpose::Device, *recorded.as_ref().unwrap_or(&before.max(self.submitted() + 1)));
        }
        recorded?;
        self.recorded()
    }

    /// Orders and appends all of a plan; the ticket of its batch.
    fn append(
        &mut self,
        plan: &mut Plan,
        pipelines: &mut Vec<vk::Pipeline>,
        sources: &[Operand],
        destination: &Operand,
        scratch: Option<&Block>,
        stamp: impl FnOnce(u64),
    ) -> Result<u64> {
        let mut room = self.room(plan.tables_bytes())?;
        room.pipelines(plan, pipelines)?;
        let mut reads = [0; program::MAX_INPUTS];
        reads.iter_mut().zip(sources).for_each(|(id, source)| *id = source.block.id);
        let writes = [destination.block.id, scratch.unwrap_or(destination.block).id];
        let written = if scratch.is_some() { &writes[..] } else { &writes[..1] };
        stamp(room.ticket);
        let reads = &reads[..sources.len().min(reads.len())];
        room.order(reads, written);
        for (at, pipeline) in pipelines.iter().enumerate() {
            if plan.steps.get(at).is_some_and(|step| step.after) {
                room.order(reads, written);
            }
            room.dispatch(plan, at, *pipeline)?;
        }
        Ok(room.ticket)
    }

    /// Records a look at the indices of an op, which leaves what it finds in `found`; it counts as an op. `stamp` as for `record`.
    pub fn look(&mut self, look: &Look, found: &Block, stamp: impl FnOnce(u64)) -> Result<()> {
        let mut plan = Plan::default();
        look.plan(found, &mut |dispatch| {
            plan.push(dispatch);
            Ok(())
        })?;
        let flag = Operand { block: found, dtype: DType::I32, layout: &Layout::scalar() };
        self.append(&mut plan, &mut Vec::new(), &[look.index], &flag, None, stamp)?;
        self.recorded()
    }

    /// Records a copy between blocks; it counts as an op. `stamp` as for `record`; the ticket is the answer too.
    pub fn copy(
        &mut self,
        src: (&Block, u64),
        dst: (&Block, u64),
        len_bytes: u64,
        stamp: impl FnOnce(u64),
    ) -> Result<u64> {
        let mut room = self.room(0)?;
        let ticket = room.ticket;
        stamp(ticket);
        room.copy(src, dst, len_bytes);
        self.recorded()?;
        Ok(ticket)
    }
}

/// What an op comes down to.
fn planned(
    plan: &mut Plan,
    op: &Op,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
    found: Option<&Block>,
) -> Result<()> {
    let most = plan.most;
    // Parts of one op may share a binding's first bytes: one after the other, as a validation layer expects.
    let mut emit = |dispatch: Dispatch| {
        plan.push_in_turn(dispatch);
        Ok(())
    };
    match op {
        Op::Map { program, scalars } if program.code.len() != 1 => {
            fused::plan(plan, program, scalars, sources, destination)
        }
        Op::Map { program, scalars } => elementwise::plan(program, scalars, sources, destination, most, &mut emit),
        Op::Reduce { op, axes } => reduce::plan(plan, *op, *axes, sources, destination, scratch),
        Op::Matmul { alpha } => matmul::plan(plan, Form { alpha: *alpha, ..MATRICES }, sources, destination),
        Op::Contract { rows, inner, columns } => {
            matmul::plan(plan, Form { counts: [*rows, *inner, *columns], ..MATRICES }, sources, destination)
        }
        Op::Random { op, seed, offset } => random::plan(*op, *seed, *offset, destination, &mut emit),
        Op::Index { op, axis } => index::plan(plan, *op, *axis, sources, destination, scratch),
        Op::Scan { op, axis } => scan::plan(plan, *op, *axis, sources, destination, scratch),
        Op::Order { axis, descending } => order::plan(plan, *axis, *descending, sources, destination, scratch),
        Op::Rows(op) => rows::plan(plan, *op, sources, destination, scratch),
        Op::Linalg(op) => linalg::plan(plan, *op, sources, destination, scratch, found),
    }
}
