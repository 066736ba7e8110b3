//! The matrix product: vectors, matrices and batches of them.

use crate::Tensor;
use crate::autograd::vertex::{Keep, record_if_tracked};
use ffi_backend::layout::broadcast_dims;
use ffi_backend::{Layout, Op, Result, fail};

/// `a @ b`. A vector counts as a row on the left and as a column on the right, and its dimension goes from the result;
/// leading dimensions are batches and broadcast.
pub fn matmul(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims().is_empty() || b.dims().is_empty() {
        fail!(ShapeMismatch, "matmul: lhs {:?} by rhs {:?}: both need a dimension", a.dims(), b.dims());
    }
    let dtype = a.dtype.promote(b.dtype);
    let (row, column) = (a.dims().len() == 1, b.dims().len() == 1);
    let a = if row { a.unsqueeze(0)? } else { a.clone() }.to_dtype(dtype)?;
    let b = if column { b.unsqueeze(1)? } else { b.clone() }.to_dtype(dtype)?;
    let (x, y) = (a.dims(), b.dims());
    let (m, k, n) = (x[x.len() - 2], x[x.len() - 1], y[y.len() - 1]);
    if y[y.len() - 2] != k {
        fail!(ShapeMismatch, "matmul: inner dimensions differ, lhs {x:?}, rhs {y:?}");
    }
    let (batch, rank) = broadcast_dims(&x[..x.len() - 2], &y[..y.len() - 2])?;
    let with = |tail: [i64; 2]| [&batch[..rank], &tail[..]].concat();
    let layout = Layout::contiguous(&with([m, n]))?;
    let (wide_a, wide_b) = (a.expand(&with([m, k]))?, b.expand(&with([k, n]))?);
    let sources = [wide_a.view_of(), wide_b.view_of()];
    let out = Tensor::of_op(a.device, &Op::Matmul { alpha: 1.0 }, &sources, dtype, &layout)?;
    let mut out = record_if_tracked("matmul", &[&wide_a, &wide_b], Keep::operands(3), out, |step| {
        let by = |operand: usize| -> Result<Option<Tensor>> {
            if !step.wants(operand) {
                return Ok(None);
            }
            let other = step.operand(1 - operand)?.transpose(-2, -1)?;
            Ok(Some(if operand == 0 { matmul(step.grad, &other)? } else { matmul(&other, step.grad)? }))
        };
        Ok(vec![by(0)?, by(1)?])
    });
    if column {
        out = out.squeeze(-1)?;
    }
    if row {
        out = out.squeeze(if column { -1 } else { -2 })?;
    }
    Ok(out)
}
