//! Memory shared with other libraries, without a copy: DLPack both ways, and memory of the caller.

use super::{DTypeArgument, TensorKind};
use crate::device::DeviceArgument;
use crate::dlpack::{Arrival, Arrived, Managed, Unversioned, Versioned, export, import};
use ffi_backend::{DType, DeviceRef, Layout};
use ffi_base::{
    Address, Array, Callback, Existing, Handle, HostMemory, HostPointer, ReleaseFn, Resolved, Result, UserData,
    exports, object,
};
use ffi_torch::Tensor;

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: interchange", "rt_";
    /// The address of a new DLManagedTensor (DLPack without a version, the capsule "dltensor") that shares the memory of a tensor
    /// on the CPU; 0 on failure. The memory lives until its deleter is called: once, on any thread, also after the tensor was
    /// freed. Reading or writing there while an operation runs on the tensor is not ordered with it. Where nobody takes it,
    /// rt_tensor_from_dlpack takes it back. Other devices answer UNSUPPORTED.
    fn tensor_to_dlpack(tensor: T) -> Address => export::<Unversioned>;
    /// As rt_tensor_to_dlpack, but a DLManagedTensorVersioned of version 1.1 (the capsule "dltensor_versioned").
    fn tensor_to_dlpack_versioned(tensor: T) -> Address => export::<Versioned>;
    /// A tensor over the memory of a DLManagedTensor, without a copy. Takes it over on success alone: its deleter is then called
    /// once, when the last tensor over the memory goes; on failure it stays the caller's. Memory of the host (DLPack device
    /// type 1), aligned to its elements, rank 0 to 8, strides of either sign or none, bools of 0 and 1; other devices are
    /// DEVICE_MISMATCH, other types DTYPE_MISMATCH. What this library exported comes back as the tensor it was.
    fn tensor_from_dlpack(managed: Arrival<Unversioned>) -> Existing<TensorKind> => take::<Unversioned>;
    /// As rt_tensor_from_dlpack, from a DLManagedTensorVersioned of major version 1. Memory that is flagged read-only is
    /// UNSUPPORTED, since any tensor may be written in place.
    fn tensor_from_dlpack_versioned(managed: Arrival<Versioned>) -> Existing<TensorKind> => take::<Versioned>;
    /// A tensor over memory of the caller, without a copy: row-major elements from `data` on, aligned to one, on a device that
    /// takes memory of the host (the CPU; others answer UNSUPPORTED). When the last tensor over it goes, `release` (may be NULL)
    /// is called once with `user_data`, on the thread that let go, with no lock held; it may call any function but must not
    /// unwind. On failure the memory stays the caller's and `release` is not called. `data` may be NULL where there are no
    /// elements. Bools are bytes of 0 and 1. Two tensors over the same memory are not ordered against each
    /// other, nor does a gradient that needs the one notice what is written through the other.
    fn tensor_from_external(data: HostMemory, dims & ndim: Array<i64>, dtype: Resolved<DTypeArgument>, device: Resolved<DeviceArgument>, release: Callback<ReleaseFn>, user_data: UserData) -> Existing<TensorKind> => from_external;
}

fn take<M: Managed>(managed: &Arrived<M>) -> Result<i64> {
    import(managed, hand_out)
}

fn from_external(
    data: HostPointer,
    dims: &[i64],
    dtype: DType,
    device: DeviceRef,
    release: Option<ReleaseFn>,
    user_data: UserData,
) -> Result<i64> {
    let layout = Layout::contiguous(dims)?;
    let memory = data.offer(layout.numel() as u64 * dtype.size() as u64, release, user_data)?;
    hand_out(Tensor::over(memory, layout, dtype, device)?)
}

/// The handle of a tensor over memory of others.
fn hand_out(tensor: Tensor) -> Result<i64> {
    object::try_give::<TensorKind>(tensor).map_err(|(error, tensor)| {
        // All handles are in use: the call fails, so the memory must stay its owner's. What looked at it is leaked, for its drop
        // would release the memory.
        std::mem::forget(tensor);
        error
    })
}
