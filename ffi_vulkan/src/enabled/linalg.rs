//! Linear algebra over batches of matrices, see linalg.comp: in one dispatch where they are small, otherwise a panel of columns after the
//! other, with matrix products between them for what is most of the work.
//!
//! A matrix waits in scratch with its right side beside it, in rows of their own layout; operands may lie in any way. A large
//! batch goes through the scratch in parts.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::matmul::{self, Form, MATRICES};
use super::memory::Block;
use super::panels::{Cut, Shape, upto};
use super::plan::{Binding, Dispatch, GROUP, Operand, Place, Plan, TABLE_WORDS, Words, groups};
use super::reduce::ceil_div;
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, LinalgOp, Result, fail};
use shaders::Id;

/// Invocations that share the triangle of a panel: with 32 of its columns, 12.5 KiB of doubles, where every device has 16.
const BESIDE: i64 = 32;
/// Columns of a symmetric matrix that are updated at once: what lies above the diagonal there is work for nothing.
const STRIP: i64 = 256;

/// As in linalg.glsl.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Whole,
    Load,
    Panel,
    Beside,
    Back,
    Store,
    Verdict,
}

/// Which module does this to matrices of a dtype, or why none does.
pub fn module(dtype: DType) -> std::result::Result<Id, &'static str> {
    match dtype {
        DType::F32 => Ok(Id::linalg_f32),
        DType::F64 => Ok(Id::linalg_f64),
        _ => Err("linear algebra of f32 and f64 alone"),
    }
}

/// Bytes that [`plan`] wants a block for, where so many may wait; see [`Plan::waiting`].
pub fn scratch_bytes(op: LinalgOp, sources: &[Operand], destination: &Operand, waiting: i64) -> u64 {
    Shape::of(op, sources, destination, waiting).map_or(0, |shape| shape.bytes)
}

/// All that the dispatches of an op have in common.
struct Job<'a> {
    op: LinalgOp,
    shape: Shape,
    cut: Cut,
    key: Key,
    places: [Place; 3],
    bindings: Option<[Binding; 4]>,
    table: Words<TABLE_WORDS>,
    work: Operand<'a>,
    found: u64,
}

impl Job<'_> {
    /// A dispatch over the part of the batch that begins at `first`.
    fn emit(&self, plan: &mut Plan, phase: Phase, first: i64, [k0, k1]: [i64; 2]) {
        let Shape { n, columns, right, ld, batch, part, numbers, .. } = self.shape;
        let count = part.min(batch - first);
        let mut push = Words::<32>::new();
        self.places.iter().for_each(|place| {
            push.u64(place.address);
        });
        let table_at = push.len();
        push.u64(0).u64(self.work.block.address).u64(self.found);
        push.i64(first).i64(count).i64(batch).i64(n).i64(columns).i64(right).i64(ld).i64(numbers);
        self.places.iter().for_each(|place| {
            push.i64(place.start);
        });
        push.i64(k0).i64(k1);
        let cholesky = matches!(self.op, LinalgOp::Cholesky { .. });
        let det = self.op == LinalgOp::Det;
        let beside = if phase == Phase::Back { columns } else { (if cholesky { n } else { ld }) - k1 };
        let (threads, outputs) = match phase {
            Phase::Whole | Phase::Panel => (self.cut.threads, count * self.cut.threads),
            Phase::Load => (GROUP, count * n * ld),
            Phase::Beside | Phase::Back => (BESIDE, count * upto(beside, BESIDE)),
            Phase::Store if det => (GROUP, count * GROUP),
            Phase::Store => (GROUP, count * n * columns),
            Phase::Verdict => (32, 1),
        };
        // By the widest panel, so that the last one needs no kernel of its own.
        let panel = self.cut.panel.unwrap_or(0);
        let space = match phase {
            Phase::Beside | Phase::Back => panel * (panel + 1) / 2 + panel * threads,
            Phase::Whole | Phase::Store if det => threads,
            _ => 1,
        };
        let op = match self.op {
            LinalgOp::Solve => 0,
            LinalgOp::Inverse => 1,
            LinalgOp::Det => 2,
            LinalgOp::Cholesky { .. } => 3,
        };
        let constants = [threads as u32, phase as u32, op, self.cut.lanes as u32, space as u32, 0];
        let tabled = matches!(phase, Phase::Whole | Phase::Load | Phase::Store);
        plan.push_in_turn(Dispatch {
            key: Key { constants, ..self.key },
            push: &mut push,
            table: tabled.then_some((&self.table, table_at)),
            bindings: self.bindings,
            groups: groups(outputs, threads),
        });
    }

    /// Takes the product of two blocks of every matrix from a third; each with its first row and column.
    fn take(&self, plan: &mut Plan, count: i64, [m, k, n]: [i64; 3], at: [[i64; 2]; 3]) -> Result<()> {
        if m <= 0 || n <= 0 {
            return Ok(());
        }
        let Shape { n: side, ld, numbers, .. } = self.shape;
        let block = |dims: [i64; 2], [row, column]: [i64; 2], steps: [i64; 2]| {
            Layout::from_parts(
                &[count, dims[0], dims[1]],
                &[side * ld, steps[0], steps[1]],
                numbers + row * ld + column,
            )
        };
        // For a symmetric matrix the right factor is the left one turned.
        let turned = matches!(self.op, LinalgOp::Cholesky { .. });
        let right = block([k, n], at[2], if turned { [1, ld] } else { [ld, 1] })?;
        let (to, left) = (block([m, n], at[0], [ld, 1])?, block([m, k], at[1], [ld, 1])?);
        let [to, left, right] = [&to, &left, &right].map(|layout| Operand { layout, ..self.work });
        matmul::plan(plan, Form { alpha: -1.0, adds: true, ..MATRICES }, &[left, right], &to)
    }

    /// One part of the batch, panel after panel.
    fn panels(&self, plan: &mut Plan, panel: i64, first: i64) -> Result<()> {
        let Shape { n, columns, right, ld, batch, part, .. } = self.shape;
        let count = part.min(batch - first);
        self.emit(plan, Phase::Load, first, [0, 0]);
        for k0 in (0..n).step_by(panel as usize) {
            let k1 = n.min(k0 + panel);
            self.emit(plan, Phase::Panel, first, [k0, k1]);
            if let LinalgOp::Cholesky { .. } = self.op {
                if k1 < n {
                    self.emit(plan, Phase::Beside, first, [k0, k1]);
                }
                for top in (k1..n).step_by(STRIP as usize) {
                    let size = [n - top, k1 - k0, STRIP.min(n - top)];
                    self.take(plan, count, size, [[top, top], [top, k0], [top, k0]])?;
                }
            } else if k1 < ld {
                self.emit(plan, Phase::Beside, first, [k0, k1]);
                self.take(plan, count, [n - k1, k1 - k0, ld - k1], [[k1, k1], [k1, k0], [k0, k1]])?;
            }
        }
        if matches!(self.op, LinalgOp::Solve | LinalgOp::Inverse) {
            for number in (0..ceil_div(n, panel)).rev() {
                let k0 = number * panel;
                let k1 = n.min(k0 + panel);
                self.emit(plan, Phase::Back, first, [k0, k1]);
                self.take(plan, count, [k0, k1 - k0, columns], [[0, right], [0, k0], [k0, right]])?;
            }
        }
        self.emit(plan, Phase::Store, first, [0, 0]);
        Ok(())
    }
}

/// Plans it all. `scratch` is as [`scratch_bytes`] wants it; `found` holds ones alone, and gets the first matrix without an answer and
/// where it has none. A determinant needs none.
pub fn plan(
    plan: &mut Plan,
    op: LinalgOp,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
    found: Option<&Block>,
) -> Result<()> {
    let name = op.name();
    let (a, b) = match sources {
        [a] => (a, destination),
        [a, b] => (a, b),
        _ => fail!(Internal, "{name}: {} operands", sources.len()),
    };
    let (Some(shape), Some(block)) = (Shape::of(op, sources, destination, plan.waiting), scratch) else {
        fail!(Unsupported, "{name}: {:?} is more than 32-bit indices count", a.layout.dims());
    };
    let module = match module(destination.dtype) {
        Ok(module) => module,
        Err(why) => fail!(Unsupported, "{name}: {why}"),
    };
    if found.is_none() && op != LinalgOp::Det {
        fail!(Internal, "{name}: nowhere to say what has no answer");
    }
    // An empty matrix leaves nothing to read, but kernels are told a place.
    let all = [destination, if shape.n > 0 { a } else { destination }, b];
    let most = plan.most;
    let bound = all.map(|operand| Place::of_bound(operand, most));
    let (module, places, bindings) = match (bound, module.bound()) {
        ([Some(to), Some(a), Some(b)], Some(module)) if shape.bytes <= most => {
            let work = Binding { buffer: block.buffer, offset: 0, len_bytes: shape.bytes };
            (module, [to.0, a.0, b.0], Some([to.1, a.1, b.1, work]))
        }
        _ => (module, [Place::of(all[0], name)?, Place::of(all[1], name)?, Place::of(all[2], name)?], None),
    };
    let kept = |layout: &Layout, rank: usize| Layout::from_parts(&layout.dims()[..rank], &layout.strides()[..rank], 0);
    let rank = a.layout.rank() - 2;
    let layouts = [kept(destination.layout, rank)?, kept(all[1].layout, rank)?, kept(b.layout, rank)?];
    let batch = Joint::<3>::new(&[&layouts[0], &layouts[1], &layouts[2]]);
    let mut table = Words::<TABLE_WORDS>::new();
    std::iter::once(&batch.dims).chain(&batch.strides).flatten().for_each(|value| {
        table.i64(*value);
    });
    // The upper factor is the lower one of the turned matrix.
    let turned = op == LinalgOp::Cholesky { upper: true };
    for down in [!turned, turned] {
        for operand in all {
            let steps = operand.layout.strides().get(rank..).unwrap_or_default();
            table.i64(steps.get(usize::from(!down)).copied().unwrap_or(0));
        }
    }
    table.i64(batch.rank as i64);
    let key = Key { module, constants: [0; 6] };
    let work = Operand { block, dtype: destination.dtype, layout: destination.layout };
    // A CPU that has no storage buffers is cut like a GPU, and so tests see both.
    let cut = Cut::new(&shape, plan.products.lanes > 0 && bindings.is_some());
    let job = Job { op, shape, cut, key, places, bindings, table, work, found: found.map_or(0, |block| block.address) };
    for first in (0..shape.batch).step_by(shape.part as usize) {
        match cut.panel {
            None => job.emit(plan, Phase::Whole, first, [0, 0]),
            Some(panel) => job.panels(plan, panel, first)?,
        }
    }
    if found.is_some() {
        job.emit(plan, Phase::Verdict, 0, [0, 0]);
    }
    Ok(())
}
