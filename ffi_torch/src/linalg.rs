//! Linear algebra over the last two dimensions; leading ones are batches.

use crate::Tensor;
use ffi_backend::layout::broadcast_dims;
use ffi_backend::{Layout, LinalgOp, Op, Result, fail};

/// Whether `upper`, u with a = u^T u, else l with a = l l^T.
pub fn cholesky(a: &Tensor, upper: bool) -> Result<Tensor> {
    of_one(LinalgOp::Cholesky { upper }, a, a.dims())
}

/// The inverse.
pub fn inverse(a: &Tensor) -> Result<Tensor> {
    of_one(LinalgOp::Inverse, a, a.dims())
}

/// The determinant of each matrix: the shape without its last two dimensions.
pub fn det(a: &Tensor) -> Result<Tensor> {
    // What has fewer is refused at the door.
    of_one(LinalgOp::Det, a, &a.dims()[..a.dims().len().saturating_sub(2)])
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
    if vector { out.squeeze(-1) } else { Ok(out) }
}
