//! Variances, norms, and what is made of vectors and matrices.

use super::TensorKind;
use ffi_base::{Array, Handle, Result, exports};
use ffi_torch::{Tensor, matrix, statistics};

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: statistics", "rt_";
    /// The variance of all elements, of rank 0: the squared distances from the mean, summed and divided by the count less 1; NaN
    /// of fewer than two. Two passes, so that a mean far from 0 costs no digits. Integers and bools become f32; f16 and bf16 are
    /// computed in f32.
    fn tensor_var(tensor: T) -> T => var;
    /// rt_tensor_var over the `n` dimensions in `dims`, dividing by the count less `correction`: 1 for a sample, 0 for a whole
    /// population. They stay with size 1 when `keepdim`, else they go.
    fn tensor_var_dims(tensor: T, dims & n: Array<i64>, correction: i64, keepdim: bool) -> T => var_dims;
    /// The standard deviation, the square root of rt_tensor_var.
    fn tensor_std(tensor: T) -> T => std;
    /// The square root of rt_tensor_var_dims.
    fn tensor_std_dims(tensor: T, dims & n: Array<i64>, correction: i64, keepdim: bool) -> T => std_dims;
    /// The p-norm of all elements, of rank 0: the p-th root of the sum of the p-th powers of the magnitudes. p = 0 counts what is
    /// not 0, infinity gives the largest magnitude, minus infinity the smallest (both refuse an empty range); any other p is
    /// above 0. Integers and bools become f32; f16 and bf16 are computed in f32.
    #[twins(bits)]
    fn tensor_norm(tensor: T, p: f64) -> T => norm;
    /// rt_tensor_norm over the `n` dimensions in `dims`, which stay with size 1 when `keepdim`, else go.
    #[twins(bits)]
    fn tensor_norm_dims(tensor: T, p: f64, dims & n: Array<i64>, keepdim: bool) -> T => norm_dims;
    /// The logarithm of the sum of e to each element over the `n` dimensions in `dims`, computed from the largest, so that nothing
    /// overflows. They stay with size 1 when `keepdim`, else they go. An empty range is refused.
    fn tensor_logsumexp(tensor: T, dims & n: Array<i64>, keepdim: bool) -> T => statistics::logsumexp;
}

exports! { MATRIX, "Tensors: vectors and matrices", "rt_";
    /// The inner product of two vectors of one length, of rank 0, with the dtypes of rt_tensor_matmul.
    fn tensor_dot(a: T, b: T) -> T => matrix::dot;
    /// Every product of an element of vector `a` with one of vector `b`, a row for each of `a`.
    fn tensor_outer(a: T, b: T) -> T => matrix::outer;
    /// The products of as many matrices: both have rank 3 and the same first size.
    fn tensor_bmm(a: T, b: T) -> T => matrix::bmm;
    /// The part of each matrix (the last two dimensions) on and above a diagonal, zeros elsewhere. Diagonal 0 is the main one, 1
    /// lies above it, -1 below.
    fn tensor_triu(tensor: T, diagonal: i64) -> T => matrix::triu;
    /// As rt_tensor_triu, the part on and below the diagonal.
    fn tensor_tril(tensor: T, diagonal: i64) -> T => matrix::tril;
    /// The sum of the main diagonal of a tensor of rank 2, of rank 0, with the dtypes of rt_tensor_sum.
    fn tensor_trace(tensor: T) -> T => matrix::trace;
}

fn var(x: &Tensor) -> Result<Tensor> {
    statistics::var(x, None, 1.0, false)
}
fn var_dims(x: &Tensor, dims: &[i64], correction: i64, keepdim: bool) -> Result<Tensor> {
    statistics::var(x, Some(dims), correction as f64, keepdim)
}
fn std(x: &Tensor) -> Result<Tensor> {
    statistics::std(x, None, 1.0, false)
}
fn std_dims(x: &Tensor, dims: &[i64], correction: i64, keepdim: bool) -> Result<Tensor> {
    statistics::std(x, Some(dims), correction as f64, keepdim)
}
fn norm(x: &Tensor, p: f64) -> Result<Tensor> {
    statistics::norm(x, p, None, false)
}
fn norm_dims(x: &Tensor, p: f64, dims: &[i64], keepdim: bool) -> Result<Tensor> {
    statistics::norm(x, p, Some(dims), keepdim)
}
