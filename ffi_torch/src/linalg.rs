//! Linear algebra over the last two dimensions; leading ones are batches.

use crate::Tensor;
use crate::autograd::vertex::{Keep, Step, record_if_tracked};
use crate::elementwise::{map, map_scalar};
use crate::matmul::matmul;
use crate::matrix::tril;
use ffi_backend::layout::broadcast_dims;
use ffi_backend::{Layout, LinalgOp, MapOp, Op, Result, Scalar, fail};

/// Whether `upper`, u with a = u^T u, else l with a = l l^T.
pub fn cholesky(a: &Tensor, upper: bool) -> Result<Tensor> {
    let out = of_one(LinalgOp::Cholesky { upper }, a, a.dims())?;
    Ok(record_if_tracked("cholesky", &[a], Keep::OUTPUT, out, move |step| step.one(|| by_cholesky(step, upper))))
}

/// The inverse.
pub fn inverse(a: &Tensor) -> Result<Tensor> {
    let out = of_one(LinalgOp::Inverse, a, a.dims())?;
    Ok(record_if_tracked("inverse", &[a], Keep::OUTPUT, out, |step| {
        step.one(|| {
            let turned = step.output()?.transpose(-2, -1)?;
            map(MapOp::neg, &[&matmul(&turned, &matmul(step.grad, &turned)?)?])
        })
    }))
}

/// The determinant of each matrix: the shape without its last two dimensions.
pub fn det(a: &Tensor) -> Result<Tensor> {
    // What has fewer is refused at the door.
    let out = of_one(LinalgOp::Det, a, &a.dims()[..a.dims().len().saturating_sub(2)])?;
    Ok(record_if_tracked("det", &[a], Keep { output: true, ..Keep::operands(1) }, out, |step| {
        step.one(|| {
            let factor = map(MapOp::mul, &[step.grad, &step.output()?])?.unsqueeze(-1)?.unsqueeze(-1)?;
            map(MapOp::mul, &[&factor, &inverse(&step.operand(0)?)?.transpose(-2, -1)?])
        })
    }))
}

/// By a of its lower factor l (Murray, "Differentiation of the Cholesky decomposition", 2016): with p = the lower triangle of
/// l^T g and half its diagonal, the symmetric part of l^-T p l^-1. An upper factor is the transpose of the lower one.
fn by_cholesky(step: &Step, upper: bool) -> Result<Tensor> {
    let lower = |t: Tensor| if upper { t.transpose(-2, -1) } else { Ok(t) };
    let (l, grad) = (lower(step.output()?)?, lower(step.grad.clone())?);
    let turned = l.transpose(-2, -1)?;
    let size = l.dims()[l.dims().len() - 1];
    let half = map_scalar(MapOp::mul, &Tensor::eye(size, size, l.dtype, l.device)?, Scalar::Float(0.5))?;
    let ones = Tensor::full(&[size, size], Scalar::Int(1), l.dtype, l.device)?;
    let weights = map(MapOp::sub, &[&tril(&ones, 0)?, &half])?;
    let p = map(MapOp::mul, &[&matmul(&turned, &grad)?, &weights])?;
    // l^-T p l^-1, both by solving with l^T.
    let left = solve(&turned, &p)?;
    let whole = solve(&turned, &left.transpose(-2, -1)?)?;
    let sum = map(MapOp::add, &[&whole, &whole.transpose(-2, -1)?])?;
    map_scalar(MapOp::mul, &sum, Scalar::Float(0.5))
}

fn of_one(op: LinalgOp, a: &Tensor, dims: &[i64]) -> Result<Tensor> {
    Tensor::of_op(a.device, &Op::Linalg(op), &[a.view_of()], a.dtype, &Layout::contiguous(dims)?)
}

/// The x of `a @ x = b`. A b of one dimension is a vector, and so is the result for each matrix; otherwise its columns are solved
/// for. Leading dimensions broadcast.
pub fn solve(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let dtype = a.dtype.promote(b.dtype);
    let vector = b.dims().len() == 1;
    let (a, b) = (a.to_dtype(dtype)?, if vector { b.unsqueeze(1)? } else { b.clone() }.to_dtype(dtype)?);
    let (x, y) = (a.dims(), b.dims());
    if x.len() < 2 || y.len() < 2 || x[x.len() - 1] != x[x.len() - 2] || x[x.len() - 1] != y[y.len() - 2] {
        fail!(ShapeMismatch, "solve: lhs {x:?} is not square with as many rows as rhs {y:?}");
    }
    let (batch, rank) = broadcast_dims(&x[..x.len() - 2], &y[..y.len() - 2])?;
    let with = |tail: &[i64]| [&batch[..rank], tail].concat();
    let layout = Layout::contiguous(&with(&y[y.len() - 2..]))?;
    let (wide_a, wide_b) = (a.expand(&with(&x[x.len() - 2..]))?, b.expand(layout.dims())?);
    let sources = [wide_a.view_of(), wide_b.view_of()];
    let out = Tensor::of_op(a.device, &Op::Linalg(LinalgOp::Solve), &sources, dtype, &layout)?;
    let keep = Keep { output: true, ..Keep::operands(1) };
    let out = record_if_tracked("solve", &[&wide_a, &wide_b], keep, out, |step| {
        let by_b = solve(&step.operand(0)?.transpose(-2, -1)?, step.grad)?;
        let by_a = match step.wants(0) {
            true => Some(map(MapOp::neg, &[&matmul(&by_b, &step.output()?.transpose(-2, -1)?)?])?),
            false => None,
        };
        Ok(vec![by_a, Some(by_b)])
    });
    if vector { out.squeeze(-1) } else { Ok(out) }
}
