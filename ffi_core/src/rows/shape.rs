//! What a tensor is, and views of it.

use super::TensorKind;
use crate::device::{self, DeviceKind};
use ffi_base::{Array, Bool, Count, Existing, Freed, Handle, OutArray, OutSlice, Result, Status, exports, object};
use ffi_torch::Tensor;

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: shape and views", "rt_";
    /// Frees a tensor's handle. 0 is a no-op, another kind or a second time is refused.
    fn tensor_free(tensor: Freed<TensorKind>) -> Status => object::free;
    /// Writes up to `capacity` sizes and returns the rank, 0 to 8.
    fn tensor_shape(tensor: T, out & capacity: OutArray<i64>) -> Count => shape;
    /// The rank.
    fn tensor_ndim(tensor: T) -> Count => ndim;
    /// How many elements.
    fn tensor_numel(tensor: T) -> Count => numel;
    /// The size of one dimension; negative indices count from the end.
    fn tensor_dim(tensor: T, dim: i64) -> Count => size_of_dim;
    /// The step between neighbours of one dimension, in elements. It may be 0 or negative, so a failure is told by the last
    /// error; success clears it.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn tensor_stride(tensor: T, dim: i64) -> Count => stride;
    /// The dtype: RT_F32 and its like.
    fn tensor_dtype(tensor: T) -> Count => dtype;
    /// The device it lives on.
    fn tensor_device(tensor: T) -> Existing<DeviceKind> => device_of;
    /// Whether the elements lie one after another in row-major order.
    fn tensor_is_contiguous(tensor: T) -> Bool => is_contiguous;
    /// The same elements in the same order under other sizes, one of which may be -1 for what is left. Shares the memory where
    /// the strides allow it, else copies.
    fn tensor_reshape(tensor: T, dims & ndim: Array<i64>) -> T => Tensor::reshape;
    /// As rt_tensor_reshape, but refused where only a copy could do it. Shares the memory.
    fn tensor_view(tensor: T, dims & ndim: Array<i64>) -> T => Tensor::view;
    /// Dimensions `start_dim` to `end_dim`, both included, as one. Shares the memory where the strides allow it, else copies; rank
    /// 0 becomes rank 1.
    fn tensor_flatten(tensor: T, start_dim: i64, end_dim: i64) -> T => Tensor::flatten;
    /// Two dimensions swapped. Shares the memory.
    fn tensor_transpose(tensor: T, first: i64, second: i64) -> T => Tensor::transpose;
    /// Dimensions in the order given, each named once. Shares the memory.
    fn tensor_permute(tensor: T, dims & ndim: Array<i64>) -> T => Tensor::permute;
    /// One dimension moved to another place, the others keeping their order. Shares the memory.
    fn tensor_movedim(tensor: T, source: i64, destination: i64) -> T => Tensor::movedim;
    /// The `n` dimensions in `dims`, each named once, walked from their ends. Shares the memory.
    fn tensor_flip(tensor: T, dims & n: Array<i64>) -> T => Tensor::flip;
    /// `length` elements from `start` on of one dimension, all of which must be there; a negative start counts from the end. Shares
    /// the memory.
    fn tensor_narrow(tensor: T, dim: i64, start: i64, length: i64) -> T => Tensor::narrow;
    /// The elements whose position along `second` is that along `first` plus `offset`: a last dimension in place of those two.
    /// Empty where the offset leaves the matrix. Shares the memory.
    fn tensor_diagonal(tensor: T, offset: i64, first: i64, second: i64) -> T => Tensor::diagonal;
    /// Elements `start, start + step, …` before `stop` of one dimension, with Python's rules: negative positions count from the
    /// end, positions outside are cut; INT64_MIN as `stop` of a negative step means to the first element. Shares the memory.
    fn tensor_slice(tensor: T, dim: i64, start: i64, stop: i64, step: i64) -> T => Tensor::slice;
    /// One index of one dimension, which goes. Shares the memory.
    fn tensor_select(tensor: T, dim: i64, index: i64) -> T => Tensor::select;
    /// Without one dimension of size 1. Shares the memory.
    fn tensor_squeeze(tensor: T, dim: i64) -> T => Tensor::squeeze;
    /// With a dimension of size 1 at this place, -1 being after the last. Shares the memory.
    fn tensor_unsqueeze(tensor: T, dim: i64) -> T => Tensor::unsqueeze;
    /// Stretched by the broadcasting rules; -1 keeps a size. Shares the memory. What walks every element (reductions, products,
    /// sorts, an index) refuses more than 2^40 that stand for fewer in memory.
    #[alias("rt_tensor_broadcast_to")]
    fn tensor_expand(tensor: T, dims & ndim: Array<i64>) -> T => Tensor::expand;
}

fn shape(tensor: &Tensor, out: OutSlice<'_, i64>) -> Result<i64> {
    out.write(tensor.dims());
    ndim(tensor)
}
fn ndim(tensor: &Tensor) -> Result<i64> {
    Ok(tensor.dims().len() as i64)
}
fn numel(tensor: &Tensor) -> Result<i64> {
    Ok(tensor.numel())
}
fn size_of_dim(tensor: &Tensor, dim: i64) -> Result<i64> {
    Ok(tensor.dims()[tensor.axis(dim)?])
}
fn stride(tensor: &Tensor, dim: i64) -> Result<i64> {
    Ok(tensor.layout().strides()[tensor.axis(dim)?])
}
fn dtype(tensor: &Tensor) -> Result<i64> {
    Ok(tensor.dtype().number())
}
fn device_of(tensor: &Tensor) -> Result<i64> {
    device::handle_of(tensor.device())
}
fn is_contiguous(tensor: &Tensor) -> Result<bool> {
    Ok(tensor.layout().is_contiguous())
}
