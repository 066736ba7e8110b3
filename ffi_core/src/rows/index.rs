//! Elements that an index or a mask names.

use super::TensorKind;
use ffi_backend::{IndexOp, Scalar};
use ffi_base::{Handle, Result, Status, exports};
use ffi_torch::{Tensor, index};

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: indexing", "rt_";
    /// The slices whose positions along `dim` an `index` of rank 1 names. Here and below an index is i64 or i32, negative
    /// positions count from the end, and one outside the dimension is INVALID_ARGUMENT before anything is written.
    fn tensor_index_select(tensor: T, dim: i64, index: T) -> T => index::index_select;
    /// The elements whose positions along `dim` the index names: `y[i][j] = tensor[index[i][j]][j]` for dimension 0. The result
    /// has the shape of the index, which has the tensor's rank and is no larger than it in the other dimensions.
    fn tensor_gather(tensor: T, dim: i64, index: T) -> T => index::gather;
    /// As rt_tensor_gather, after tensor and index are broadcast against each other in the other dimensions.
    fn tensor_take_along_dim(tensor: T, dim: i64, index: T) -> T => index::take_along_dim;
    /// A copy in which the elements whose positions along `dim` the index names are those of `source`:
    /// `y[index[i][j]][j] = source[i][j]` for dimension 0. Of several for one place the last in row-major order stays. The index
    /// is no larger than `source`, nor than the tensor in the other dimensions.
    fn tensor_scatter(tensor: T, dim: i64, index: T, source: T) -> T => scatter;
    /// As rt_tensor_scatter, with the elements of `source` added, in row-major order of the index, so that every run gives the
    /// same bits. f16 and bf16 add up in f32; integers wrap; bools are refused.
    fn tensor_scatter_add(tensor: T, dim: i64, index: T, source: T) -> T => scatter_add;
    /// A copy in which the slices of `source` along `dim` are added to the slices that an `index` of rank 1 names. `source` has
    /// the tensor's sizes, but along `dim` that of the index. Adds as rt_tensor_scatter_add does.
    fn tensor_index_add(tensor: T, dim: i64, index: T, source: T) -> T => index_add;
    /// `value` where the mask is true (not 0), else the tensor's elements, in the tensor's dtype: integers truncate and saturate
    /// the value. The mask broadcasts to the tensor's shape.
    #[twins(bits)]
    fn tensor_masked_fill(tensor: T, mask: T, value: f64) -> T => masked_fill;
    /// As rt_tensor_masked_fill with an integer, refused as in rt_tensor_full_i64.
    fn tensor_masked_fill_i64(tensor: T, mask: T, value: i64) -> T => masked_fill_i64;
    /// The elements at which the mask is true (not 0), in row-major order, as rank 1. Mask and tensor broadcast against each
    /// other. Waits for the mask, since the result's size depends on it.
    #[mode(Blocking)]
    fn tensor_masked_select(tensor: T, mask: T) -> T => index::masked_select;
    /// The positions (i64) of all elements that are not 0: one row each in row-major order, one column
    /// per dimension. Waits for the tensor, since the result's size depends on it.
    #[mode(Blocking)]
    fn tensor_nonzero(tensor: T) -> T => index::nonzero;
}

/// The forms that work in the tensor's own memory; their names end in `_`.
pub mod in_place {
    use super::*;
    exports! { ROWS, "Tensors: indexing", "rt_", end "_";
        /// rt_tensor_scatter into the tensor's own memory.
        fn tensor_scatter(tensor: T, dim: i64, index: T, source: T) -> Status => scatter_in_place;
        /// rt_tensor_scatter_add into the tensor's own memory.
        fn tensor_scatter_add(tensor: T, dim: i64, index: T, source: T) -> Status => scatter_add_in_place;
        /// rt_tensor_index_add into the tensor's own memory.
        fn tensor_index_add(tensor: T, dim: i64, index: T, source: T) -> Status => index::index_add_in_place;
        /// rt_tensor_masked_fill into the tensor's own memory.
        #[twins(bits)]
        fn tensor_masked_fill(tensor: T, mask: T, value: f64) -> Status => masked_fill_in_place;
        /// rt_tensor_masked_fill_i64 into the tensor's own memory.
        fn tensor_masked_fill_i64(tensor: T, mask: T, value: i64) -> Status => masked_fill_i64_in_place;
    }
}

/// A copy that an in-place op then works on.
fn changed(tensor: &Tensor, change: impl FnOnce(&Tensor) -> Result<()>) -> Result<Tensor> {
    let copy = tensor.copy()?;
    change(&copy)?;
    Ok(copy)
}
fn scatter(tensor: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<Tensor> {
    changed(tensor, |copy| scatter_in_place(copy, dim, index, source))
}
fn scatter_in_place(tensor: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<()> {
    index::scatter_in_place(IndexOp::Scatter, tensor, dim, index, source)
}
fn scatter_add(tensor: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<Tensor> {
    changed(tensor, |copy| scatter_add_in_place(copy, dim, index, source))
}
fn scatter_add_in_place(tensor: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<()> {
    index::scatter_in_place(IndexOp::ScatterAdd, tensor, dim, index, source)
}
fn index_add(tensor: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<Tensor> {
    changed(tensor, |copy| index::index_add_in_place(copy, dim, index, source))
}
fn masked_fill(tensor: &Tensor, mask: &Tensor, value: f64) -> Result<Tensor> {
    index::masked_fill(tensor, mask, Scalar::Float(value))
}
fn masked_fill_i64(tensor: &Tensor, mask: &Tensor, value: i64) -> Result<Tensor> {
    index::masked_fill(tensor, mask, Scalar::Int(value))
}
fn masked_fill_in_place(tensor: &Tensor, mask: &Tensor, value: f64) -> Result<()> {
    index::masked_fill_in_place(tensor, mask, Scalar::Float(value))
}
fn masked_fill_i64_in_place(tensor: &Tensor, mask: &Tensor, value: i64) -> Result<()> {
    index::masked_fill_in_place(tensor, mask, Scalar::Int(value))
}
