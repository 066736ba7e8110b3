//! Ops in terms of simpler ops on the same device, for what a device has no kernel of its own.

use crate::device::Device;
use crate::door::run;
use crate::dtype::DType;
use crate::elementwise::MapOp;
use crate::layout::Layout;
use crate::op::{Op, ReduceOp, Scalar, View};
use crate::program::{COPY, Inst, Program};
use crate::reference::BufferRef;
use ffi_base::{Result, fail};
use std::borrow::Cow;

/// Lowers one op by one step; the simpler ops go through the door again.
pub fn lower(device: &dyn Device, op: &Op, sources: &[View], destination: &View) -> Result<()> {
    match (op, sources) {
        (Op::Map { program, scalars }, _) if program.code.len() > 1 => {
            lower_program(device, program, scalars, sources, destination)
        }
        (Op::Reduce { op: ReduceOp::Mean, axes }, [x]) => lower_mean(device, x, *axes, destination),
        (Op::Contract { rows, inner, columns }, [a, b]) => {
            lower_contract(device, [*rows, *inner, *columns].map(usize::from), [a, b], destination)
        }
        _ => fail!(Unsupported, "{} on {}: nothing simpler to express it with", op.name(), device.info().name),
    }
}

/// A temporary of its own memory.
struct Temporary {
    buffer: BufferRef,
    dtype: DType,
    layout: Layout,
}

impl Temporary {
    fn new(device: &dyn Device, dtype: DType, dims: &[i64]) -> Result<Temporary> {
        let layout = Layout::contiguous(dims)?;
        let buffer = device.alloc(layout.numel() as u64 * dtype.size() as u64)?;
        Ok(Temporary { buffer, dtype, layout })
    }
    fn view(&self) -> View<'_> {
        View { buffer: &self.buffer, dtype: self.dtype, layout: &self.layout }
    }
}

/// A fused program, one instruction at a time.
fn lower_program(
    device: &dyn Device,
    program: &Program,
    scalars: &[Scalar],
    sources: &[View],
    destination: &View,
) -> Result<()> {
    let types = program.types(sources.iter().map(|view| view.dtype), destination.dtype)?;
    let first = program.inputs as usize + program.scalars as usize;
    let mut temporaries: Vec<Temporary> = Vec::with_capacity(program.code.len());
    for (at, inst) in program.code.iter().enumerate() {
        let last = at + 1 == program.code.len();
        let dtype = types[first + at];
        // Registers that are views keep their order; scalars follow, as every program wants them.
        let mut args = [0u8; 3];
        let (mut views, mut numbers) = (Vec::with_capacity(3), Vec::with_capacity(3));
        let used = &inst.args[..inst.op.arity()];
        let is_scalar = |arg: u8| (program.inputs as usize..first).contains(&(arg as usize));
        let view_count = used.iter().filter(|&&arg| !is_scalar(arg)).count() as u8;
        for (slot, &arg) in used.iter().enumerate() {
            args[slot] = if is_scalar(arg) {
                numbers.push(scalars[arg as usize - program.inputs as usize]);
                view_count + numbers.len() as u8 - 1
            } else {
                views.push(match (arg as usize).checked_sub(first) {
                    Some(made) => temporaries[made].view(),
                    None => sources[arg as usize],
                });
                views.len() as u8 - 1
            };
        }
        let code = [Inst { op: inst.op, args, to: inst.to }];
        let single = Program {
            name: inst.op.name(),
            inputs: view_count,
            scalars: numbers.len() as u8,
            code: Cow::Owned(code.to_vec()),
        };
        let op = Op::Map { program: &single, scalars: &numbers };
        if last {
            return run(device, &op, &views, destination);
        }
        let made = Temporary::new(device, dtype, destination.layout.dims())?;
        run(device, &op, &views, &made.view())?;
        temporaries.push(made);
    }
    Ok(())
}

fn lower_mean(device: &dyn Device, x: &View, axes: u8, destination: &View) -> Result<()> {
    let count = x.layout.numel() as f64 / destination.layout.numel() as f64;
    run(device, &Op::Reduce { op: ReduceOp::Sum, axes }, &[*x], destination)?;
    let scale = Op::Map { program: Program::with_scalar(MapOp::mul), scalars: &[Scalar::Float(1.0 / count)] };
    run(device, &scale, &[*destination], destination)
}

/// An operand of a product as a batch of matrices: itself, or memory in its place.
struct Matrices {
    own: Option<Temporary>,
    layout: Layout,
}

impl Matrices {
    /// The last dimensions of a view: so many are rows, so many columns.
    fn new(device: &dyn Device, view: &View, rows: usize, columns: usize) -> Result<Matrices> {
        let (batch, matrix) = view.layout.dims().split_at(view.layout.rank() - rows - columns);
        let (rows, columns) = matrix.split_at(rows);
        let dims = [batch, &[rows.iter().product(), columns.iter().product()]].concat();
        Ok(match view.layout.reshape(&dims)? {
            Some(layout) => Matrices { own: None, layout },
            None => Matrices {
                own: Some(Temporary::new(device, view.dtype, view.layout.dims())?),
                layout: Layout::contiguous(&dims)?,
            },
        })
    }

    fn of<'a>(&'a self, view: &View<'a>) -> View<'a> {
        let buffer = self.own.as_ref().map_or(view.buffer, |own| &own.buffer);
        View { buffer, dtype: view.dtype, layout: &self.layout }
    }
}

/// A product of matrices; what does not lie as one is copied.
fn lower_contract(device: &dyn Device, counts: [usize; 3], [a, b]: [&View; 2], c: &View) -> Result<()> {
    let [rows, inner, columns] = counts;
    let copy = Op::Map { program: COPY, scalars: &[] };
    let left = Matrices::new(device, a, rows, inner)?;
    let right = Matrices::new(device, b, inner, columns)?;
    let made = Matrices::new(device, c, rows, columns)?;
    for (view, matrices) in [(a, &left), (b, &right)] {
        if let Some(own) = &matrices.own {
            run(device, &copy, &[*view], &own.view())?;
        }
    }
    run(device, &Op::Matmul { alpha: 1.0 }, &[left.of(a), right.of(b)], &made.of(c))?;
    match &made.own {
        Some(own) => run(device, &copy, &[own.view()], c),
        None => Ok(()),
    }
}
