//! Along one dimension: running totals, and elements in order.

use crate::Tensor;
use crate::autograd::tracks;
use crate::autograd::vertex::{Keep, Step, record};
use crate::elementwise::{map, map_scalar, select};
use crate::index::gathered;
use crate::matrix::triu;
use crate::reduce::reduce;
use ffi_backend::{DType, Layout, MapOp, Op, ReduceOp, Result, Scalar, ScanOp, fail};

/// A running total along one dimension; integers and bools in i64. A lone element is its own total.
pub fn scan(op: ScanOp, x: &Tensor, dim: i64) -> Result<Tensor> {
    let (rank, x) = (x.dims().len(), x.at_least_1d()?);
    let axis = x.axis(dim)?;
    let layout = Layout::contiguous(x.dims())?;
    let scan = Op::Scan { op, axis: axis as u8 };
    let out = Tensor::of_op(x.device, &scan, &[x.view_of()], x.dtype.accumulated(), &layout)?;
    let axis = axis as i64;
    let out = match op {
        _ if !tracks(&[&x]) => out,
        ScanOp::Sum => record("cumsum", &[&x], Keep::NOTHING, out, move |step| step.one(|| sums_from(step.grad, axis))),
        ScanOp::Prod => record("cumprod", &[&x], Keep { output: true, ..Keep::operands(1) }, out, move |step| {
            step.one(|| products_by(step, axis))
        }),
    };
    if rank == 0 { out.squeeze(0) } else { Ok(out) }
}

/// For each element the sum of itself and all after it.
fn sums_from(x: &Tensor, axis: i64) -> Result<Tensor> {
    scan(ScanOp::Sum, &x.flip(&[axis])?, axis)?.flip(&[axis])
}

/// The gradient of running products: for each x_i the sum over k >= i of g_k y_k / x_i; where a 0 forbids the division, of g_k
/// and the product of all x_j with j <= k but x_i.
fn products_by(step: &Step, axis: i64) -> Result<Tensor> {
    let (x, y, grad) = (step.operand(0)?, step.output()?, step.grad);
    let zero = map_scalar(MapOp::eq, &x.detach(), Scalar::Float(0.0))?;
    if reduce(ReduceOp::Any, &zero, None, false)?.item()?.to_f64() == 0.0 {
        return map(MapOp::div, &[&sums_from(&map(MapOp::mul, &[grad, &y])?, axis)?, &x]);
    }
    // Rows i, columns j: x_j, but 1 on the diagonal; its running products along j are those without x_i.
    let line = x.movedim(axis, -1)?;
    let sizes = line.dims().to_vec();
    let len = sizes[sizes.len() - 1];
    let own = Tensor::eye(len, len, DType::Bool, x.device)?;
    let one = Tensor::full(&[], Scalar::Int(1), x.dtype, x.device)?;
    let without = select(&own, &one, &line.unsqueeze(-2)?)?;
    let products = triu(&scan(ScanOp::Prod, &without, -1)?, 0)?;
    let weighted = map(MapOp::mul, &[&products, &grad.movedim(axis, -1)?.unsqueeze(-2)?])?;
    reduce(ReduceOp::Sum, &weighted, Some(&[-1]), false)?.movedim(-1, axis)
}

/// Positions (i64) along one dimension in the order of their elements, stable; NaN counts as the largest.
pub fn argsort(x: &Tensor, dim: i64, descending: bool) -> Result<Tensor> {
    let line = x.at_least_1d()?;
    let axis = line.axis(dim)?;
    let out = ordered(&line, axis, descending, line.dims()[axis])?;
    if x.dims().is_empty() { out.squeeze(0) } else { Ok(out) }
}

fn ordered(x: &Tensor, axis: usize, descending: bool, kept: i64) -> Result<Tensor> {
    let mut dims = x.dims().to_vec();
    dims[axis] = kept;
    let op = Op::Order { axis: axis as u8, descending };
    Tensor::of_op(x.device, &op, &[x.view_of()], DType::I64, &Layout::contiguous(&dims)?)
}

/// The elements in order along one dimension, and where each was, see [`argsort`].
pub fn sort(x: &Tensor, dim: i64, descending: bool) -> Result<(Tensor, Tensor)> {
    let line = x.at_least_1d()?;
    let axis = line.axis(dim)?;
    first_of_order(x, &line, axis, descending, line.dims()[axis])
}

/// The `k` largest (or smallest) elements along one dimension, in order, and where each is. Equal ones by their position.
pub fn topk(x: &Tensor, k: i64, dim: i64, largest: bool) -> Result<(Tensor, Tensor)> {
    let line = x.at_least_1d()?;
    let axis = line.axis(dim)?;
    if !(0..=line.dims()[axis]).contains(&k) {
        fail!(InvalidArgument, "topk: {k} of dimension {axis} of {:?}", x.dims());
    }
    if x.dims().is_empty() && k != 1 {
        fail!(InvalidArgument, "topk: {k} of a lone element");
    }
    first_of_order(x, &line, axis, largest, k)
}

fn first_of_order(x: &Tensor, line: &Tensor, axis: usize, descending: bool, kept: i64) -> Result<(Tensor, Tensor)> {
    let positions = ordered(line, axis, descending, kept)?;
    let values = gathered(line, axis, &positions)?;
    if x.dims().is_empty() { Ok((values.squeeze(0)?, positions.squeeze(0)?)) } else { Ok((values, positions)) }
}
