//! Elements in and out, and conversions between dtypes and devices.

use super::{DTypeArgument, TensorKind};
use crate::device::DeviceArgument;
use ffi_backend::{DType, Scalar};
use ffi_base::{Count, Elements, Handle, RawElements, RawRoom, Resolved, Result, Room, Status, exports, fail};
use ffi_torch::Tensor;

type T = Handle<TensorKind>;
type Dtype = Resolved<DTypeArgument>;

exports! { ROWS, "Tensors: transfer", "rt_";
    /// Copies all elements in row-major order into `data`, converted to `dtype`. `count` is how many fit; too few is refused.
    /// Waits for work on the tensor and reports its failure. Returns how many were written.
    #[mode(Blocking)]
    fn tensor_copy_to(tensor: T, data & count: Room, dtype: Dtype) -> Count => copy_to;
    /// Overwrites all elements from `data`, which holds `count` elements of `dtype` in row-major order.
    #[mode(Blocking)]
    fn tensor_copy_from(tensor: T, data & count: Elements, dtype: Dtype) -> Status => copy_from;
    /// The only element as a double. It may be NaN itself, so a failure is told by the last error; success clears it.
    #[mode(Ambiguous)]
    #[twins(bits, into)]
    fn tensor_item(tensor: T) -> f64 => item;
    /// The only element as an integer, exact for every integer dtype; floats truncate. Success clears the last error.
    #[mode(Ambiguous)]
    #[twins(into)]
    fn tensor_item_i64(tensor: T) -> Count => item_i64;
    /// New memory with the same elements, row-major.
    fn tensor_clone(tensor: T) -> T => Tensor::copy;
    /// The tensor itself where its elements lie in row-major order (shared memory), else a copy where they do.
    fn tensor_contiguous(tensor: T) -> T => Tensor::contiguous;
    /// Converted to a dtype: floats to integers truncate and saturate, integers wrap, bool is `!= 0`. Shares the memory when
    /// the dtype is already that.
    fn tensor_to_dtype(tensor: T, dtype: Dtype) -> T => Tensor::to_dtype;
    /// On another device, copied through host memory. Shares the memory when it is already there.
    #[mode(Blocking)]
    fn tensor_to_device(tensor: T, device: Resolved<DeviceArgument>) -> T => Tensor::to_device;
}

fn copy_to(tensor: &Tensor, mut data: RawRoom<'_>, dtype: DType) -> Result<i64> {
    if data.capacity() < tensor.numel() {
        fail!(InvalidArgument, "room for {} elements, the tensor has {}", data.capacity(), tensor.numel());
    }
    tensor.to_dtype(dtype)?.read_bytes(data.bytes_mut(tensor.numel(), dtype.size())?)?;
    Ok(tensor.numel())
}
fn copy_from(tensor: &Tensor, data: RawElements<'_>, dtype: DType) -> Result<()> {
    tensor.write_bytes(data.bytes(dtype.size())?, dtype)
}
fn item(tensor: &Tensor) -> Result<f64> {
    tensor.item().map(Scalar::to_f64)
}
fn item_i64(tensor: &Tensor) -> Result<i64> {
    tensor.item().map(|scalar| scalar.to::<i64>())
}
