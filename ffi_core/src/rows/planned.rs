//! Rows whose names are fixed and whose work is not done yet: they exist, so that programs link, and they answer UNSUPPORTED
//! (NOT_CONFIGURED where a feature will be needed) with the reason.

use super::TensorKind;
use crate::device::DeviceArgument;
use ffi_base::{
    Address, Array, Bool, Bytes, Callback, Count, Error, Freed, Handle, OutArray, Resolved, Row, Status, Text,
    UserData, callback_type, error, exports,
};
use std::convert::Infallible;
use std::ffi::c_void;

ffi_base::kinds! { KINDS;
    /// A compiled kernel.
    KernelKind = 6, "kernel", "rt_kernel", true, Infallible;
    /// A recorded pipeline.
    PipelineKind = 7, "pipeline", "rt_pipeline", true, Infallible;
    /// A fence of a submitted pipeline.
    FenceKind = 8, "fence", "rt_fence", true, Infallible;
}

callback_type! {
    /// One work-group of a host kernel; 0 is success.
    GroupFn, "rt_group_fn", (user_data: *mut c_void, group: *const i64) -> i64,
    "typedef int64_t (*rt_group_fn)(void *user_data, const int64_t *group);"
}

fn kernels() -> Error {
    error!(Unsupported, "user kernels and pipelines are planned and not part of this version")
}
fn collector() -> Error {
    error!(NotConfigured, "this build has no feature \"gc\"")
}

/// The tables of this file.
pub const TABLES: &[&[&[Row]]] = &[KERNELS, GC];

type T = Handle<TensorKind>;

exports! { KERNELS, "Planned: kernels and pipelines", "rt_";
    /// Planned: compiles a kernel.
    #[mode(Blocking)]
    fn kernel_compile(device: Resolved<DeviceArgument>, source & len: Bytes, language: i64, entry & entry_len: Text) -> Handle<KernelKind> => refuse [kernels];
    /// Planned: a kernel that is a function of the host.
    fn kernel_from_host(function: Callback<GroupFn>, user_data: UserData) -> Handle<KernelKind> => refuse [kernels];
    /// Planned: runs a kernel over tensors and scalars.
    fn kernel_launch(kernel: Handle<KernelKind>, grid & grid_len: Array<i64>, block & block_len: Array<i64>, args & n: Array<i64>) -> Status => refuse [kernels];
    /// Planned: an empty pipeline.
    fn pipeline_new(device: Resolved<DeviceArgument>) -> Handle<PipelineKind> => refuse [kernels];
    /// Planned: records a kernel.
    fn pipeline_dispatch(pipeline: Handle<PipelineKind>, kernel: Handle<KernelKind>, grid & grid_len: Array<i64>, args & n: Array<i64>) -> Status => refuse [kernels];
    /// Planned: records a copy.
    fn pipeline_copy(pipeline: Handle<PipelineKind>, source: T, destination: T) -> Status => refuse [kernels];
    /// Planned: records a barrier.
    fn pipeline_barrier(pipeline: Handle<PipelineKind>) -> Status => refuse [kernels];
    /// Planned: ends recording.
    fn pipeline_build(pipeline: Handle<PipelineKind>) -> Status => refuse [kernels];
    /// Planned: submits, with a fence to wait on.
    fn pipeline_submit(pipeline: Handle<PipelineKind>) -> Handle<FenceKind> => refuse [kernels];
    /// Planned: 1 when done, 0 at the timeout.
    #[mode(Blocking)]
    fn fence_wait(fence: Handle<FenceKind>, timeout_ns: i64) -> Bool => refuse [kernels];
    /// Planned: frees a fence.
    fn fence_free(fence: Freed<FenceKind>) -> Status => refuse [kernels];
}

exports! { GC, "Planned: garbage collector (feature gc)", "rt_";
    /// Planned: starts the collector.
    fn gc_init() -> Status => refuse [collector];
    /// Planned: collected memory; the address, 0 on failure.
    fn gc_malloc(len_bytes: i64) -> Address => refuse [collector];
    /// Planned: gives collected memory back early.
    fn gc_free(address: Address) -> Status => refuse [collector];
    /// Planned: collects now.
    #[mode(Blocking)]
    fn gc_collect() -> Status => refuse [collector];
    /// Planned: no collection until enabled again.
    fn gc_disable() -> Status => refuse [collector];
    /// Planned: undoes one rt_gc_disable.
    fn gc_enable() -> Status => refuse [collector];
    /// Planned: heap bytes, free bytes, collections.
    fn gc_stats(out & capacity: OutArray<i64>) -> Count => refuse [collector];
}
