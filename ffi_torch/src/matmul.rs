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

/// The product that [`Op::Contract`] is, of operands of one dtype: `[batch, rows, inner]` by `[batch, inner, columns]`, with so many
/// dimensions of rows, inner ones and columns.
pub(crate) fn contract(a: &Tensor, b: &Tensor, [rows, inner, columns]: [usize; 3]) -> Result<Tensor> {
    let (x, y) = (a.dims(), b.dims());
    let (left, right) = (x.len().saturating_sub(inner), y.len().saturating_sub(columns));
    let layout = Layout::contiguous(&[&x[..left], &y[right..]].concat())?;
    let [of_rows, of_inner, of_columns] = [rows, inner, columns].map(|count| count as u8);
    let op = Op::Contract { rows: of_rows, inner: of_inner, columns: of_columns };
    let out = Tensor::of_op(a.device, &op, &[a.view_of(), b.view_of()], a.dtype, &layout)?;
    Ok(record_if_tracked("contract", &[a, b], Keep::operands(3), out, move |step| {
        // With the last dimensions, so many, before those that are so many more.
        let turned = |x: Tensor, before: usize, behind: usize| {
            let rank = x.dims().len() as i64;
            let [before, behind] = [before, behind].map(|count| count as i64);
            let (first, second) = (rank - before - behind, rank - behind);
            x.permute(&(0..first).chain(second..rank).chain(first..second).collect::<Vec<i64>>())
        };
        let by_a = || contract(step.grad, &turned(step.operand(1)?, inner, columns)?, [rows, columns, inner]);
        let by_b = || contract(&turned(step.operand(0)?, rows, inner)?, step.grad, [inner, rows, columns]);
        Ok(vec![if step.wants(0) { Some(by_a()?) } else { None }, if step.wants(1) { Some(by_b()?) } else { None }])
    }))
}
