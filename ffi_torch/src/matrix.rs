//! Products of vectors, triangles and traces of matrices.

use crate::elementwise::map;
use crate::matmul::matmul;
use crate::reduce::reduce;
use crate::{Tensor, elementwise};
use ffi_backend::{DType, MapOp, ReduceOp, Result, Scalar, fail};

/// The inner product of two vectors of one length, of rank 0.
pub fn dot(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims().len() != 1 || b.dims().len() != 1 || a.dims() != b.dims() {
        fail!(ShapeMismatch, "dot: {:?} by {:?} are not two vectors of one length", a.dims(), b.dims());
    }
    matmul(a, b)
}

/// Every product of an element of one vector with one of the other.
pub fn outer(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims().len() != 1 || b.dims().len() != 1 {
        fail!(ShapeMismatch, "outer: {:?} by {:?} are not two vectors", a.dims(), b.dims());
    }
    map(MapOp::mul, &[&a.unsqueeze(1)?, b])
}

/// The products of as many matrices; both operands have rank 3.
pub fn bmm(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims().len() != 3 || b.dims().len() != 3 || a.dims()[0] != b.dims()[0] {
        fail!(ShapeMismatch, "bmm: {:?} by {:?} are not two batches of as many matrices", a.dims(), b.dims());
    }
    matmul(a, b)
}

/// The part of each matrix (the last two dimensions) on and above the diagonal, zeros elsewhere. Diagonal 1 lies above the main
/// one, -1 below.
pub fn triu(x: &Tensor, diagonal: i64) -> Result<Tensor> {
    triangle("triu", MapOp::ge, x, diagonal)
}

/// As [`triu`], on and below the diagonal.
pub fn tril(x: &Tensor, diagonal: i64) -> Result<Tensor> {
    triangle("tril", MapOp::le, x, diagonal)
}

/// Where `column keeps row + diagonal`.
fn triangle(what: &str, keeps: MapOp, x: &Tensor, diagonal: i64) -> Result<Tensor> {
    let &[.., rows, columns] = x.dims() else {
        fail!(ShapeMismatch, "{what}: shape {:?} is no matrix", x.dims());
    };
    let count =
        |from: i64, to: i64| Tensor::arange(Scalar::Int(from), Scalar::Int(to), Scalar::Int(1), DType::I64, x.device);
    if x.numel() == 0 {
        return x.copy();
    }
    // Beyond the matrix all diagonals are alike; sizes are below 2^59.
    let diagonal = diagonal.clamp(-rows - 1, columns + 1);
    let mask = map(keeps, &[&count(0, columns)?, &count(diagonal, rows + diagonal)?.unsqueeze(1)?])?;
    elementwise::select(&mask, x, &Tensor::full(&[], Scalar::Int(0), x.dtype, x.device)?)
}

/// The sum of a matrix's diagonal, of rank 0, with the dtypes of a sum.
pub fn trace(x: &Tensor) -> Result<Tensor> {
    if x.dims().len() != 2 {
        fail!(ShapeMismatch, "trace: shape {:?} is not of rank 2", x.dims());
    }
    reduce(ReduceOp::Sum, &x.diagonal(0, 0, 1)?, None, false)
}
