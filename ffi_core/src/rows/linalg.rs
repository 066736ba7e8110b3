//! Linear algebra: factors, systems, inverses, determinants.

use super::TensorKind;
use ffi_base::{Handle, exports};
use ffi_torch::linalg;

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: linear algebra", "rt_";
    /// The triangular factor of symmetric positive definite matrices: l with a = l l^T, read from the lower triangle, or when
    /// `upper` u with a = u^T u, read from the upper one; the other triangle is not looked at. The last two dimensions are a
    /// square matrix, leading ones are batches. f32 and f64; others are DTYPE_MISMATCH. A matrix that is not positive definite is
    /// INVALID_ARGUMENT with its place in the batch.
    fn tensor_cholesky(tensor: T, upper: bool) -> T => linalg::cholesky;
    /// The x of a x = b for square matrices a. A b of one dimension is a vector, and so is x for each matrix; otherwise the columns
    /// of b are solved for. Leading dimensions are batches and broadcast; dtypes promote, and the result is f32 or f64, others are
    /// DTYPE_MISMATCH. A singular a is INVALID_ARGUMENT with its place in the batch.
    fn tensor_solve(a: T, b: T) -> T => linalg::solve;
    /// The inverse of square matrices, batched over leading dimensions; f32 and f64. A singular one is INVALID_ARGUMENT with its
    /// place in the batch. To solve a system, rt_tensor_solve is faster and closer.
    fn tensor_inverse(tensor: T) -> T => linalg::inverse;
    /// The determinant of square matrices, batched over leading dimensions, which are the result's shape; f32 and f64. 0 of a
    /// singular matrix, 1 of an empty one.
    fn tensor_det(tensor: T) -> T => linalg::det;
}
