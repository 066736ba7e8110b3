//! Along one dimension: running totals, and elements in order.

use crate::Tensor;
use crate::index::gathered;
use ffi_backend::{DType, Layout, Op, Result, ScanOp, fail};

/// A running total along one dimension; integers and bools in i64. A lone element is its own total.
pub fn scan(op: ScanOp, x: &Tensor, dim: i64) -> Result<Tensor> {
    let (rank, x) = (x.dims().len(), x.at_least_1d()?);
    let axis = x.axis(dim)?;
    let layout = Layout::contiguous(x.dims())?;
    let op = Op::Scan { op, axis: axis as u8 };
    let out = Tensor::of_op(x.device, &op, &[x.view_of()], x.dtype.accumulated(), &layout)?;
    if rank == 0 { out.squeeze(0) } else { Ok(out) }
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
