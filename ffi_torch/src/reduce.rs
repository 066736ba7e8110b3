//! Reductions over everything or over chosen dimensions, and the ops over rows.

use crate::Tensor;
use crate::autograd::tracks;
use crate::autograd::vertex::{Keep, record, record_if_tracked};
use crate::elementwise::{map, map_scalar};
use crate::join::cat;
use crate::nn::fused::{inst, program, run as run_program};
use crate::order::scan;
use crate::statistics::var;
use crate::view::short;
use ffi_backend::dtype::not_defined_for;
use ffi_backend::{Layout, MapOp, Op, Program, ReduceOp, Result, RowOp, Scalar, ScanOp, fail, run};

/// Over these dimensions, over all of them when `None`. With `keepdim` they stay with size 1, else they go.
pub fn reduce(op: ReduceOp, x: &Tensor, dims: Option<&[i64]>, keepdim: bool) -> Result<Tensor> {
    let x = if op == ReduceOp::Mean { x.to_dtype(x.dtype.to_float())? } else { x.clone() };
    let Some(result) = op.result(x.dtype) else { return Err(not_defined_for(op.name(), x.dtype)) };
    let axes = match dims {
        None => ((1u16 << x.layout.rank()) - 1) as u8,
        Some(dims) => {
            let mut axes = 0u8;
            for &dim in short(dims)? {
                let bit = 1 << x.axis(dim)?;
                if axes & bit != 0 {
                    fail!(InvalidArgument, "{}: dimension {dim} is named twice in {dims:?}", op.name());
                }
                axes |= bit;
            }
            axes
        }
    };
    let kept: Vec<i64> =
        x.dims().iter().enumerate().map(|(i, &dim)| if axes >> i & 1 != 0 { 1 } else { dim }).collect();
    let layout = Layout::contiguous(&kept)?;
    let mut out = Tensor::of_op(x.device, &Op::Reduce { op, axes }, &[x.view_of()], result, &layout)?;
    if !keepdim {
        for axis in (0..x.layout.rank()).rev().filter(|axis| axes >> axis & 1 != 0) {
            out.layout = out.layout.drop_axis(axis);
        }
    }
    Ok(if tracks(&[&x]) { recorded(op, &x, axes, kept, out) } else { out })
}

/// A reduction with the rule of its gradient; `kept` are the sizes of the result with the reduced dimensions.
fn recorded(op: ReduceOp, x: &Tensor, axes: u8, kept: Vec<i64>, out: Tensor) -> Tensor {
    let dims = x.dims().to_vec();
    let wide = move |t: &Tensor| t.reshape(&kept)?.expand(&dims);
    match op {
        ReduceOp::Sum => record("sum", &[x], Keep::NOTHING, out, move |step| step.one(|| wide(step.grad))),
        ReduceOp::Mean => {
            let share = out.numel() as f64 / x.numel() as f64;
            record("mean", &[x], Keep::NOTHING, out, move |step| {
                step.one(|| wide(&map_scalar(MapOp::mul, step.grad, Scalar::Float(share))?))
            })
        }
        ReduceOp::Max | ReduceOp::Min => {
            let name = op.name();
            let keep = Keep { output: true, ..Keep::operands(1) };
            record(name, &[x], keep, out, move |step| {
                step.one(|| {
                    // What is the extreme shares the gradient.
                    let x = step.operand(0)?.detach();
                    let is_it = map(MapOp::eq, &[&x, &wide(&step.output()?.detach())?])?.to_dtype(x.dtype)?;
                    let count = reduce(ReduceOp::Sum, &is_it, Some(&listed(axes)), true)?;
                    map(MapOp::mul, &[&map(MapOp::div, &[&is_it, &count])?, &wide(step.grad)?])
                })
            })
        }
        ReduceOp::Prod => record("prod", &[x], Keep::operands(1), out, move |step| {
            step.one(|| map(MapOp::mul, &[&others(&step.operand(0)?, axes)?, &wide(step.grad)?]))
        }),
        ReduceOp::ArgMax | ReduceOp::ArgMin | ReduceOp::Any | ReduceOp::All => out,
    }
}

/// The dimensions whose bits are set.
fn listed(axes: u8) -> Vec<i64> {
    (0..8).filter(|axis| axes >> axis & 1 != 0).collect()
}

/// For each element the product of all others that are reduced with it: exact also where some are 0.
fn others(x: &Tensor, axes: u8) -> Result<Tensor> {
    let (reduced, rest): (Vec<i64>, Vec<i64>) = (0..x.dims().len() as i64).partition(|axis| axes >> axis & 1 != 0);
    let order = [&rest[..], &reduced[..]].concat();
    let last = x.permute(&order)?;
    let sizes = last.dims().to_vec();
    let line = last.reshape(&[&sizes[..rest.len()], &[sizes[rest.len()..].iter().product()]].concat())?;
    let one = Tensor::full(&[], Scalar::Int(1), x.dtype, x.device)?;
    let edge = line.narrow(-1, 0, line.dims()[rest.len()].min(1))?;
    let edge = one.expand(edge.dims())?;
    // The products of those before and of those after it.
    let before = |line: &Tensor| {
        let len = line.dims()[rest.len()];
        let shifted = cat(&[&edge, &line.narrow(-1, 0, (len - 1).max(0))?], -1)?;
        scan(ScanOp::Prod, &shifted, -1)
    };
    let after = before(&line.flip(&[-1])?)?.flip(&[-1])?;
    let product = map(MapOp::mul, &[&before(&line)?, &after])?.reshape(&sizes)?;
    let mut inverse = vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        inverse[from as usize] = to as i64;
    }
    product.permute(&inverse)
}

/// An op over the rows along one dimension. Integers and bools become f32.
pub fn rows(op: RowOp, x: &Tensor, dim: i64) -> Result<Tensor> {
    let x = x.to_dtype(x.dtype.to_float())?;
    let axis = x.axis(dim)?;
    let out = Tensor::empty(x.dims(), x.dtype, x.device)?;
    let (rows, out_rows) = (x.transpose(axis as i64, -1)?, out.transpose(axis as i64, -1)?);
    run(x.device, &Op::Rows(op), &[rows.view_of()], &out_rows.view_of())?;
    let axis = axis as i64;
    let keep = match op {
        RowOp::Normal { .. } => Keep { output: true, ..Keep::operands(1) },
        _ => Keep::OUTPUT,
    };
    Ok(record_if_tracked(op.name(), &[&x], keep, out, move |step| {
        step.one(|| {
            let (y, grad) = (step.output()?, step.grad);
            let total = |t: &Tensor| reduce(ReduceOp::Sum, t, Some(&[axis]), true);
            match op {
                RowOp::Softmax => {
                    let weighted = map(MapOp::mul, &[grad, &y])?;
                    map(MapOp::sub, &[&weighted, &map(MapOp::mul, &[&y, &total(&weighted)?])?])
                }
                RowOp::LogSoftmax => {
                    map(MapOp::sub, &[grad, &map(MapOp::mul, &[&map(MapOp::exp, &[&y])?, &total(grad)?])?])
                }
                RowOp::Normal { epsilon } => {
                    // What moves the mean or the deviation moves no distance in units of it.
                    const CODE: &Program = &program(
                        "normal",
                        5,
                        0,
                        &[
                            inst(MapOp::sub, [0, 1, 0]),
                            inst(MapOp::mul, [2, 3, 0]),
                            inst(MapOp::sub, [5, 6, 0]),
                            inst(MapOp::mul, [7, 4, 0]),
                        ],
                    );
                    let mean = |t: &Tensor| reduce(ReduceOp::Mean, t, Some(&[axis]), true);
                    let along = mean(&map(MapOp::mul, &[grad, &y])?)?;
                    let var = var(&step.operand(0)?, Some(&[axis]), 0.0, true)?;
                    let scale = map(MapOp::rsqrt, &[&map_scalar(MapOp::add, &var, Scalar::Float(epsilon))?])?;
                    run_program(CODE, &[grad, &mean(grad)?, &y, &along, &scale], &[])
                }
            }
        })
    }))
}
